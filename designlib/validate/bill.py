"""Bill: every line names a part of the catalog, at its price on the day of its order."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.faults import FaultError
from designlib.physics import finance
from designlib.validate._evidence import Row, bill, brief_of, differs


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each line whose part, price or sum is wrong."""
    brief = brief_of(design)
    found = []
    for line in bill(design, cold=True):
        name = f"line {line['line_id']} ({line['part_id']})"
        found += [f"{name}: {message}" for message in _line(line, brief, catalog)]
    return found


def _line(line: Row, brief: Brief, catalog: Catalog) -> list[str]:
    try:
        part = catalog.part(line["part_id"])
        price = _price(line, part, brief, catalog)
    except FaultError as error:
        return [str(error)]
    found = []
    if part.status == "announced":
        found.append("is announced, it cannot be bought yet")
    if line["count"] <= 0 or differs(line["count"], round(line["count"])):
        found.append(f"{line['count']:g} units are not a whole number of pieces")
    if differs(line["unit_price"], price):
        found.append(f"is priced at {line['unit_price']:,.2f}, it costs {price:,.2f}")
    if line["net_price"] > line["unit_price"]:
        found.append(
            f"net price {line['net_price']:,.2f} is above the unit price {line['unit_price']:,.2f}"
        )
    if differs(line["extended"], line["count"] * line["net_price"]):
        found.append(f"{line['count']:g} x {line['net_price']:,.2f} is not {line['extended']:,.2f}")
    return found


def price_today(part_id: str, brief: Brief, catalog: Catalog) -> float:
    """Return what a part costs today: what the customer states, else the catalog."""
    stated = [p.value for p in brief.prices if (p.item, p.quantity) == (part_id, "purchase")]
    rate = brief.fx.usd_per_unit if brief.fx else 1.0
    return float(stated[0]) if stated else float(catalog.price(part_id).value / rate)


def _price(line: Row, part: Any, brief: Brief, catalog: Catalog) -> float:
    """Return what a part costs on the day of its order, works on site included."""
    today = price_today(part.id, brief, catalog)
    asked = brief.procurement
    decline = finance.decline_frac_per_year(
        asked.price_decline_frac_per_year, asked.performance_doubling_years
    )
    price = finance.price_at(max(0.0, line["order_by_month"]), today, decline)
    if getattr(part, "kind", "") == "rear-door":
        rate = brief.fx.usd_per_unit if brief.fx else 1.0
        price += catalog.constant("rear-door", "retrofit_usd").value / rate
    return price
