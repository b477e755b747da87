"""Stores: every site holds, reads and writes what its work asks, with redundant units lost.

Writes are taken at their worst: all jobs save at once. Cold starts likewise: all replicas of a site
load their weights at once.
"""

from __future__ import annotations

from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import storage as rule
from designlib.validate._evidence import (
    Row,
    bill,
    brief_of,
    count,
    demand_dates,
    grown,
    spec,
    until,
)
from designlib.validate._promise import Promise
from designlib.validate.recount._names import (
    BITS_PER_BYTE,
    BYTES_PER_PARAM,
    at_site,
    constant,
    copies,
    figure,
    operations,
    params_of,
    share_of,
    workloads_of,
)

CHECK: Final = "stores"
JOBS: Final = ("training", "fine-tuning")


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return what each copy of the data holds, reads and writes at each date."""
    brief = brief_of(design)
    found: list[Promise] = []
    for month, end in demand_dates(design, brief):
        lines = until(bill(design), month)
        for place, site in copies(brief):
            mine = at_site(lines, site)
            for tier in rule.TIERS:
                found += _holds(tier, mine, place, site, brief, catalog, (month, end))
            found += _moves(design, mine, place, site, catalog, (month, end))
        found += _least(lines, catalog, month)
    return found


def _holds(
    tier: str, lines: list[Row], place: str, site: str | None, brief: Brief, catalog: Catalog,
    when: tuple[int, int],
) -> list[Promise]:  # fmt: skip
    month, end = when
    data = data_tb(tier, brief, end, site) + rule.checkpoints_tb(tier, brief, catalog, month)
    if not data:
        return []
    fill = constant(catalog, tier, "usable_fill_frac")
    space = sum(
        left * spec(part, "usable_tb") * fill for part, left in working(lines, tier, catalog)
    )
    law = f"units of the bill less the redundant ones, filled to {fill:g}; data of month {end}"
    return [
        Promise(
            CHECK, f"space of the {tier} tier", place, data, space, "TB", "at least", month, law
        )
    ]


def data_tb(tier: str, brief: Brief, month: int, site: str | None) -> float:
    """Return the data of a tier that a site keeps at a month, without checkpoints. [TB]."""
    need = brief.storage
    datasets = sum(getattr(w, "dataset_tb", 0.0) or 0.0 for w in brief.workloads)
    hot = max(need.hot_tb, datasets + need.dataset_tb) + need.home_tb
    now = hot if tier == "parallel" else need.object_tb
    kept = now * grown(month, need.growth_factor_24_months)
    for w in brief.work():
        share = 1.0 if site is None else share_of(brief, w, site)
        grows = grown(month, w.growth_factor_24_months, w.growth_shape)
        kept += share * rule.records_tb(tier, w, brief) * grows
    return float(kept)


def working(lines: list[Row], tier: str, catalog: Catalog) -> list[tuple[Any, float]]:
    """Return each product of a tier with the units that are left when the redundant ones fail."""
    found = []
    for part in catalog.storage.values():
        units = count(x for x in lines if x["part_id"] == part.id)
        if part.tier == tier and units:
            found.append((part, max(0.0, units - spec(part, "redundant_units_count"))))
    return found


def _least(lines: list[Row], catalog: Catalog, month: int) -> list[Promise]:
    """Return the systems that have to have a least number of units at their site."""
    found = []
    for part_id, site in sorted({(x["part_id"], x["site"]) for x in lines}):
        part = catalog.storage.get(part_id)
        if part is None:
            continue
        units = count(x for x in lines if (x["part_id"], x["site"]) == (part_id, site))
        found.append(
            Promise(
                CHECK, f"units of {part_id}", site, spec(part, "units_min_count"), units, "units",
                "at least", month, law="least system of the catalog",
            )
        )  # fmt: skip
    return found


def rate_gb_s(part: Any, name: str, brief: Brief, catalog: Catalog) -> float:
    """Return what one unit reads or writes through its ports. [GB/s].

    Parameters
    ----------
    part : Storage
        The product.
    name : str
        ``read_gb_s`` or ``write_gb_s``.
    brief, catalog : Brief, Catalog
        Speed of the storage network, and the usable share of a port.
    """
    speed = min(spec(part, "network_port_gbit_s"), brief.network.storage_gbit_s)
    usable = constant(catalog, "storage-port", "usable_frac")
    return min(spec(part, name), spec(part, "network_ports_count") * speed * usable / BITS_PER_BYTE)


def _moves(
    design: Design, lines: list[Row], place: str, site: str | None, catalog: Catalog,
    when: tuple[int, int],
) -> list[Promise]:  # fmt: skip
    """Return reads of training, saves of all jobs at once, and cold starts of all replicas."""
    month, end = when
    brief = brief_of(design)
    fast = working(lines, "parallel", catalog)
    read, write = (
        sum(n * rate_gb_s(p, name, brief, catalog) for p, n in fast)
        for name in ("read_gb_s", "write_gb_s")
    )
    found = []
    needed = rule.reads_gb_s(design, catalog, month, end, site)
    if needed:
        law = "units left x the slower of unit and ports; what each GPU reads, or fills of caches"
        found.append(
            Promise(CHECK, "reads of training", place, needed, read, "GB/s", "at least", month, law)
        )
    burst = burst_gb(design, catalog, brief, month, site)
    if burst:
        took = burst / write if write else float("inf")
        law = f"{burst:,.0f} GB of all jobs at once over {write:,.1f} GB/s; 14 bytes a parameter"
        found.append(
            Promise(
                CHECK, "time to write all checkpoints at once", place, limit_s(design, month),
                took, "s", "at most", month, law,
            )
        )  # fmt: skip
    weights = weights_gb(design, brief, catalog, month, site)
    if weights and read:
        law = f"{weights:,.0f} GB of weights of all replicas over {read:,.1f} GB/s"
        found.append(
            Promise(
                CHECK, "time to load all replicas at once", place, 0.0, weights / read, "s", "told",
                month, law,
            )
        )  # fmt: skip
    return found


def burst_gb(design: Design, catalog: Catalog, brief: Brief, month: int, site: str | None) -> float:
    """Return the checkpoints of all jobs that run at a date together. [GB]."""
    known, total = workloads_of(brief), 0.0
    for row in at_site(operations(design, month), site):
        w = known[row["workload"]]
        if w.kind in JOBS and getattr(w, "mode", "") != "lora" and row["gpus"]:
            size = params_of(w, catalog) * BYTES_PER_PARAM / 1e9
            total += size * float(getattr(w, "concurrency_count", 1))
    return total


def limit_s(design: Design, month: int) -> float:
    """Return the time in which all may write: the brief's, else the shortest between saves. [s]."""
    stated = brief_of(design).storage.checkpoint_write_s
    if stated:
        return float(stated)
    intervals = [
        figure(row, "checkpoint_interval")
        for row in operations(design, month)
        if figure(row, "checkpoint_interval")
    ]
    return min(intervals, default=float("inf"))


def weights_gb(
    design: Design, brief: Brief, catalog: Catalog, month: int, site: str | None
) -> float:
    """Return the weights of all replicas that run at a date. [GB]."""
    known, total = workloads_of(brief), 0.0
    for row in at_site(operations(design, month), site):
        w = known[row["workload"]]
        if w.kind == "inference" and row["replicas"]:
            total += row["replicas"] * params_of(w, catalog) * w.weight_bits / BITS_PER_BYTE / 1e9
    return total
