"""Storage: each tier holds the data and feeds the readers, with its redundant units lost.

A unit counts at the share of its space that may be filled, and reads no faster than its ports
carry.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    Row,
    bill,
    brief_of,
    count,
    demand_dates,
    exceeds,
    grown,
    spec,
    until,
)
from designlib.validate._phases import demanded

BITS_PER_BYTE = 8
BYTES_PER_PARAM = 14.0
GB_PER_TB = 1000.0
SECONDS_PER_HOUR = 3600.0
DAYS_PER_YEAR = 365.25
SECONDS_PER_DAY = 86_400.0
TIERS = ("parallel", "object")


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each tier and date that holds or reads too little."""
    brief = brief_of(design)
    found = []
    for month, end in demand_dates(design, brief):
        lines = until(bill(design), month)
        for tier in TIERS:
            space_tb = read_gb_s = 0.0
            for part in catalog.storage.values():
                units = count(line for line in lines if line["part_id"] == part.id)
                if part.tier != tier or not units:
                    continue
                if units < spec(part, "units_min_count"):
                    found.append(
                        f"month {month}: {units:g} {part.id}, the least system has"
                        f" {spec(part, 'units_min_count'):g}"
                    )
                left = max(0.0, units - spec(part, "redundant_units_count"))
                fill = float(catalog.constant(tier, "usable_fill_frac").value)
                space_tb += left * spec(part, "usable_tb") * fill
                read_gb_s += left * _read_gb_s(part, brief, catalog)
            data = data_tb(tier, brief, end) + checkpoints_tb(tier, brief, catalog, month)
            if exceeds(data, space_tb):
                found.append(
                    f"month {month}: {data:,.1f} TB are to be kept on the {tier} tier, it"
                    f" holds {space_tb:,.1f} TB"
                )
            reads = reads_gb_s(design, catalog, month, end) if tier == "parallel" else 0.0
            if exceeds(reads, read_gb_s):
                found.append(
                    f"month {month}: {reads:,.1f} GB/s are to be read, the {tier} tier gives"
                    f" {read_gb_s:,.1f} GB/s"
                )
    return found


def data_tb(tier: str, brief: Brief, month: int) -> float:
    """Return the data that the brief keeps on a tier at a month, without checkpoints. [TB]."""
    need = brief.storage
    datasets = sum(getattr(w, "dataset_tb", 0.0) or 0.0 for w in brief.workloads)
    hot = max(need.hot_tb, datasets + need.dataset_tb) + need.home_tb
    now = hot if tier == "parallel" else need.object_tb
    return float(now * grown(month, need.growth_factor_24_months)) + sum(
        records_tb(tier, w, brief) * grown(month, w.growth_factor_24_months, w.growth_shape)
        for w in brief.work()
    )


def records_tb(tier: str, w: Any, brief: Brief) -> float:
    """Return the images and the audit trail of a workload over the time they are kept. [TB]."""
    found = 0.0
    if w.kind == "image-inference":
        hot = tier == "parallel"
        days = brief.storage.images_hot_days if hot else brief.storage.images_kept_years
        kept = (days or 0.0) * (1.0 if hot else DAYS_PER_YEAR)
        found += w.studies_per_day * kept * w.mb_per_study / 1e6
    audit = brief.compliance.audit if brief.compliance else None
    if audit is not None and tier == "object" and {w.id, _whole(w, brief)} & {*audit.workloads}:
        a_day = (
            w.studies_per_day
            if w.kind == "image-inference"
            else getattr(w, "peak_requests_s", 0.0) * SECONDS_PER_DAY / _peak_to_mean(w)
        )
        records = a_day * DAYS_PER_YEAR * audit.retention_years
        found += records * audit.bytes_per_request / 1e12
    return float(found)


def _whole(w: Any, brief: Brief) -> str:
    """Return the id of the workload whose tier this is, else its own."""
    tiered = (x for x in brief.workloads if x.kind == "tiered-inference")
    return next((x.id for x in tiered if w.id in {tier.id for tier in x.tiers}), w.id)


def _peak_to_mean(w: Any) -> float:
    day = getattr(w, "diurnal", None)
    return 1.0 if day is None else float(day.peak_to_mean)


def checkpoints_tb(tier: str, brief: Brief, catalog: Catalog, month: int) -> float:
    """Return the checkpoints of training runs that are kept on a tier at a date. [TB]."""
    need, total = brief.storage, 0.0
    for w in brief.workloads:
        if w.kind != "training":
            continue
        params = w.params_count or spec(catalog.llms[w.llm or ""], "params_count")
        size_tb = float(params) * BYTES_PER_PARAM / 1e12
        if tier == "parallel" and demanded(brief, w, month):
            total += size_tb * (need.checkpoints_kept_count or 0)
        begun = any(demanded(brief, w, m) for m in range(month + 1))
        if tier == "object" and begun and need.checkpoint_kept_every_tokens:
            total += size_tb * ceil(w.tokens_count / need.checkpoint_kept_every_tokens - 1e-9)
    return total


def reads_gb_s(
    design: Design, catalog: Catalog, month: int, end: int, site: str | None = None
) -> float:
    """Return what the GPUs that state a rate read together from shared storage. [GB/s].

    With a site, only those that run there.

    A workload whose data set fits the local drives of its servers reads there, if the design says
    so; it then fills them once.
    """
    total = 0.0
    for w in brief_of(design).workloads:
        if w.kind != "dedicated-training":
            continue
        growth = grown(end, w.growth_factor_24_months, w.growth_shape)
        line_rate = w.gpus_count * w.read_gb_s_per_gpu * growth
        rows = [
            r
            for r in design.tables["operations"]
            if r["workload"] == w.id
            and r["period_month"] == month
            and (site is None or r["site"] == site)
        ]
        if site is not None and not rows:
            continue
        cached = any("cached_per_server" in r["figures"] for r in rows)
        if cached and all(_fits(r, w.dataset_tb, catalog) for r in rows):
            hours = float(catalog.constant("local", "fill_hours").value)
            total += min(line_rate, w.dataset_tb * GB_PER_TB / (hours * SECONDS_PER_HOUR))
        else:
            total += line_rate
    return total


def _fits(row: Row, dataset_tb: float, catalog: Catalog) -> bool:
    """Return whether the local drives of the servers that a workload holds take its data set."""
    names = [i for i in catalog.servers if row["pool"].startswith(f"{i}-")]
    server = catalog.servers[max(names, key=len)]
    fill = float(catalog.constant("local", "usable_fill_frac").value)
    room = spec(server, "local_nvme_tb") * fill * max(1.0, ceil(row["servers"] - 1e-9))
    return not exceeds(dataset_tb, room)


def _read_gb_s(part: Any, brief: Brief, catalog: Catalog) -> float:
    """Return what one unit reads through its ports. [GB/s]."""
    speed = min(spec(part, "network_port_gbit_s"), brief.network.storage_gbit_s)
    usable = float(catalog.constant("storage-port", "usable_frac").value)
    wires = spec(part, "network_ports_count") * speed * usable / BITS_PER_BYTE
    return min(spec(part, "read_gb_s"), wires)
