"""Sensitivity: what each input does to the cost, every end of it optimized anew."""

from __future__ import annotations

from textwrap import shorten
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.charts import plot
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import headline
from designlib.report.section import Figure, Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import money
from designlib.report.workbook_bill import bill_rows

ORDER: Final = 1050
TITLE: Final = "What moves the cost"
REASON_MAX: Final = 200
"""Longest reason that the table shows. [characters]"""

HEADS = "Input | Moved to | Present value # | Change at least # | Change at most # | What it means"


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what moves the cost; None where no input was moved and no price has a band."""
    rows: list[dict[str, Any]] = design.summary.get("sensitivity") or []
    bands = price_bands(design, catalog)
    if not rows:
        told = "This design was not optimized again with other inputs: --sensitivity asks for that."
        return Section(TITLE, lead=(told,), tables=(bands,)) if bands else None
    return Section(
        TITLE,
        lead=(
            "Every line is a design of its own, optimized again with one input changed: prices at "
            "the ends of their own bands, the other inputs moved by the same share.",
        ),
        figures=(Figure("tornado", plot("tornado", design)),),
        tables=(
            table("Each input at both ends", HEADS, [_row(r) for r in rows]),
            *((bands,) if bands else ()),
        ),
    )


def price_bands(design: Design, catalog: Catalog | None) -> Table | None:
    """Return the capital with the prices of one layer at the ends of their bands, widest first."""
    swings: dict[str, list[float]] = {}
    for line in bill_rows(design, catalog):
        if line["price_low"] is not None and line["net_price"] is not None:
            kept = line["count"] * (1 - (line["discount"] or 0.0))
            swing = swings.setdefault(line["layer"], [0.0, 0.0])
            swing[0] += kept * (line["price_low"] - line["unit_price"])
            swing[1] += kept * (line["price_high"] - line["unit_price"])
    if not swings:
        return None
    capital = headline(design, "capex")
    ordered = sorted(swings.items(), key=lambda item: item[1][0] - item[1][1])
    total = [sum(swing[end] for swing in swings.values()) for end in (0, 1)]
    unit = design.currency
    return table(
        "Capital at both ends of the price bands of the same purchases, nothing chosen anew",
        f"Prices of | Change at low prices, {unit} #money | Change at high prices, {unit} #money | "
        f"Capital at low prices, {unit} #money | Capital at high prices, {unit} #money",
        [
            (words.label(words.LAYERS, layer), low, high, capital + low, capital + high)
            for layer, (low, high) in ordered
        ],
        ("All at once", *total, capital + total[0], capital + total[1]),
        sheet="Price bands",
    )


def _row(r: dict[str, Any]) -> list[Cell | str]:
    if r["objective"] is None:
        reason = shorten(r["reason"], REASON_MAX, placeholder=" ...")
        return [r["driver"], r["change"], "", "", "", Cell(r["status"], note=reason)]
    low, high = r["change_low"], r["change_high"]
    proven = "dearer, proven" if low > 0 else "cheaper, proven" if high < 0 else "within the gap"
    return [r["driver"], r["change"], money(r["objective"]), money(low), money(high), proven]
