"""Storage: each tier holds the data and feeds the readers, with its redundant units lost.

A unit counts at the share of its space that may be filled, and reads no faster than its ports
carry.
"""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    bill,
    brief_of,
    count,
    demand_dates,
    exceeds,
    grown,
    spec,
    until,
)

BITS_PER_BYTE = 8
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
            data = _data_tb(tier, brief, end)
            if exceeds(data, space_tb):
                found.append(
                    f"month {month}: {data:,.1f} TB are to be kept on the {tier} tier, it"
                    f" holds {space_tb:,.1f} TB"
                )
            reads = _reads_gb_s(brief, end) if tier == "parallel" else 0.0
            if exceeds(reads, read_gb_s):
                found.append(
                    f"month {month}: {reads:,.1f} GB/s are to be read, the {tier} tier gives"
                    f" {read_gb_s:,.1f} GB/s"
                )
    return found


def _data_tb(tier: str, brief: Brief, month: int) -> float:
    """Return the data that the brief keeps on a tier at a month. [TB]."""
    need = brief.storage
    datasets = sum(getattr(w, "dataset_tb", 0.0) or 0.0 for w in brief.workloads)
    hot = max(need.hot_tb, datasets + need.dataset_tb) + need.home_tb
    now = hot if tier == "parallel" else need.object_tb
    return float(now * grown(month, need.growth_factor_24_months)) + sum(
        _records_tb(tier, w, brief) * grown(month, w.growth_factor_24_months, w.growth_shape)
        for w in brief.work()
    )


def _records_tb(tier: str, w: Any, brief: Brief) -> float:
    """Return the images and the audit trail of a workload over the time they are kept. [TB]."""
    found = 0.0
    if w.kind == "image-inference":
        hot = tier == "parallel"
        days = brief.storage.images_hot_days if hot else brief.storage.images_kept_years
        kept = (days or 0.0) * (1.0 if hot else DAYS_PER_YEAR)
        found += w.studies_per_day * kept * w.mb_per_study / 1e6
    audit = brief.compliance.audit if brief.compliance else None
    if audit is not None and tier == "object" and w.id in audit.workloads:
        a_day = (
            w.studies_per_day
            if w.kind == "image-inference"
            else getattr(w, "peak_requests_s", 0.0) * SECONDS_PER_DAY / _peak_to_mean(w)
        )
        records = a_day * DAYS_PER_YEAR * audit.retention_years
        found += records * audit.bytes_per_request / 1e12
    return float(found)


def _peak_to_mean(w: Any) -> float:
    day = getattr(w, "diurnal", None)
    return 1.0 if day is None else float(day.peak_to_mean)


def _reads_gb_s(brief: Brief, month: int) -> float:
    """Return what the GPUs that state a rate read together at a month. [GB/s]."""
    return sum(
        w.gpus_count * w.read_gb_s_per_gpu * grown(month, w.growth_factor_24_months, w.growth_shape)
        for w in brief.workloads
        if w.kind == "dedicated-training"
    )


def _read_gb_s(part: Any, brief: Brief, catalog: Catalog) -> float:
    """Return what one unit reads through its ports. [GB/s]."""
    speed = min(spec(part, "network_port_gbit_s"), brief.network.storage_gbit_s)
    usable = float(catalog.constant("storage-port", "usable_frac").value)
    wires = spec(part, "network_ports_count") * speed * usable / BITS_PER_BYTE
    return min(spec(part, "read_gb_s"), wires)
