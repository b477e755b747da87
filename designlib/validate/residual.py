"""Residual: what is left at the end is straight-line depreciation of the bill, and nothing more.

Works on site keep no value; a life of 0 months leaves none at all.
"""

from __future__ import annotations

from math import fsum

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics import finance
from designlib.validate._evidence import Row, bill, brief_of, differs


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence where the residual value is not that of the bill."""
    brief = brief_of(design)
    worth = worth_today(design, catalog, brief)
    said = -fsum(c["present_value"] for c in design.tables["cost"] if c["kind"] == "residual")
    if differs(worth, said):
        return [f"what is left is worth {worth:,.2f} today, the cost book says {said:,.2f}"]
    return []


def worth_today(design: Design, catalog: Catalog, brief: Brief) -> float:
    """Return what is left of all lines of the bill at the end, in money of today."""
    left = fsum(_left(line, brief, catalog) for line in bill(design, cold=True))
    return left * finance.present_value_factor(brief.tco_months, brief.wacc_frac)


def _left(line: Row, brief: Brief, catalog: Catalog) -> float:
    """Return the value of a line at the end of the cost horizon."""
    life = brief.policies.residual_life_months
    age = brief.tco_months - line["period_month"]
    works = 0.0
    door = catalog.cooling.get(line["part_id"])
    if door is not None and door.kind == "rear-door":
        rate = brief.fx.usd_per_unit if brief.fx else 1.0
        works = float(catalog.constant("rear-door", "retrofit_usd").value) / rate
    price = line["net_price"] - works
    return float(line["count"] * price * finance.straight_line_residual_frac(age, life))
