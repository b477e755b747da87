"""Address plan: how each network of a design is wired, and a range of addresses for each."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, Final

import pandas as pd

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.wires import Fabric, fabrics

Row = dict[str, Any]

PRIVATE: Final = IPv4Network("10.0.0.0/8")
"""The block of RFC 1918 that has room for any design."""
ROOM: Final = 2
"""Addresses set apart for each that is needed at the last date. [1]"""
RESERVED: Final = 2
"""Addresses of a range that no port may have: its first and its last. [1]"""
ADDRESSED: Final = "ethernet"
"""Technology whose ports have addresses; an InfiniBand fabric numbers its ports itself."""
ZONES: Final = {
    "compute": "GPUs among themselves, no route to any other zone",
    "storage": "GPU and control servers to storage",
    "in-band": "users, schedulers and services",
    "out-of-band": "operators to management controllers",
}
"""Role of a network -> who may use it."""
COLUMNS: Final = (
    "network", "site", "technology", "zone", "ports", "rails_per_leaf", "planes", "down_per_leaf",
    "up_per_leaf", "oversubscription", "addresses", "range",
)  # fmt: skip


def address_plan(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return the networks of a design with their zone, their wiring and a range of addresses.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.

    Returns
    -------
    pandas.DataFrame
        A row is a network. ``ports`` counts device ports at the last date; a leaf has
        ``down_per_leaf`` ports to devices and ``up_per_leaf`` to spines (0: without spines), whose
        ratio is ``oversubscription``. ``addresses`` counts device ports and switches; ``range`` is
        a private range of at least twice as many, empty where the technology needs none. Ranges
        do not overlap. [ports], [1]
    """
    told = {f["name"]: f for f in design.summary.get("fabrics") or []}
    rows = [_row(fabric, told[fabric.name]) for fabric in fabrics(design, catalog)]
    for row, given in zip(rows, _ranges([r["addresses"] for r in rows]), strict=True):
        row["range"] = given
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(fabric: Fabric, told: Row) -> Row:
    size = fabric.size
    ports = sum(device.ports[fabric.role] for device in fabric.ends)
    switches = sum(map(len, fabric.switches.values()))
    joined = size.spine > 0
    return {
        "network": fabric.name,
        "site": told.get("site", ""),
        "technology": told["technology"],
        "zone": ZONES.get(fabric.role, ""),
        "ports": ports,
        "rails_per_leaf": size.rails_per_leaf,
        "planes": size.planes,
        "down_per_leaf": size.down_per_leaf if joined else 0,
        "up_per_leaf": size.up_per_leaf if joined else 0,
        "oversubscription": size.down_per_leaf / size.up_per_leaf if joined else 1.0,
        "addresses": ports + switches if told["technology"] == ADDRESSED else 0,
    }


def _ranges(wanted: list[int]) -> list[str]:
    """Return a range for each number of addresses, the large ones first so that none overlap."""
    bits = [(ROOM * n + RESERVED - 1).bit_length() if n else 0 for n in wanted]
    found, free = [""] * len(wanted), int(PRIVATE.network_address)
    for n in sorted(range(len(wanted)), key=lambda i: -bits[i]):
        if wanted[n]:
            found[n] = str(IPv4Network((free, PRIVATE.max_prefixlen - bits[n])))
            free += 1 << bits[n]
    return found
