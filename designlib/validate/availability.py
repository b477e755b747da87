"""Availability: with whole servers failing, a service keeps the replicas that its peak needs.

A server that fails takes all its replicas with it, so replicas of one server do not back each other
up. Servers fail independently; what is left of the pool may all serve the workload in question.
"""

from __future__ import annotations

from math import ceil, exp, log
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    Row,
    brief_of,
    count,
    demand_dates,
    gpu_servers,
    grown,
    share,
    spec,
    standing,
)
from designlib.validate._sites import ANY, duties, rented_frac
from designlib.validate.sites import sustained_requests_s


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each service that whole servers can take down too often."""
    brief = brief_of(design)
    services = {w.id: w for w in brief.services()}
    up = float(catalog.constant("server", "availability_frac").value)
    ends = dict(demand_dates(design, brief))
    worst: dict[str, tuple[float, str]] = {}
    for row in design.tables["operations"]:
        w, month = services.get(row["workload"]), row["period_month"]
        servers, room = _pool(design, catalog, row)
        if w is None or not servers or month not in ends:
            continue
        rate = _share(brief, w, row) * w.peak_requests_s
        rate *= grown(ends[month], w.growth_factor_24_months, w.growth_shape)
        one = sustained_requests_s(brief, catalog, w, row)
        replicas = max(1, ceil(rate / one - 1e-9)) if one else 1
        held = _up_probability(servers, servers - ceil(replicas / room), up)
        if held < min(w.availability_frac - 1e-9, worst.get(w.id, (1.0, ""))[0]):
            worst[w.id] = (
                held,
                f"{w.id}: at month {month} the servers of its pool ({servers}) keep the replicas"
                f" that it needs ({replicas}) up {held:.3%} of the time,"
                f" {w.availability_frac:.3%} is promised",
            )
    return [sentence for _, sentence in worst.values()]


def _pool(design: Design, catalog: Catalog, row: Row) -> tuple[int, int]:
    """Return the servers in service of a workload's pool, and the replicas that one holds."""
    lines = gpu_servers(standing(design, row["period_month"]), catalog)
    mine = [line for line in lines if line["pool"] == row["pool"]]
    if not mine or not row["replicas"]:
        return 0, 0
    server = catalog.servers[mine[0]["part_id"]]
    degree = row["gpus"] / row["replicas"]
    return round(count(mine)), max(1, int(spec(server, "gpus_count") / degree))


def _share(brief: Brief, w: Any, row: Row) -> float:
    """Return the share of the peak that the servers of a row must carry."""
    shares = duties(brief, w)
    mine = shares.get(ANY, shares.get(row["site"], 0.0))
    return mine * (1.0 - rented_frac(row)) * share(row)


def _up_probability(servers: int, lost_max: int, up: float) -> float:
    """Return the probability that at most so many servers are down."""
    if not 0 < up < 1:
        return float(up >= 1 or lost_max >= servers)
    term = servers * log(up)  # the logarithm, for thousands of servers leave the range of floats
    held = exp(term)
    for k in range(1, max(-1, lost_max) + 1):
        term += log((servers - k + 1) / k * (1 - up) / up)
        held += exp(term)
    return held if lost_max >= 0 else 0.0
