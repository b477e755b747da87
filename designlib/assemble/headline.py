"""Headline: the figures that everybody asks for first, read off the tables and the ledger."""

from __future__ import annotations

from collections import defaultdict
from math import inf
from typing import Any

from designlib.milp.build import OBJECTIVE_SCALE
from designlib.milp.extract import value
from designlib.milp.ledger import Ledger
from designlib.milp.outcome import Outcome
from designlib.milp.resources import RESOURCES
from designlib.problem.context import HOURS_PER_MONTH
from designlib.problem.tables import Problem

Row = dict[str, Any]
HOURS_PER_YEAR = 12 * HOURS_PER_MONTH
NOT_A_LAYER = ("capability", "rack_slots", "capex", "spare_cover", "apart_servers")
"""Resources that bound a design without being capacity that workloads could still grow into."""


def summary(
    m: Any, ledger: Ledger, tables: dict[str, list[Row]], outcome: Outcome
) -> dict[str, Any]:
    """Return the headline of a design: money, power, GPUs, fabrics and the bottleneck."""
    p = ledger.problem
    bill, last = tables["bill_of_materials"], p.dates[-1]
    capex = sum(line["extended"] for line in bill)
    metered = [x.facility_kw for x in ledger.metered if x.t == p.date_indices[-1]]
    facility_kw = sum((value(kw) for kw in metered), 0.0)
    objective = (outcome.objective or 0.0) / OBJECTIVE_SCALE
    gpus = _gpus(m, p)
    hours = _gpu_hours(m, p)
    return {
        "capex": capex,
        "tco": objective,
        "it_kw": _drawn(ledger, "it_kw"),
        "facility_kw": _drawn(ledger, "facility_kw"),
        "racks": round(_drawn(ledger, "positions")),
        "gpus": gpus,
        "fabrics": _fabrics(m, p),
        "sites": _sites(m, ledger, bill),
        "bottleneck": bottleneck(tables["balance"], last),
        "orchestration": [i for i in p.software if value(m.runs[i]) >= 1],
        "carbon_t": sum(row["carbon_t"] for row in tables["footprint"]),
        "water_m3": sum(row["water_m3"] for row in tables["footprint"]),
        "annual_energy_mwh": facility_kw * HOURS_PER_YEAR / 1000,
        "usd_per_gpu_hour": objective / hours if hours else 0.0,
    }


def _sites(m: Any, ledger: Ledger, bill: list[Row]) -> list[Row]:
    """Return what stands at each site at the last date, and what is spent on it."""
    p = ledger.problem
    t = p.date_indices[-1]
    gpus: dict[str, int] = defaultdict(int)
    for k, pool in p.pools.items():
        kind = p.kinds[pool.kind]
        gpus[p.items[pool.kind].site] += kind.gpus_count * round(value(m.servers[k, t]))
    return [
        {
            "site": site,
            "gpus": gpus[site],
            "racks": round(_drawn(ledger, "positions", site)),
            "it_kw": _drawn(ledger, "it_kw", site),
            "facility_kw": _drawn(ledger, "facility_kw", site),
            "capex": sum(line["extended"] for line in bill if line["site"] == site),
        }
        for site in p.sites
    ]


def _drawn(ledger: Ledger, resource: str, *sites: str) -> float:
    """Return what sites, or all of them together, draw of a resource at the last date."""
    p = ledger.problem
    keys = [(resource, site, p.date_indices[-1], "") for site in sites or p.sites]
    return sum((value(e.amount) for key in keys for e in ledger.draws(key)), 0.0)


def _gpus(m: Any, p: Problem) -> list[Row]:
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for k, pool in p.pools.items():
        for t in p.date_indices:
            counts[p.items[pool.kind].part_id, p.dates[t]] += p.kinds[pool.kind].gpus_count * round(
                value(m.servers[k, t])
            )
    return [
        {"part": part, "period_month": month, "count": n}
        for (part, month), n in counts.items()
        if n
    ]


def _gpu_hours(m: Any, p: Problem) -> float:
    """Return the GPU-hours in service over the cost horizon, discounted like the cost. [h]."""
    hours: float = sum(
        p.kinds[pool.kind].gpus_count * value(m.servers[k, t]) * p.annuity[t] * HOURS_PER_MONTH
        for k, pool in p.pools.items()
        for t in p.date_indices
    )
    return hours


def _fabrics(m: Any, p: Problem) -> list[Row]:
    rows = []
    for f, fabric in p.fabrics.items():
        t = p.date_indices[-1]
        size = round(sum(value(m.built[f, s, t]) for s in range(len(fabric.steps))))
        if not size or value(m.linked[f, t]) <= 0:
            continue
        step = fabric.steps[size - 1]
        rows.append(
            {
                "name": f"{fabric.role}: {f}",
                "technology": fabric.technology,
                "leaf": step.leaf,
                "spine": step.spine,
                "core": step.core,
                "switch": p.items[next(iter(step.counts))].part_id,
                "site": p.items[next(iter(step.counts))].site,
                "period_month": p.dates[t],
            }
        )
    return rows


def _whole_days(rows: list[Row]) -> list[Row]:
    """Return the server-hours of each pool over the whole day: work can move between slices."""
    found = []
    for place in {r["place"] for r in rows if r["resource"] == "server_hours"}:
        mine = [r for r in rows if r["resource"] == "server_hours" and r["place"] == place]
        growth = sum(r["supply"] for r in mine) / sum(r["draw"] for r in mine)
        found.append({**mine[0], "slice": "", "growth_factor": growth})
    return found


def bottleneck(balance: list[Row], month: int) -> dict[str, Any]:
    """Return the row with the least growth factor at a date: the layer that fills up first."""
    now = [r for r in balance if r["period_month"] == month and r["draw"] > 0]
    rows = [
        r
        for r in [*now, *_whole_days(now)]
        if r["resource"] not in NOT_A_LAYER and r["growth_factor"] != inf and not r["slice"]
    ]
    if not rows:
        return {}
    least = min(rows, key=lambda r: r["growth_factor"])
    return {
        k: least[k] for k in ("layer", "resource", "place", "growth_factor", "period_month")
    } | {"words": RESOURCES[least["resource"]].shortage}
