"""Money: lines add up to the capital, the budget holds, the cost book is worth the objective.

Capital beyond the bill is only the labor of links that move when a fabric grows.
"""

from __future__ import annotations

from math import fsum

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics import finance
from designlib.validate._evidence import Row, bill, brief_of, count, differs, exceeds

ONCE = ("capex", "residual")
"""Kinds that are paid once; the others run every month to the next date."""


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each sum of money that does not add up."""
    brief, book = brief_of(design), design.tables["cost"]
    lines = bill(design, cold=True)
    spent = fsum(c["amount"] for c in book if c["kind"] == "capex")
    listed = fsum(line["extended"] for line in lines)
    found = _layers(lines, book)
    if exceeds(spent - listed, _moving(lines, catalog, brief) * len(design.dates)):
        found.append(
            f"capital of {spent - listed:,.0f} is neither in the bill nor labor for moved links"
        )
    if differs(spent, design.summary["capex"]):
        found.append(
            f"the cost book spends {spent:,.2f}, the summary says {design.summary['capex']:,.2f}"
        )
    found += _budget(design, brief)
    return found + _present(design, brief, lines)


def _layers(lines: list[Row], book: list[Row]) -> list[str]:
    """Return the layers whose lines and cost book disagree; the network may pay for moved links."""
    found = []
    for layer in sorted({r["layer"] for r in (*lines, *book)}):
        listed = fsum(line["extended"] for line in lines if line["layer"] == layer)
        spent = fsum(c["amount"] for c in book if c["layer"] == layer and c["kind"] == "capex")
        missing = exceeds(listed, spent) if layer == "network" else differs(listed, spent)
        if missing:
            found.append(
                f"{layer}: its lines add up to {listed:,.2f}, the cost book spends {spent:,.2f}"
            )
    return found


def _moving(lines: list[Row], catalog: Catalog, brief: Brief) -> float:
    """Return the labor of moving every link of the bill once."""
    labor = catalog.find_constant("cabling", "labour_usd_per_link")
    if labor is None:
        return 0.0
    rate = brief.fx.usd_per_unit if brief.fx else 1.0
    return count(x for x in lines if x["part_id"] in catalog.optics) * float(labor.value) / rate


def _present(design: Design, brief: Brief, lines: list[Row]) -> list[str]:
    """Return where present values differ: capital at its order, streams over their months."""
    found = []
    wacc, ends = brief.wacc_frac, (*design.dates[1:], brief.tco_months)
    end = dict(zip(design.dates, ends, strict=True))
    for c in design.tables["cost"]:
        if c["kind"] in ONCE:
            continue
        months = end[c["period_month"]] - c["period_month"]
        each = c["amount"] / months if months else 0.0
        value = finance.stream_present_value(c["period_month"], end[c["period_month"]], each, wacc)
        if differs(value, c["present_value"]):
            found.append(
                f"{c['layer']} {c['kind']} of month {c['period_month']} is worth"
                f" {value:,.2f}, not {c['present_value']:,.2f}"
            )
    for layer in sorted({line["layer"] for line in lines} - {"network"}):
        mine = [line for line in lines if line["layer"] == layer]
        value = fsum(
            x["extended"] * finance.present_value_factor(max(0.0, x["order_by_month"]), wacc)
            for x in mine
        )
        said = fsum(
            c["present_value"]
            for c in design.tables["cost"]
            if c["layer"] == layer and c["kind"] == "capex"
        )
        if differs(value, said):
            found.append(f"{layer}: its capital is worth {value:,.2f} today, not {said:,.2f}")
    total = fsum(c["present_value"] for c in design.tables["cost"])
    for name, said in (
        ("objective", design.certificate["objective"]),
        ("summary", design.summary["tco"]),
    ):
        if differs(total, said):
            found.append(f"the cost book is worth {total:,.2f} today, the {name} says {said:,.2f}")
    return found


def _budget(design: Design, brief: Brief) -> list[str]:
    """Return the dates by which more is spent than the budget and its later steps have granted."""
    total = brief.budget.capex_total
    if total is None:
        return []
    found = []
    for month in design.dates:
        book = [c for c in design.tables["cost"] if c["kind"] == "capex"]
        spent = fsum(c["amount"] for c in book if c["period_month"] <= month)
        later = sum(step.capex_total for step in brief.budget.expansions if step.month <= month)
        if exceeds(spent, total + later):
            found.append(
                f"{spent:,.0f} are spent by month {month}, the budget is {total + later:,.0f}"
            )
    return found[-1:]
