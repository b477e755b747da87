"""Toy under review: the good design of the checks, with a ledger, software and a reference.

Draws are counted by hand from the brief: 16 GPUs read 0.1 GB/s each; 50 TB grow 2.25 times in 24
months, so 75 TB at month 12 and 112.5 TB at month 24; every device has the ports of its sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from tests.toy_catalog import part, write
from tests.validate.toy import ALONE, FABRIC, WIRED, toy_design
from tests.validate.toy import toy_catalog as plain_catalog

Tables = dict[str, list[dict[str, Any]]]
SOFTWARE = part(
    "kind: orchestrator\nrequires: []\nmetric: free\napplies_to: {}\n"
    "provides: [gang, services, quotas, metering, segmentation, audit-log]\n",
    control_servers_count=1,
)
BLUEPRINT = part(
    "server: toy-server\nfabrics:\n"
    "  - {role: compute, technology: ethernet, switch: toy-leaf, radix_ports: 16,\n"
    "     planes_count: 1, ports_per_server_count: 8,\n"
    "     sizes: [{servers_count: 8, leaves: 1, spines: 0, source: ds}]}\n"
)
FABRICS = [
    {"name": f"compute: {FABRIC}-8p", "switch": "toy-leaf"},
    {"name": "storage: storage-toy-front", "switch": "toy-front"},
    {"name": "in-band: in-band-toy-front", "switch": "toy-front"},
    {"name": "out-of-band: out-of-band-toy-oob", "switch": "toy-oob"},
]
BUILT = {
    "technology": "ethernet", "leaf": 1, "spine": 0, "core": 0, "site": "hall", "period_month": 12
}  # fmt: skip
DRAWS = (
    # layer, resource, unit, place, supply and draw at month 6 and at month 12
    ("compute", "servers", "servers", WIRED, (2, 2), (2, 2)),
    ("compute", "servers", "servers", ALONE, (3, 3), (3, 3)),
    ("storage", "read_gb_s", "GB/s", "hall", (10, 1.6), (20, 1.6)),
    ("storage", "write_gb_s", "GB/s", "hall", (10, 0.0), (20, 0.0)),
    ("storage", "hot_tb", "TB", "hall", (85, 75), (170, 112.5)),
    ("network", "compute_ports", "ports", FABRIC, (16, 16), (16, 16)),
    ("network", "storage_ports", "ports", "hall", (16, 8), (16, 10)),
    ("network", "in_band_ports", "ports", "hall", (16, 6), (16, 6)),
    ("network", "oob_ports", "ports", "hall", (16, 7), (16, 8)),
    ("orchestration", "control_servers", "servers", "hall", (1, 1), (1, 1)),
)
TRAINING = {"layout": "TP8 PP1 DP2"}


def toy_catalog(folder: Path) -> Catalog:
    """Return the catalog of the checks with a scheduler and a reference architecture."""
    plain_catalog(folder)
    write(folder, {"software/toy-scheduler.yaml": SOFTWARE, "blueprints/toy-pod.yaml": BLUEPRINT})
    return Catalog.load(shipped=folder)


def ledger() -> list[dict[str, Any]]:
    """Return the rows of the ledger at both dates."""
    return [
        {
            "layer": layer, "resource": resource, "unit": unit, "place": place,
            "period_month": month, "slice": "", "case": "normal", "supply": supply, "draw": draw,
            "slack": supply - draw, "utilisation": draw / supply,
            "growth_factor": supply / draw if draw else None,
        }
        for layer, resource, unit, place, *at in DRAWS
        for month, (supply, draw) in zip((6, 12), at, strict=True)
    ]  # fmt: skip


def good(
    catalog: Catalog,
    *,
    change: Callable[[Tables], None] | None = None,
    summary: dict[str, Any] | None = None,
    **broken: Any,
) -> Design:
    """Return the good design, or the one that changes break."""

    def changed(tables: Tables) -> None:
        tables["balance"] = ledger()
        for row in tables["operations"]:
            if row["workload"] == "train":
                row["layout"] = "TP8 PP1 DP2"
                share = {"value": 0.05, "low": 0.03, "high": 0.08, "unit": "1", "source": "toy"}
                row["figures"] = {"exposed_communication": share}
        if change is not None:
            change(tables)

    design = toy_design(catalog, change=changed, **broken)
    told = {
        "fabrics": [BUILT | f for f in FABRICS],
        "orchestration": ["toy-scheduler"],
        "usd_per_gpu_hour": 2.0,
    }
    return replace(design, summary={**design.summary, **told, **(summary or {})})
