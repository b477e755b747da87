"""Promises: predicted latency and time of a run are within what the brief promises."""

from __future__ import annotations

from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, brief_of, exceeds

HOURS_PER_DAY = 24.0
LATENCIES = {"ttft_p95": ("ttft_p95_s", "s"), "tpot_p95": ("tpot_p95_s", "s")}


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each predicted figure that is missing or beyond its promise."""
    brief = brief_of(design)
    limits: dict[str, dict[str, tuple[float, str]]] = {}
    for w in (*brief.workloads, *brief.services()):
        limits[w.id] = _limits(w)
    found = []
    for row in design.tables["operations"]:
        for figure, (limit, unit) in limits[row["workload"]].items():
            found += _kept(row, figure, limit, unit)
        found += _gpus(
            row, next(w for w in (*brief.workloads, *brief.services()) if w.id == row["workload"])
        )
    return list(dict.fromkeys(found))


def _limits(w: Any) -> dict[str, tuple[float, str]]:
    limits = {
        figure: (float(getattr(w, field)), unit)
        for figure, (field, unit) in LATENCIES.items()
        if getattr(w, field, None) is not None
    }
    if w.kind == "fine-tuning":
        limits["hours_per_run"] = (float(w.max_hours), "h")
    if w.kind == "training":
        limits["hours_per_run"] = (w.deadline_days * HOURS_PER_DAY, "h")
    return limits


def _kept(row: Row, figure: str, limit: float, unit: str) -> list[str]:
    entry = row["figures"].get(figure)
    if entry is None or entry.get("value") is None:
        return [f"{row['workload']}: no {figure} is predicted, {limit:g} {unit} are promised"]
    if exceeds(entry["value"], limit):
        return [
            f"{row['workload']}: {figure} is {entry['value']:.4g} {unit}, {limit:g} {unit}"
            " are promised"
        ]
    return []


def _gpus(row: Row, w: Any) -> list[str]:
    """Return a finding where a job uses more GPUs than it may."""
    most = getattr(w, "max_gpus_count", None)
    slots = getattr(w, "concurrency_count", 1)
    if most is None or getattr(w, "mode", "") == "lora" or not exceeds(row["gpus"], most * slots):
        return []
    return [
        f"{w.id}: {row['gpus']:g} GPUs at month {row['period_month']}, {most * slots} are allowed"
    ]
