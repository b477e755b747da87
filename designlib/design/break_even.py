"""Break-even: the use of a GPU from which owning it costs less than renting it by the hour.

What is owned is paid whether it works or not; what is rented by the hour is paid for hours in use.
Taxes are left out on all sides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf, nan
from typing import Any, Final

import pandas as pd

from designlib.design import Design
from designlib.design.spread import RENTED
from designlib.design.standing import standing
from designlib.design.terms import annuities
from designlib.design.unit_costs import HOURS_PER_MONTH, gpu_hours

PLANT_LAYERS: Final = ("cooling", "power")
"""Layers that a colocation brings itself; the rest of a design stands there as it is."""
SPACE: Final = "space"
COVERED_LEAST_FRAC: Final = 0.5
"""Share of the GPU-hours that public offers must cover to be a price for all of them. [1]"""
COLUMNS: Final = ["option", "per_gpu_hour", "low", "high", "paid_for", "break_even_frac", "inputs"]


@dataclass(frozen=True)
class BreakEven:
    """Owning against renting.

    Attributes
    ----------
    busy_frac : float
        Share of time in which the GPUs of the design are in use, over the horizon. [1]
    options : pandas.DataFrame
        A row for each way to have a GPU: ``per_gpu_hour`` [money/h] with ``low`` and ``high``;
        ``paid_for``: every hour, or hours in use; ``break_even_frac``: of an owned way the use from
        which it costs less than the cheapest by the hour [1], infinite where nobody rents it out;
        ``inputs`` in words.
    """

    busy_frac: float
    options: pd.DataFrame


def break_even(design: Design) -> BreakEven:
    """Return what a GPU-hour costs on premises, in colocation and rented, and where they cross.

    Parameters
    ----------
    design : Design
        Any design; public prices are those that it was saved with.
    """
    hours, used = gpu_hours(design)
    if hours <= 0:
        return BreakEven(0.0, pd.DataFrame(columns=COLUMNS))
    rented = _rented(design)
    rows = []
    for name, cost, low, high, inputs in _owned(design):
        each = cost / hours
        share = each / rented["value"] if rented else inf
        rows.append((name, each, low / hours, high / hours, "every hour", share, inputs))
    if rented:
        price = (rented["value"], rented["low"], rented["high"])
        rows.append(("rented by the hour", *price, "hours in use", nan, rented["inputs"]))
    return BreakEven(used / hours, pd.DataFrame(rows, columns=COLUMNS))


def _owned(design: Design) -> list[tuple[str, float, float, float, str]]:
    """Return the ways to own: name, present value with its low and high, inputs."""
    book = [c for c in design.tables["cost"] if c["layer"] != RENTED]
    total = sum(c["present_value"] for c in book)
    kinds = {site.get("kind", "owned_hall") for site in design.brief["sites"]}
    here = "on premises" if kinds == {"owned_hall"} else "colocation"
    inputs = "this design: all costs, discounted; a hall that is there already costs nothing"
    found = [(f"{here}, this design", total, total, total, inputs)]
    colo = (design.summary.get("market") or {}).get("colo_per_kw_month")
    if colo is None or here != "on premises":
        return found
    left_out = sum(
        c["present_value"] for c in book if c["layer"] in PLANT_LAYERS or c["kind"] == SPACE
    )
    kw_months = sum(_placed_kw(design, m) * a for m, a in annuities(design).items())
    low, value, high = (
        total - left_out + kw_months * colo[key] for key in ("low", "value", "high")
    )
    inputs = (
        f"this design without cooling, power chain and rent of its hall, at {colo['value']:,.0f} "
        f"({colo['low']:,.0f} to {colo['high']:,.0f}) {design.currency} a kW and month for its "
        f"rated IT power, energy on top as here; {colo['source']}"
    )
    return [*found, ("colocation", value, low, high, inputs)]


def _placed_kw(design: Design, month: int) -> float:
    """Return the rated power of all that stands in racks at a date. [kW]."""
    return sum(r["kw"] or 0.0 for r in standing(design.tables["placement"], month))


def _rented(design: Design) -> dict[str, Any]:
    """Return the price of renting the same GPUs, by their part of the hours.

    Empty where most of them are rented out by nobody known.
    """
    offers = {r["server"]: r for r in (design.summary.get("market") or {}).get("rented", [])}
    hours: dict[str, float] = defaultdict(float)
    for month, annuity in annuities(design).items():
        for g in design.summary.get("gpus", []):
            if g["period_month"] == month:
                hours[g["part"]] += g["count"] * annuity * HOURS_PER_MONTH
    known = {part: h for part, h in hours.items() if part in offers}
    total = sum(known.values())
    if total < COVERED_LEAST_FRAC * sum(hours.values()) or not known:
        return {}
    price = {
        key: sum(offers[part][key] * h for part, h in known.items()) / total
        for key in ("value", "low", "high")
    }
    words = [
        f"{offers[part]['offer']}, the cheapest of {offers[part].get('offers_count', 1)}: "
        f"{offers[part]['value']:.2f} {design.currency}/h "
        f"({offers[part]['source']}, {offers[part]['date'] or 'no date'})"
        for part in sorted(known)
    ]
    if len(known) < len(hours):
        words.append(f"no public offer for {', '.join(sorted(hours.keys() - known.keys()))}")
    return {**price, "inputs": "; ".join(words)}
