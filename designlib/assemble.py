"""Assemble: the tables of a solved model, joined with sources.

Assumptions and certificate into a design.
"""

from __future__ import annotations

import platform
from collections import defaultdict
from importlib.metadata import version
from math import inf
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import SCHEMA_VERSION, Design, Infeasible
from designlib.milp.build import OBJECTIVE_SCALE
from designlib.milp.engine import Outcome
from designlib.milp.extract import extract, value
from designlib.milp.ledger import RESOURCES, Ledger
from designlib.milp.repair import Diagnosis
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.tables import Problem

Row = dict[str, Any]
HOURS_PER_YEAR = 12 * HOURS_PER_MONTH
NOT_A_LAYER = ("capability", "rack_slots", "capex", "server_hours")
"""Resources that bound a design without being capacity that workloads could still grow into."""


def assemble(
    brief: Brief,
    catalog: Catalog,
    context: Context,
    m: Any,
    ledger: Ledger,
    outcome: Outcome,
    physics_s: float,
) -> Design:
    """Return the design that the variables of a solved model hold."""
    problem = ledger.problem
    tables = extract(m, ledger)
    classes = {w.id: (w.workload_class, w.name or w.id) for w in brief.workloads}
    for row in tables["operations"]:
        row["workload_class"], row["name"] = classes[row["workload"]]
    tables["bill_of_materials"] = [_sourced(catalog, row) for row in tables["bill_of_materials"]]
    tables["assumptions"] = _assumptions(brief, catalog, context, tables["bill_of_materials"])
    summary = _summary(m, problem, tables, outcome)
    return Design(
        schema_version=SCHEMA_VERSION,
        status=outcome.status,
        name=brief.name,
        currency=brief.currency,
        brief=brief.to_dict(),
        dates=problem.dates,
        tables=tables,
        certificate=_certificate(brief, catalog, problem, outcome, physics_s),
        summary=summary,
    )


def _sourced(catalog: Catalog, row: Row) -> Row:
    """Return a line of the bill with name, vendor and where its price comes from."""
    part, price = catalog.part(row["part_id"]), catalog.price(row["part_id"])
    line = {k: v for k, v in row.items() if k != "item"}
    return {
        **line,
        "name": part.name,
        "vendor": part.vendor,
        "price_source": price.source,
        "price_date": str(price.date),
        "confidence": price.confidence,
        "note": price.note or "",
    }


def _assumptions(brief: Brief, catalog: Catalog, context: Context, bill: list[Row]) -> list[Row]:
    """Return every default, derived figure and estimated price that the design rests on."""
    rows = [
        {
            "path": a.path,
            "value": a.value,
            "unit": a.unit,
            "source": a.source,
            "date": "",
            "confidence": "assumption",
            "reason": a.reason,
        }
        for a in brief.assumptions()
    ]
    rows += [
        {
            "path": path,
            "value": amount,
            "unit": unit,
            "source": "derived",
            "date": "",
            "confidence": "assumption",
            "reason": reason,
        }
        for path, amount, unit, reason in dict.fromkeys(context.notes)
    ]
    for part in sorted({line["part_id"] for line in bill}):
        price = catalog.price(part)
        rows.append(
            {
                "path": f"prices.{part}",
                "value": price.value,
                "unit": price.unit,
                "source": price.source,
                "date": str(price.date),
                "confidence": price.confidence,
                "reason": price.note or f"range {price.low:,.0f} to {price.high:,.0f}",
            }
        )
    rows += [
        {
            "path": f"{c.subject}.{c.quantity}",
            "value": c.value,
            "unit": c.unit,
            "source": c.source,
            "date": str(c.date),
            "confidence": c.confidence,
            "reason": c.note or "",
        }
        for c in sorted(context.constants_used(), key=lambda c: (c.subject, c.quantity))
    ]
    return rows


def _summary(m: Any, p: Problem, tables: dict[str, list[Row]], outcome: Outcome) -> dict[str, Any]:
    bill, last = tables["bill_of_materials"], p.dates[-1]
    capex = sum(line["extended"] for line in bill) + _moved(tables)
    now = {r["resource"]: r for r in tables["balance"] if r["period_month"] == last}
    energy = [c for c in tables["cost"] if c["kind"] == "energy" and c["period_month"] == last]
    energy_month = sum(c["amount"] for c in energy) / p.interval_months[-1]
    facility_kw = energy_month / p.energy_per_kw_month if p.energy_per_kw_month else 0.0
    objective = (outcome.objective or 0.0) / OBJECTIVE_SCALE
    gpus = _gpus(m, p)
    hours = _gpu_hours(m, p)
    return {
        "capex": capex,
        "tco": objective,
        "it_kw": now.get("it_kw", {}).get("draw", 0.0),
        "facility_kw": now.get("facility_kw", {}).get("draw") or _facility_kw(m, p),
        "racks": round(now.get("positions", {}).get("draw", 0.0)),
        "gpus": gpus,
        "fabrics": _fabrics(m, p),
        "bottleneck": bottleneck(tables["balance"], last),
        "orchestration": [i for i in p.software if value(m.runs[i]) >= 1],
        "annual_energy_mwh": facility_kw * HOURS_PER_YEAR / 1000,
        "usd_per_gpu_hour": objective / hours if hours else 0.0,
    }


def _moved(tables: dict[str, list[Row]]) -> float:
    """Return what links that move cost: capital that is no line of the bill."""
    spent = sum(c["amount"] for c in tables["cost"] if c["kind"] == "capex")
    return max(0.0, spent - sum(line["extended"] for line in tables["bill_of_materials"]))


