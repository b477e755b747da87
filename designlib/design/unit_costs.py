"""Unit costs: what an hour of a GPU and a million tokens cost, each with what it is made of.

Cost and quantity are both discounted, so that a constant fleet gives the annuity of its capital
plus its running cost, by the hours of a year.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.design import Design
from designlib.design.spread import RENTED, spread
from designlib.design.terms import annuities, horizon_months, intervals, wacc_frac
from designlib.faults import FaultError
from designlib.physics.finance import present_value_factor
from designlib.physics.growth import GROWTH_MONTHS, demand_factor

HOURS_PER_MONTH: Final = 730.0
SECONDS_PER_HOUR: Final = 3600.0
MILLION: Final = 1e6
COLUMNS: Final = ["figure", "value", "unit", "cost", "quantity", "quantity_unit", "inputs"]


def unit_costs(design: Design) -> pd.DataFrame:
    """Return what one hour of a GPU and one million tokens of each service cost.

    Parameters
    ----------
    design : Design
        Any design.

    Returns
    -------
    pandas.DataFrame, shape (figures, columns)
        ``figure``, ``value`` in ``unit``; ``cost`` [money] and ``quantity`` [quantity_unit], of
        which the value is the ratio, both as present values; ``inputs`` in words.
    """
    currency, wacc = design.currency, wacc_frac(design)
    own = sum(c["present_value"] for c in design.tables["cost"] if c["layer"] != RENTED)
    served, used = gpu_hours(design)
    rows = []
    for name, hours in (("GPU-hour in service", served), ("GPU-hour in use", used)):
        if hours > 0:
            inputs = f"all costs but rent; GPUs in service; hours discounted at {wacc:.1%} a year"
            if name.endswith("use"):
                inputs += "; share of time in use of each workload"
            rows.append((name, own / hours, f"{currency}/h", own, hours, "h", inputs))
    by_workload = cost_by_workload(design).set_index("workload").present_value
    for workload, tokens, inputs in _tokens(design):
        if tokens > 0 and workload in by_workload:
            cost = float(by_workload[workload])
            name, unit = f"million tokens of {workload}", f"{currency}/million tokens"
            rows.append((name, cost / tokens, unit, cost, tokens, "million tokens", inputs))
    return pd.DataFrame(rows, columns=COLUMNS)


def cost_by_workload(design: Design) -> pd.DataFrame:
    """Return what each workload costs over the horizon; all together are the total cost.

    Parameters
    ----------
    design : Design
        Any design.

    Returns
    -------
    pandas.DataFrame, shape (workloads, columns)
        ``workload``, ``present_value`` [money], ``share`` of all [1]; the dearest first.
    """
    found: dict[str, float] = defaultdict(float)
    for (workload, _), amount in spread(design).items():
        found[workload] += amount
    total = sum(found.values()) or 1.0
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    rows = [(workload, amount, amount / total) for workload, amount in ranked]
    return pd.DataFrame(rows, columns=["workload", "present_value", "share"])


def cost_by_layer(design: Design) -> pd.DataFrame:
    """Return what each layer costs over the horizon, by kind of cost; all together are the total.

    Returns
    -------
    pandas.DataFrame, shape (layers, kinds)
        Present value, residual value below 0. [money]
    """
    return design.cost.pivot_table(
        index="layer", columns="kind", values="present_value", aggfunc="sum", fill_value=0.0
    )


def gpu_hours(design: Design) -> tuple[float, float]:
    """Return the hours of all GPUs in service and of those in use, discounted like money. [h]."""
    served = used = 0.0
    for month, annuity in annuities(design).items():
        fleet = sum(
            g["count"] for g in design.summary.get("gpus", []) if g["period_month"] == month
        )
        rows = [r for r in design.tables["operations"] if r["period_month"] == month]
        busy = sum((r["gpus"] or 0.0) * (r["busy_frac"] or 0.0) for r in rows if _owned(r))
        served += fleet * annuity * HOURS_PER_MONTH
        used += min(busy, fleet) * annuity * HOURS_PER_MONTH
    return served, used


def _owned(row: dict[str, Any]) -> bool:
    return bool(row["pool"] != RENTED)


def _tokens(design: Design) -> list[tuple[str, float, str]]:
    """Return the millions of tokens of each service and batch, discounted, and their inputs."""
    try:
        brief = Brief.from_dict(design.brief)
    except FaultError:
        return []  # a design of another tool, whose brief tells only names
    found = []
    for w in brief.work():
        if w.kind == "inference":
            mean = w.peak_requests_s / w.diurnal.peak_to_mean
            monthly = mean * SECONDS_PER_HOUR * HOURS_PER_MONTH
            rate = f"{w.peak_requests_s:g} requests/s at peak, {w.diurnal.peak_to_mean:g} to mean"
        elif w.kind == "batch-inference":
            monthly = float(w.items_per_month_count)
            rate = f"{monthly:,.0f} items a month"
        else:
            continue
        each = float(w.prompt_tokens + w.output_tokens)
        amount = monthly * each * _discounted_months(design, w) / MILLION
        words = f"{w.prompt_tokens:g} + {w.output_tokens:g} tokens"
        grows = f"x {w.growth_factor_24_months:g} in {GROWTH_MONTHS} months"
        found.append((w.id, amount, f"{rate}; {words}; {grows}; its share of all costs"))
    return found


def _discounted_months(design: Design, w: Any) -> float:
    """Return the months in which a workload runs, each weighed by its demand and its worth."""
    runs = {r["period_month"] for r in design.tables["operations"] if r["workload"] == w.id}
    end, wacc = horizon_months(design), wacc_frac(design)
    total = 0.0
    for start, stop in intervals(design).items():
        if start not in runs:
            continue
        for month in range(start + 1, stop + 1):
            now = min(month, end)  # demand is planned up to the horizon, and stays from there
            if w.growth_shape == "linear":
                grown = 1 + (w.growth_factor_24_months - 1) * now / GROWTH_MONTHS
            else:
                grown = demand_factor(now, w.growth_factor_24_months)
            total += grown * present_value_factor(month, wacc)
    return total
