"""Capacity: each pool has the servers that its workloads hold and the hours its jobs take.

A service holds fewer replicas at night; what it frees may work on batches, but no hour is given
away twice.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    HOURS_PER_MONTH,
    Row,
    brief_of,
    exceeds,
    standing,
)

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR
RENTED = "rented"


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each pool and date that holds more than it has."""
    brief = brief_of(design)
    found = []
    for month in design.dates:
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in design.tables["operations"]:
            shared = _workload(brief, row["workload"]).kind == "fleet-share"
            if row["period_month"] == month and row["pool"] != RENTED and not shared:
                rows[row["pool"]].append(row)
        pools = pools_of(design, catalog, month)
        found += _servers(rows, pools, catalog, brief, month)
        for pool, mine in rows.items():
            _, servers = pools.get(pool, ("", 0.0))
            found += _hours(pool, mine, servers, brief, month)
    if brief.cloud_burst is None and any(r["pool"] == RENTED for r in design.tables["operations"]):
        found.append("a workload runs on rented servers, which the brief does not allow")
    return found


def pools_of(design: Design, catalog: Catalog, month: int) -> dict[str, tuple[str, float]]:
    """Return part and servers in service of every pool, bought or there already."""
    pools: dict[str, tuple[str, float]] = {}
    for line in standing(design, month):
        if line["part_id"] not in catalog.servers or not line["pool"]:
            continue
        _, before = pools.get(line["pool"], ("", 0.0))
        pools[line["pool"]] = (line["part_id"], before + line["count"])
    return pools


def _servers(
    rows: dict[str, list[Row]],
    pools: dict[str, tuple[str, float]],
    catalog: Catalog,
    brief: Brief,
    month: int,
) -> list[str]:
    """Return the pools that lack servers."""
    found = []
    for pool, mine in rows.items():
        part, servers = pools.get(pool, ("", 0.0))
        if not part:
            found.append(
                f"month {month}: {mine[0]['workload']} runs in pool {pool}, which the"
                " bill does not have"
            )
            continue
        gpus = catalog.servers[part].specs.gpus_count.value
        held = sum(held_servers(row, gpus, brief) for row in mine)
        word = "GPUs" if gpus else "servers"
        if exceeds(held, servers):
            found.append(
                f"month {month}: workloads hold {held * (gpus or 1):,.1f} {word} of {pool},"
                f" {servers * (gpus or 1):,.0f} are in service"
            )
    return found


def held_servers(row: Row, gpus_per_server: float, brief: Brief) -> float:
    """Return the servers that a workload holds; a batch holds none, it takes hours."""
    if _workload(brief, row["workload"]).kind == "batch-inference":
        return 0.0
    gpus = (row["gpus"] or 0.0) / gpus_per_server if gpus_per_server else 0.0
    return float(max(row["servers"] or 0.0, gpus))


def _workload(brief: Brief, name: str) -> Any:
    return next(w for w in (*brief.workloads, *brief.services()) if w.id == name)


def _hours(pool: str, rows: list[Row], servers: float, brief: Brief, month: int) -> list[str]:
    """Return the windows of the day in which a pool gives away more hours than it has."""
    windows = {getattr(_workload(brief, r["workload"]), "window", None) for r in rows if r["hours"]}
    found = []
    for window in sorted(windows | {None}, key=str):
        inside = [m for m in range(MINUTES_PER_DAY) if window is None or is_open(window, m)]
        hours = HOURS_PER_MONTH * len(inside) / MINUTES_PER_DAY
        held = sum(_held_hours(r, brief, inside) * hours for r in rows if not r["hours"])
        jobs = sum(
            r["hours"] or 0.0
            for r in rows
            if window in (None, getattr(_workload(brief, r["workload"]), "window", None))
        )
        if exceeds(held + jobs, servers * hours):
            found.append(
                f"month {month}: {pool} gives away {held + jobs:,.0f} server-hours"
                f" {window or 'a day round'},"
                f" it has {servers * hours:,.0f}"
            )
    return found


def held_hours_frac(row: Row, brief: Brief) -> float:
    """Return the servers that a workload holds on average over the day. [servers]."""
    return _held_hours(row, brief, list(range(MINUTES_PER_DAY)))


def _held_hours(row: Row, brief: Brief, inside: list[int]) -> float:
    """Return the servers that a service holds on average over some minutes, at the least."""
    servers = float(row["servers"] or 0.0)
    day = getattr(_workload(brief, row["workload"]), "diurnal", None)
    if day is None or not brief.policies.batch_on_serving:
        return servers
    night = sum(is_open(day.night, minute) for minute in inside) / len(inside)
    return servers * float(1.0 - night * (1.0 - day.night_share_of_peak_frac))


def is_open(window: str, minute: int) -> bool:
    """Return whether a minute of the day lies in a window such as "20:00-06:00"."""
    start, end = (_minute(clock) for clock in window.split("-"))
    if start == end:
        return True
    return start <= minute < end if start < end else minute >= start or minute < end


def _minute(clock: str) -> int:
    hour, minute = clock.strip().split(":")
    return (int(hour) * MINUTES_PER_HOUR + int(minute)) % MINUTES_PER_DAY
