"""Saves: jobs advance for the promised share of time, and storage takes their checkpoints.

The share is counted again from the size of the job: failures at the rate of the brief, the time to
restart, the work lost since the last save and the time that saves take.
"""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.save_cycle import ettr
from designlib.validate._evidence import Row, bill, brief_of, count, exceeds, spec, until

BYTES_PER_PARAM = 14.0
SECONDS_PER_HOUR = 3600.0
BITS_PER_BYTE = 8


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each job that stands still too long or saves faster than storage."""
    brief = brief_of(design)
    jobs = {w.id: w for w in brief.workloads if w.kind in ("training", "fine-tuning")}
    found = []
    for month in design.dates:
        writes = 0.0
        for row in design.tables["operations"]:
            w = jobs.get(row["workload"])
            if row["period_month"] != month or w is None or getattr(w, "mode", "") == "lora":
                continue
            if row["gpus"]:
                writes += _write_gb_s(row, w, brief, catalog)
                found += _advances(row, w, brief, catalog)
        have = _can_write_gb_s(design, brief, catalog, month)
        if exceeds(writes, have):
            found.append(
                f"month {month}: checkpoints take {writes:,.1f} GB/s, storage writes {have:,.1f}"
            )
    return list(dict.fromkeys(found))


def _size_gb(w: Any, catalog: Catalog) -> float:
    params = w.params_count or spec(catalog.llms[w.llm], "params_count")
    return float(params) * BYTES_PER_PARAM / 1e9


def _figure(row: Row, name: str) -> float:
    return float(row["figures"].get(name, {}).get("value") or 0.0)


def _write_gb_s(row: Row, w: Any, brief: Brief, catalog: Catalog) -> float:
    """Return what the saves of a workload's jobs write at the interval of the design. [GB/s]."""
    size, interval = _size_gb(w, catalog), _figure(row, "checkpoint_interval")
    rate = size / interval if interval else 0.0
    if brief.storage.checkpoint_write_s:
        rate = max(rate, size / brief.storage.checkpoint_write_s)
    return rate * float(getattr(w, "concurrency_count", 1))


def _advances(row: Row, w: Any, brief: Brief, catalog: Catalog) -> list[str]:
    promised = brief.reliability.ettr_min_frac
    if promised is None:
        return []
    rel = brief.reliability
    interval, share = (_figure(row, f"checkpoint_{n}") for n in ("interval", "overhead"))
    per_gpu = rel.gpu_hours_per_interruption or _known(catalog, "gpu", "gpu_hours_per_interruption")
    restart = rel.restart_s
    if restart is None:
        restart = _known(catalog, "server", "restart_hours") * SECONDS_PER_HOUR
    gpus = row["gpus"] / float(getattr(w, "concurrency_count", 1))
    save_s = interval * share / (1 - share)
    mtti_s = per_gpu / gpus * SECONDS_PER_HOUR
    reached = ettr(interval, save_s, mtti_s, restart)
    if exceeds(promised, reached):
        return [f"{w.id}: advances for {reached:.3f} of the time, {promised:g} is promised"]
    return []


def _known(catalog: Catalog, subject: str, quantity: str) -> float:
    return float(catalog.constant(subject, quantity).value)


def _can_write_gb_s(design: Design, brief: Brief, catalog: Catalog, month: int) -> float:
    """Return what the fast tier writes through its ports with its redundant units lost. [GB/s]."""
    lines, total = until(bill(design), month), 0.0
    for part in catalog.storage.values():
        units = count(x for x in lines if x["part_id"] == part.id)
        if part.tier != "parallel" or not units:
            continue
        speed = min(spec(part, "network_port_gbit_s"), brief.network.storage_gbit_s)
        usable = _known(catalog, "storage-port", "usable_frac")
        wires = spec(part, "network_ports_count") * speed * usable / BITS_PER_BYTE
        left = max(0.0, units - spec(part, "redundant_units_count"))
        total += left * min(spec(part, "write_gb_s"), wires)
    return total
