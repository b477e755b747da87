"""Order points: the use of each resource at which its next order must leave."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from designlib.design import Design
from designlib.physics.growth import upgrade_trigger_frac

WEEKS_PER_MONTH: Final = 365 / 7 / 12
_NONE: Final = 1e-9


@dataclass(frozen=True)
class OrderPoint:
    """When to order more of a resource.

    Attributes
    ----------
    layer, resource, place, unit : str
        Which resource, as in the balance.
    supply, draw : float
        At the last date. [unit]
    growth_per_month_frac : float
        Growth of the draw from the first to the last date. [1]
    lead_months : float
        Longest time from order to service of the parts of the layer. [mo]
    order_at_frac : float
        Use of the supply at which the next order must leave. [1]
    """

    layer: str
    resource: str
    place: str
    unit: str
    supply: float
    draw: float
    growth_per_month_frac: float
    lead_months: float
    order_at_frac: float


def order_points(design: Design) -> list[OrderPoint]:
    """Return the order point of each resource whose layer buys something with a lead time."""
    series: dict[tuple[str, str, str], dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in design.tables["balance"]:
        if row["supply"] and row["draw"] is not None:
            of = series[row["layer"], row["resource"], row["place"]]
            known = of.get(row["period_month"])
            if known is None or row["draw"] / row["supply"] > known["draw"] / known["supply"]:
                of[row["period_month"]] = row
    leads: dict[str, float] = {}
    for line in design.tables["bill_of_materials"]:
        if line["order_by_month"] is not None:
            wait = line["period_month"] - line["order_by_month"]
            leads[line["layer"]] = max(leads.get(line["layer"], 0.0), wait)
    found = []
    for (layer, resource, place), by_month in sorted(series.items()):
        lead, last = leads.get(layer), by_month[max(by_month)]
        if lead is None:
            continue
        growth = _growth(by_month)
        at = upgrade_trigger_frac(1.0, growth, lead * WEEKS_PER_MONTH)
        found.append(OrderPoint(
            layer, resource, place, last["unit"], last["supply"], last["draw"], growth, lead, at,
        ))  # fmt: skip
    return found


def _growth(by_month: dict[int, dict[str, Any]]) -> float:
    """Return the growth of a draw in one month, over the dates that have any. [1]."""
    drawn = [(month, row["draw"]) for month, row in sorted(by_month.items()) if row["draw"] > _NONE]
    if len(drawn) < 2:
        return 0.0
    (start, before), (end, after) = drawn[0], drawn[-1]
    return max(0.0, float((after / before) ** (1 / (end - start)) - 1))