def _facility_kw(m: Any, p: Problem) -> float:
    """Return the rated draw of the site with its cooling, at the last date. [kW]."""
    t = p.date_indices[-1]
    servers = sum(p.racks[q].pue * p.items[i].max_kw * value(m.placed[i, q, t]) for i, q in m.FITS)
    return servers + p.service_pue * _service_kw(m, p, t)


def _service_kw(m: Any, p: Problem, t: int) -> float:
    kw = sum(p.items[s].max_kw * value(m.units[s, t]) for s in p.stores)
    if p.control_item is not None:
        kw += p.items[p.control_item].max_kw * value(m.control[t])
    for f, fabric in p.fabrics.items():
        built = sum(value(m.built[f, s, t]) for s in range(len(fabric.steps)))
        if built:
            counts = fabric.steps[round(built) - 1].counts
            kw += sum(p.items[i].max_kw * n for i, n in counts.items())
    return kw


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
    """Return the GPU-hours in service over the cost horizon. [h]."""
    return sum(
        p.kinds[pool.kind].gpus_count
        * value(m.servers[k, t])
        * p.interval_months[t]
        * HOURS_PER_MONTH
        for k, pool in p.pools.items()
        for t in p.date_indices
    )


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
                "switch": next(iter(step.counts)),
                "period_month": p.dates[t],
            }
        )
    return rows


def bottleneck(balance: list[Row], month: int) -> dict[str, Any]:
    """Return the row with the least growth factor at a date: the layer that fills up first."""
    rows = [
        r
        for r in balance
        if r["period_month"] == month
        and r["resource"] not in NOT_A_LAYER
        and r["growth_factor"] != inf
        and r["draw"] > 0
    ]
    if not rows:
        return {}
    least = min(rows, key=lambda r: r["growth_factor"])
    return {
        k: least[k] for k in ("layer", "resource", "place", "growth_factor", "period_month")
    } | {"words": RESOURCES[least["resource"]].shortage}


def _certificate(
    brief: Brief, catalog: Catalog, p: Problem, outcome: Outcome, physics_s: float
) -> dict[str, Any]:
    objective = (outcome.objective or 0.0) / OBJECTIVE_SCALE
    bound = outcome.bound / OBJECTIVE_SCALE
    gap = outcome.gap or 0.0
    dropped = len(p.dropped)
    return {
        "objective": objective,
        "bound": bound,
        "gap": gap,
        "status": outcome.status,
        "candidates_considered": len(p.candidates),
        "candidates_dropped": dropped,
        "seconds": {
            **outcome.seconds,
            "physics": physics_s,
            "total": outcome.seconds["total"] + physics_s,
        },
        "model": outcome.model,
        "solver": outcome.solver,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("pyomo", "highspy")},
        },
        "catalog_hash": catalog.hash,
        "brief_hash": brief.hash,
        "policies": list(p.policies),
        "statement": (
            f"No design over these {len(p.candidates)} candidates and building blocks "
            f"costs less than "
            f"{bound:,.0f} {p.currency} in present value; this one costs {objective:,.0f}, at most "
            f"{gap:.2%} more. {dropped} options were dropped beforehand, each with its reason."
        ),
    }


def refusal(brief: Brief, p: Problem) -> Infeasible | None:
    """Return why a workload cannot run at all, before any optimization.

    None where every workload can.
    """
    lacking = [w for w in p.workloads if not p.candidates_of(w)]
    if not lacking:
        return None
    names = {w.id: w.name or w.id for w in brief.workloads}
    conflict, repairs, shortfalls = [], [], []
    for w in lacking:
        mine = [d for d in p.dropped if d.workload == w]
        site = [d for d in p.dropped if d.workload == "*"]
        reasons = list(dict.fromkeys(f"{d.part_id}: {d.reason}" for d in (mine or site)))
        conflict.append(f"{w} ({names[w]}) cannot run on any server allowed: " + "; ".join(reasons))
        near = [d.relief for d in mine if d.relief is not None]
        if near:
            best = min(near, key=lambda r: abs(r.needed / r.limit - 1) if r.limit else inf)
            shortfalls.append(
                {
                    "requirement": best.requirement,
                    "path": best.path,
                    "limit": best.limit,
                    "needed": best.needed,
                    "unit": best.unit,
                }
            )
            repairs.append(
                {
                    "requirement": best.requirement,
                    "from": best.limit,
                    "to": best.needed,
                    "unit": best.unit,
                    "cost": None,
                    "verified": False,
                }
            )
    return Infeasible(
        conflict=conflict,
        shortfalls=shortfalls,
        repairs=repairs,
        candidates=_dropped_rows(p),
        brief=brief.to_dict(),
    )


def relaxed(brief: Brief, p: Problem, diagnosis: Diagnosis) -> Infeasible:
    """Return the exception for a problem without a design.

    What conflicts, by how much, and what mends it.
    """
    shortfalls = [
        {
            "requirement": s.requirement,
            "path": s.path,
            "limit": s.limit,
            "needed": s.needed,
            "unit": s.unit,
        }
        for s in diagnosis.shortfalls
    ]
    repairs = [
        {
            "requirement": change.requirement,
            "from": change.limit,
            "to": change.needed,
            "unit": change.unit,
            "cost": repair.cost,
            "verified": True,
        }
        for repair in diagnosis.repairs
        for change in repair.changes
    ]
    return Infeasible(
        conflict=[str(s) for s in diagnosis.shortfalls] or list(diagnosis.missing),
        shortfalls=shortfalls,
        repairs=repairs,
        candidates=_dropped_rows(p),
        brief=brief.to_dict(),
    )


def _dropped_rows(p: Problem) -> list[Row]:
    return [
        {
            "workload": d.workload,
            "candidate": d.candidate,
            "pool": d.pool,
            "part_id": d.part_id,
            "status": "dropped",
            "reason": d.reason,
            "figures": {},
        }
        for d in p.dropped
    ]
