"""Wires: the networks of a design, and which port of what joins which.

The counts of a fabric are those that were bought; what joins what follows from them by the wiring
laws of ``designlib.cabling``. The two ports of a device go to different switches wherever the
network has two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from designlib.brief import Brief
from designlib.cabling.links import Links, Whole, rank_within
from designlib.cabling.wiring import leaf_of_endpoints, wire
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.devices import RESOURCES, SWITCH, Device, by_fabric, devices
from designlib.faults import Fault, FaultError
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricSize

TIERS: Final = ("leaf", "spine", "core")
ONE_SWITCH: Final = "out-of-band"
"""Role of the network that does without a second switch."""


@dataclass(frozen=True)
class Fabric:
    """One network of a site with what stands in it.

    Attributes
    ----------
    name, role, pool : str
        Its name in the summary, what it is for, and its pool in the bill of materials.
    switch : str
        Part of its switches.
    size : FabricSize
        Counts of the built size.
    ends : tuple of Device
        What it joins, in the order in which ports are taken.
    switches : dict of str to tuple of Device
        Tier -> its switches.
    """

    name: str
    role: str
    pool: str
    switch: str
    size: FabricSize
    ends: tuple[Device, ...]
    switches: dict[str, tuple[Device, ...]]

    def end_links(self) -> Links:
        """Return the links between what it joins and the leaves."""
        ports = np.array([d.ports[self.role] for d in self.ends], dtype=np.int64)
        device = np.repeat(np.arange(len(ports)), ports)
        if self.role == "compute":
            leaf = leaf_of_endpoints(self.size)[: len(device)]
        else:
            leaf = self._spread(len(device), int(ports.max(initial=1)))
        return Links(
            "device-leaf", 0, "server", "leaf",
            device, rank_within(device) + 1, leaf, rank_within(leaf) + 1,
        )  # fmt: skip

    def _spread(self, count: int, ports_max: int) -> Whole:
        """Return the leaf of each port: those of a device alternate between two leaves."""
        size, end = self.size, np.arange(count, dtype=np.int64)
        joined = size.spine or size.links_inter_leaf
        down = size.down_per_leaf if joined else size.radix_ports
        together = min(size.leaf, 2 if ports_max > 1 else 1)
        block, place = np.divmod(end, together * down)
        # An odd leaf at the end stands alone.
        return np.asarray(block * together + np.where(
            (block + 1) * together <= size.leaf, place % together, 0
        ), dtype=np.int64)  # fmt: skip

    def links(self) -> Iterator[Links]:
        """Yield the links of every tier, from the devices up."""
        yield self.end_links()
        yield from (part for part in wire(self.size) if part.tier != "server-leaf")


def fabrics(design: Design, catalog: Catalog) -> list[Fabric]:
    """Return every network of every site at the last date.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.

    Returns
    -------
    list of Fabric
        In the order of the summary; what joins nothing is left out.

    Raises
    ------
    FaultError
        If the switches that were bought are not those of a fabric that can be wired evenly.
    """
    found = devices(design, catalog)
    ends = by_fabric(design, catalog, found)
    brief = Brief.from_dict(design.brief)
    built = []
    for row in design.summary.get("fabrics") or []:
        role, _, pool = str(row["name"]).partition(": ")
        mine = tuple(ends.get(row["name"], ()))
        if not mine:
            continue
        sizes = [_size(design, catalog, brief, row, mine, month) for month in design.dates]
        last = next((size for size in reversed(sizes) if size is not None), None)
        bought = [d for d in found if d.kind == SWITCH and d.pool == pool]
        if last is None or _counts(last) != tuple(row[t] for t in TIERS):
            raise _refusal(row, "its switches are not those of a fabric of the ports it supplies")
        if sum(_counts(last)) != len(bought):
            raise _refusal(row, f"{len(bought)} switches stand in racks")
        dated = [(m, s) for m, s in zip(design.dates, sizes, strict=True) if s is not None]
        built.append(Fabric(
            row["name"], role, pool, row["switch"], last, mine, _tiers(bought, dated),
        ))  # fmt: skip
    return built


def _refusal(row: dict[str, Any], message: str) -> FaultError:
    return FaultError([Fault("<design>", None, f"summary.fabrics.{row['name']}", message)])


def _counts(size: FabricSize) -> tuple[int, int, int]:
    return size.leaf, size.spine, size.core


def _size(
    design: Design,
    catalog: Catalog,
    brief: Brief,
    row: dict[str, Any],
    ends: tuple[Device, ...],
    month: int,
) -> FabricSize | None:
    """Return the built size of a fabric at a date, from the ports that it supplies then."""
    role, _, pool = str(row["name"]).partition(": ")
    place = pool if role == "compute" else row["site"]
    supply = max(
        (
            b["supply"] or 0.0
            for b in design.tables["balance"]
            if (b["resource"], b["place"], b["period_month"]) == (RESOURCES[role], place, month)
        ),
        default=0.0,
    )
    each = max((d.ports[role] for d in ends), default=1) if role == "compute" else 1
    if supply < each:
        return None
    radix = int(catalog.switches[row["switch"]].specs.radix_ports.value)
    if role != "compute":
        least = 1 if role == ONE_SWITCH else 2
        return fabric_size(
            round(supply), 1, radix_ports=radix, topology="fat-tree", min_leaves=least,
            whole_pods=True,
        )  # fmt: skip
    topology: Any = brief.network.topology
    if topology == "auto" and each * 2 > radix:
        topology = "fat-tree"  # a rack-scale server has more ports than a leaf has rails
    return fabric_size(
        round(supply) // each, each, radix_ports=radix, topology=topology,
        oversubscription=brief.network.oversubscription or 1.0, whole_pods=True,
    )  # fmt: skip


def _tiers(
    bought: list[Device], dated: list[tuple[int, FabricSize]]
) -> dict[str, tuple[Device, ...]]:
    """Return the switches of each tier: what is bought for a date takes the places new then."""
    left = sorted(bought, key=lambda d: d.period_month)
    found: dict[str, list[Device]] = {tier: [] for tier in TIERS}
    for month, size in dated:
        for tier, count in zip(TIERS, _counts(size), strict=True):
            new = max(0, min(count, len(left) + len(found[tier])) - len(found[tier]))
            ready = [d for d in left if d.period_month <= month][:new]
            found[tier] += ready
            left = left[len(ready) :]
    for tier, count in zip(TIERS, _counts(dated[-1][1]), strict=True):
        new = count - len(found[tier])
        found[tier] += left[:new]
        left = left[new:]
    return {tier: tuple(held) for tier, held in found.items()}
