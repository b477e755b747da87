"""Extract: a solved model read back as the tables of a design.

Every number from the ledger that the solver balanced.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf
from typing import Any

from designlib.milp.footprint import footprint
from designlib.milp.ledger import Ledger
from designlib.milp.linear import value_of
from designlib.milp.placement import place_all
from designlib.milp.resources import RESOURCES
from designlib.problem.tables import Candidate, Problem

Row = dict[str, Any]
_WHOLE = 1e-5
_LEAST_MONEY = 1e-9
"""What is spent counts down to here, so that sums of small amounts add up. [currency]"""
IN_SERVICE = "in service"
"""Use of a server that is there already, besides ``spare`` and ``idle``."""
MOVED_LINKS = "moved-links"
"""Part id of the work of re-plugging links; it is no part of the catalog."""


def value(expression: Any) -> float:
    """Return the number behind a ledger amount, with solver noise around whole numbers removed."""
    x = value_of(expression)
    return float(round(x)) if abs(x - round(x)) <= _WHOLE else x


def extract(m: Any, ledger: Ledger) -> dict[str, list[Row]]:
    """Return the tables of the design whose values the variables of ``m`` hold."""
    problem = ledger.problem
    bill = bill_of_materials(ledger)
    bill += moved_links(m, problem, len(bill))
    return {
        "bill_of_materials": bill,
        "operations": operations(m, problem),
        "placement": place_all(m, problem, bill),
        "balance": balance(ledger),
        "cost": costs(ledger),
        "footprint": footprint(ledger),
        "candidates": candidates(m, problem),
    } | ({"existing": existing(m, problem)} if len(m.OWNED) else {})


def bill_of_materials(ledger: Ledger) -> list[Row]:
    """Return one line for each item, pool and date of service."""
    p = ledger.problem
    counts: dict[tuple[str, str, str, int], float] = defaultdict(float)
    for book in ledger.installed:
        pairs = zip(book.stock, book.owned, strict=True)
        bought = [value(stock) - value(owned) for stock, owned in pairs]
        for t in p.date_indices:
            before = bought[t - 1] if t else 0.0
            counts[book.layer, book.item, book.pool, t] += bought[t] - before
    rows: list[Row] = []
    for (layer, item, pool, t), count in counts.items():
        if count <= _WHOLE:
            continue
        it = p.items[item]
        rows.append(
            {
                "line_id": f"L{len(rows) + 1:03d}",
                "part_id": it.part_id,
                "item": item,
                "layer": layer,
                "site": it.site,
                "pool": pool,
                "count": round(count),
                "unit": it.unit,
                "period_month": p.dates[t],
                "order_by_month": p.dates[t] - it.order_months,
                "unit_price": it.unit_price[t],
                "net_price": it.unit_price[t],
                "extended": it.unit_price[t] * round(count),
            }
        )
    return rows


def moved_links(m: Any, p: Problem, lines: int) -> list[Row]:
    """Return a line of the bill for the links that move each time a fabric grows."""
    cost: dict[tuple[str, int], float] = defaultdict(float)
    for f, s, t in m.MOVES:
        cost[f, t] += p.fabrics[f].steps[s].moved_links_cost * value(m.moved[f, s, t])
    rows: list[Row] = []
    for (f, t), amount in cost.items():
        if amount <= _WHOLE:
            continue
        item = p.items[next(iter(p.fabrics[f].steps[0].counts))]
        rows.append(
            {
                "line_id": f"L{lines + len(rows) + 1:03d}",
                "part_id": MOVED_LINKS,
                "item": MOVED_LINKS,
                "layer": "network",
                "site": item.site,
                "pool": f,
                "count": 1,
                "unit": "lot",
                "period_month": p.dates[t],
                "order_by_month": p.dates[t] - item.order_months,
                "unit_price": amount,
                "net_price": amount,
                "extended": amount,
            }
        )
    return rows


def existing(m: Any, p: Problem) -> list[Row]:
    """Return what becomes of the servers that are there already, at each date."""
    rows: list[Row] = []

    def add(i: str, t: int, use: str, pool: str, count: float) -> None:
        if count > _WHOLE:
            row = {"site": p.items[i].site, "pool": pool, "part_id": p.items[i].part_id}
            rows.append({**row, "use": use, "period_month": p.dates[t], "count": round(count)})

    for i in m.OWNED:
        for t in p.date_indices:
            left = p.kinds[i].owned[t]
            for k in (k for k in m.KEEPING if p.pools[k].kind == i):
                add(i, t, IN_SERVICE, k, value(m.keeps[k, t]))
                left -= value(m.keeps[k, t])
            if i in m.SHELVES:
                add(i, t, "spare", "", value(m.shelf[i, t]))
                left -= value(m.shelf[i, t])
            add(i, t, "idle", "", left)
    return rows


def operations(m: Any, p: Problem) -> list[Row]:
    """Return how each workload runs at each date, a row for each pool that it runs in."""
    rows = []
    parts = [(o, part) for o, c in p.candidates.items() for part in c.parts]
    for o, c in parts:
        if value(m.choose[o]) < 1:
            continue
        for t in p.date_indices:
            if not _runs(c, t):
                continue  # its phase has not begun, or is over
            rows.append(
                {
                    "workload": c.workload,
                    "candidate": o,
                    "pool": c.runs_on,
                    "site": p.site_of(o),
                    "period_month": p.dates[t],
                    "gpus": c.gpus[t] if c.gpus else 0.0,
                    "servers": c.at_once[t] if c.at_once else 0.0,
                    "replicas": c.replicas[t] if c.replicas else 0.0,
                    "layout": c.layout,
                    "precision": c.precision,
                    "batch": c.batch,
                    "busy_frac": c.busy_frac[t] if c.busy_frac else 0.0,
                    "hours": c.hours[t] if c.hours else 0.0,
                    "figures": c.figures | _done(c, t),
                }
            )
    return rows


def _done(c: Candidate, t: int) -> dict[str, Any]:
    """Return the share of its work that a part of a candidate does at a date, as a figure."""
    if not c.share:
        return {}
    share = dict.fromkeys(("value", "low", "high"), c.share[t])
    return {"share": {**share, "unit": "1", "source": "designlib.problem.existing"}}


def _runs(c: Candidate, t: int) -> bool:
    """Return whether a candidate has anything to do at a date: it has a share, or takes servers."""
    amounts = [c.gang, c.hours, c.gpus, c.replicas, c.rent_per_month, *c.held.values()]
    return c.fleet_share or any(series[t] for series in amounts if series)


def balance(ledger: Ledger) -> list[Row]:
    """Return supply and draw of every resource that somebody draws.

    With slack and growth factor.
    """
    p = ledger.problem
    rows: list[Row] = []
    for key in ledger.drawn():
        resource, place, t, slice_ = key
        if (resource, place) in p.unlimited:
            continue
        supplies = ledger.supplies.get(key, [])
        supply = sum(value(e.amount if e.capacity is None else e.capacity) for e in supplies)
        drawn = [(value(e.amount), e.scales) for e in ledger.draws(key)]
        draw = sum(x for x, _ in drawn)
        if draw <= _WHOLE and (supply <= _WHOLE or place not in p.sites):
            continue  # nobody uses it, or it belongs to a kind or pool that is not built
        scaling = sum(x for x, scales in drawn if scales)
        growth = (supply - (draw - scaling)) / scaling if scaling > _WHOLE else inf
        rows.append(
            {
                "layer": RESOURCES[resource].layer,
                "resource": resource,
                "unit": p.currency
                if RESOURCES[resource].unit == "currency"
                else RESOURCES[resource].unit,
                "place": place,
                "period_month": p.dates[t],
                "slice": slice_,
                "case": "normal",
                "supply": supply,
                "draw": draw,
                "slack": supply - draw,
                "utilisation": draw / supply if supply > _WHOLE else 0.0,
                "growth_factor": growth,
            }
        )
    return rows


def costs(ledger: Ledger) -> list[Row]:
    """Return the cost book by layer, kind and date."""
    p = ledger.problem
    amounts: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for c in ledger.costs:
        x = c.price * value_of(c.quantity)
        months = 1.0 if c.kind in ("capex", "residual") else p.interval_months[c.t]
        amounts[c.layer, c.kind, c.t][0] += x * months
        amounts[c.layer, c.kind, c.t][1] += x * c.factor
    return [
        {
            "layer": layer,
            "kind": kind,
            "period_month": p.dates[t],
            "amount": amount,
            "present_value": present,
        }
        for (layer, kind, t), (amount, present) in amounts.items()
        if abs(amount) > _LEAST_MONEY
    ]


def candidates(m: Any, p: Problem) -> list[Row]:
    """Return every candidate: chosen, considered, or dropped with the reason."""
    rows: list[Row] = []
    for o, c in p.candidates.items():
        chosen = value(m.choose[o]) >= 1
        kind = p.pools[c.pool].kind if c.pool else ""
        rows.append(
            {
                "workload": c.workload,
                "candidate": o,
                "pool": c.runs_on,
                "part_id": p.items[kind].part_id if kind else "",
                "status": "chosen" if chosen else "considered",
                "reason": "" if chosen else "costs more in the whole design",
                "figures": c.figures,
            }
        )
    rows += [
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
    return rows
