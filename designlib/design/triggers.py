"""Triggers: how long each layer lasts, and the use at which its next order must leave.

A layer is full when it draws all that it supplies. An order takes its lead and installation time,
so it must leave while there is still room for the growth of that time.
"""

from __future__ import annotations

from collections import defaultdict
from math import inf, log
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.design import Design
from designlib.design.terms import horizon_months
from designlib.physics.growth import growth_per_month, upgrade_trigger_frac

WEEKS_PER_MONTH: Final = 365 / 7 / 12
NOT_CAPACITY: Final = ("capability", "rack_slots", "capex", "spare_cover", "apart_servers")
"""Resources that bound a design, but that no order of more of the same would widen."""
COLUMNS: Final = [
    "layer", "resource", "place", "unit", "supply", "draw", "use_frac", "growth_per_month_frac",
    "lead_months", "trigger_frac", "first_stock_full_month", "full_month",
]  # fmt: skip
SERVICES: Final = [
    "workload", "busy_max_frac", "growth_per_month_frac", "lead_months", "trigger_frac",
]  # fmt: skip
_NONE = 1e-9
Row = dict[str, Any]


def triggers(design: Design) -> pd.DataFrame:
    """Return for each layer how long it lasts and at which use its next order must leave.

    Parameters
    ----------
    design : Design
        Any design.

    Returns
    -------
    pandas.DataFrame, shape (layers, columns)
        Row: the resource of a layer that fills first. ``supply`` and ``draw`` at the last date
        [unit], ``use_frac`` of them [1]; ``growth_per_month_frac`` of the draw over the horizon
        [1]; ``lead_months``: the longest time from order to service of the parts of the layer, NaN
        where the design buys none of it [mo]; ``trigger_frac``: the use at which the next order
        must leave, NaN without a lead time [1]; ``first_stock_full_month``: when what the first
        date brings is full if nothing follows; ``full_month``: when all that is planned is full if
        growth goes on; both infinite where nothing grows [mo].

    Notes
    -----
    With growth g a month and L months from order to service the trigger is (1 + g)^-L; work that
    does not grow with the workloads draws the same at all times.
    """
    leads = _leads(design)
    rows = [_row(design, series, leads) for series in _series(design)]
    best: dict[str, tuple[Any, ...]] = {}
    for row in sorted(rows, key=lambda r: (r[-1], r[-2], -r[6])):
        best.setdefault(row[0], row)
    return pd.DataFrame(list(best.values()), columns=COLUMNS)


def service_triggers(design: Design) -> pd.DataFrame:
    """Return for each service the load of its GPUs at which more of them must be ordered.

    Parameters
    ----------
    design : Design
        A design whose brief tells how its services grow.

    Returns
    -------
    pandas.DataFrame, shape (services, columns)
        ``workload``; ``busy_max_frac``: the highest load at which the design keeps its promise
        [1]; ``growth_per_month_frac`` [1] and ``lead_months`` of servers [mo]; ``trigger_frac``:
        the load at which to order [1].
    """
    rows = []
    lead = _leads(design).get("compute", float("nan"))
    for w in Brief.from_dict(design.brief).services():
        busy = [r["busy_frac"] or 0.0 for r in design.tables["operations"] if r["workload"] == w.id]
        if max(busy, default=0.0) <= 0 or w.growth_factor_24_months <= 1:
            continue  # it rents its GPUs, or it does not grow
        growth, most = growth_per_month(w.growth_factor_24_months), max(busy)
        trigger = upgrade_trigger_frac(most, growth, lead * WEEKS_PER_MONTH)
        rows.append((w.id, most, growth, lead, trigger))
    return pd.DataFrame(rows, columns=SERVICES)


def _series(design: Design) -> list[list[Row]]:
    """Return the rows of each resource at each place over the dates, at its tightest slice."""
    found: dict[tuple[str, str, str], dict[int, Row]] = defaultdict(dict)
    for r in design.tables["balance"]:
        if r["resource"] in NOT_CAPACITY or r["slice"] or not r["supply"]:
            continue
        key = r["layer"], r["resource"], r["place"]
        known = found[key].get(r["period_month"])
        if known is None or r["utilisation"] > known["utilisation"]:
            found[key][r["period_month"]] = r
    return [[by[m] for m in sorted(by)] for by in found.values()]


def _row(design: Design, rows: list[Row], leads: dict[str, float]) -> tuple[Any, ...]:
    last = rows[-1]
    growth = observed_growth(design, rows)
    lead = leads.get(last["layer"], float("nan"))
    trigger = upgrade_trigger_frac(1.0, growth, lead * WEEKS_PER_MONTH) if lead == lead else lead
    return (
        last["layer"], last["resource"], last["place"], last["unit"], last["supply"], last["draw"],
        last["utilisation"], growth, lead, trigger,
        _first_full(design, rows, growth), _full(last, growth, horizon_months(design)),
    )  # fmt: skip


def observed_growth(design: Design, rows: list[Row]) -> float:
    """Return the growth of a draw in one month, from the first to the last date that has any. [1].

    A row holds the demand at the end of its interval; from the horizon on demand stays. What is
    drawn before the first GPU is in service does not count.
    """
    begin = min((g["period_month"] for g in design.summary.get("gpus", [])), default=0)
    rows = [r for r in rows if r["period_month"] >= begin]
    ends = {m: min(e, horizon_months(design)) for m, e in _ends(design).items()}
    drawn = [(ends[r["period_month"]], r["draw"]) for r in rows if r["draw"] > _NONE]
    if len(drawn) < 2 or drawn[-1][0] <= drawn[0][0]:
        return 0.0
    (start, before), (end, after) = drawn[0], drawn[-1]
    return max(0.0, float((after / before) ** (1 / (end - start)) - 1))


def _ends(design: Design) -> dict[int, int]:
    return dict(zip(design.dates, (*design.dates, horizon_months(design))[1:], strict=True))


def _first_full(design: Design, rows: list[Row], growth: float) -> float:
    """Return the month at which the supply of the first date is full, between two demands."""
    supply, ends = rows[0]["supply"], _ends(design)
    before = None
    for r in rows:
        month = min(ends[r["period_month"]], horizon_months(design))
        if r["draw"] > supply * (1 + 1e-9):
            if before is None or growth <= 0:
                return float(month)
            start, drawn = before
            if drawn <= _NONE:
                return float(month)
            share = log(supply / drawn) / log(r["draw"] / drawn)
            return float(start + share * (month - start))
        before = (month, r["draw"])
    return _full({**rows[-1], "supply": supply, "growth_factor": None}, growth, month)


def _full(row: Row, growth: float, month: int) -> float:
    """Return the month at which a supply is full when its draw goes on growing."""
    if growth <= 0 or row["draw"] <= _NONE:
        return inf
    room = row["growth_factor"] or row["supply"] / row["draw"]
    return month + log(max(room, 1.0)) / log(1 + growth)


def _leads(design: Design) -> dict[str, float]:
    """Return the longest time from order to service of the parts of each layer. [mo]."""
    found: dict[str, float] = defaultdict(float)
    for line in design.tables["bill_of_materials"]:
        wait = line["period_month"] - line["order_by_month"]
        found[line["layer"]] = max(found[line["layer"]], wait)
    return found
