"""Sums: the money of the design, added again line by line and month by month."""

from __future__ import annotations

from math import fsum
from typing import Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import LABOR, bill, brief_of
from designlib.validate._promise import Promise
from designlib.validate.residual import worth_today
from designlib.validate.running import interval_amounts

CHECK: Final = "sums"
PRICED_ON_REQUEST: Final = ("carbon", "water")
"""Kinds of cost that a brief has only where it states a price."""


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return capital, running cost, residual and present value against what the design says."""
    brief = brief_of(design)
    currency, book = design.currency, design.tables["cost"]
    lines = [*bill(design, cold=True), *_labor(design)]
    found = [
        Promise(
            CHECK, "capital", "all sites", design.summary["capex"],
            fsum(x["count"] * x["net_price"] for x in lines), currency, "equal",
            law="pieces times net price, line by line",
        ),
        Promise(
            CHECK, "present value", "all sites", design.certificate["objective"],
            fsum(c["present_value"] for c in book), currency, "equal",
            law="cost book: capital at its order, streams over their months",
        ),
        Promise(
            CHECK, "residual value today", "all sites",
            -fsum(c["present_value"] for c in book if c["kind"] == "residual"),
            worth_today(design, catalog, brief), currency, "equal",
            law="straight line over the life that the brief states",
        ),
    ]  # fmt: skip
    return found + _running(design, catalog, brief) + _budget(design, brief)


def _labor(design: Design) -> list[dict[str, float]]:
    """Return the lines of work that moves links: no part, but capital."""
    return [x for x in design.tables["bill_of_materials"] if x["part_id"] == LABOR]


def _running(design: Design, catalog: Catalog, brief: Brief) -> list[Promise]:
    """Return energy, rent and support over all months."""
    totals: dict[str, float] = {}
    for month, end in zip(design.dates, (*design.dates[1:], brief.tco_months), strict=True):
        for kind, amount in interval_amounts(design, catalog, brief, month, end).items():
            totals[kind] = totals.get(kind, 0.0) + amount
    laws = {
        "energy": "typical power of what stands, times PUE, hours and price",
        "space": "maximum power of what stands, times the rent",
        "support": "share of today's price of what is bought, by the month",
        "carbon": "typical power of what stands, times PUE, the grid's emissions and their price",
        "water": "typical power of what stands, times its use of water and the price",
    }
    return [
        Promise(
            CHECK, f"{kind} to the end", "all sites",
            fsum(c["amount"] for c in design.tables["cost"] if c["kind"] == kind), amount,
            design.currency, "equal", law=laws[kind],
        )
        for kind, amount in totals.items()
        if amount or kind not in PRICED_ON_REQUEST
    ]  # fmt: skip


def _budget(design: Design, brief: Brief) -> list[Promise]:
    total = brief.budget.capex_total
    if total is None:
        return []
    found = []
    lines = [*bill(design, cold=True), *_labor(design)]
    for month in design.dates:
        spent = fsum(x["count"] * x["net_price"] for x in lines if x["period_month"] <= month)
        later = sum(step.capex_total for step in brief.budget.expansions if step.month <= month)
        found.append(
            Promise(
                CHECK, "capital spent", "all sites", total + later, spent, design.currency,
                "at most", month, "lines in service by the date, against budget and later steps",
            )
        )  # fmt: skip
    return found
