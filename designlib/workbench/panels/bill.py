"""Bill of materials: every line to buy; it sorts, filters and tells where each price comes from."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report import words
from designlib.report.section import Section
from designlib.report.sections import bill
from designlib.report.words import money, month, number
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 50
TITLE: Final = "Bill of materials"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the lines of the bill, and quantities and sources behind them."""
    design = view.design
    assert design is not None
    rows = [
        {
            "line": line["line_id"],
            "layer": words.label(words.LAYERS, line["layer"]),
            "name": line["name"],
            "part": line["part_id"],
            "site": line["site"],
            "count": number(line["count"]),
            "service": month(line["period_month"]),
            "order": month(line["order_by_month"]),
            "price": money(line["net_price"]),
            "total": money(line["extended"]),
            "confidence": line["confidence"] or "unverified",
            "source": line["price_source"] or "not stated",
            "date": line["price_date"] or "no date",
        }
        for line in design.tables["bill_of_materials"]
    ]
    total = money(sum(line["extended"] for line in design.tables["bill_of_materials"]))
    behind = Section(
        "Behind the prices", tables=(bill.quantities(design), bill.price_notes(design))
    )
    return render("bill", rows=rows, total=total, currency=design.currency) + chapter(
        "behind", behind
    )
