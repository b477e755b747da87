"""Bill: every line to buy, with its price, its date and how sure the price is."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import by_layer
from designlib.report.section import Section
from designlib.report.table import Cell, Row, Table, badge, grouped, row, table
from designlib.report.words import money, month, number

ORDER: Final = 200


def bill(design: Design) -> Table:
    """Return the bill of materials with subtotals by layer."""
    groups = [
        (
            words.label(words.LAYERS, layer),
            [_line(line) for line in lines],
            row("Subtotal", "", "", "", "", "", money(sum(b["extended"] for b in lines)), ""),
        )
        for layer, lines in by_layer(design.tables["bill_of_materials"])
    ]
    total = sum(b["extended"] for b in design.tables["bill_of_materials"])
    return grouped(
        "Lines by layer, with subtotals",
        (
            "Line | Part | Count # | In service, month # | Order by, month # | "
            f"Net price, {design.currency} # | Total, {design.currency} # | Price basis"
        ),
        groups,
        row("Total", "", "", "", "", "", money(total), ""),
    )


def _line(line: dict[str, Any]) -> Row:
    unit = "" if line["unit"] in {"", "each"} else f" {line['unit']}"
    discount = line["unit_price"] is not None and line["unit_price"] != line["net_price"]
    where = words.place(line["pool"]) if line["pool"] else f"at {line['site']}"
    use = " \N{MIDDLE DOT} ".join(x for x in (line["part_id"], where, line["note"]) if x)
    return row(
        line["line_id"],
        Cell(line["name"], use),
        number(line["count"]) + unit,
        month(line["period_month"]),
        month(line["order_by_month"]),
        Cell(money(line["net_price"]), f"list {money(line['unit_price'])}" if discount else ""),
        money(line["extended"]),
        Cell(line["confidence"], line["price_date"] or "", badge=line["confidence"]),
    )


def price_notes(design: Design) -> Table:
    """Return where each price comes from, one row a source."""
    sources: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for line in design.tables["bill_of_materials"]:
        sources.setdefault((line["price_source"], line["confidence"]), []).append(line)
    ordered = sorted(sources.items(), key=lambda item: -sum(b["extended"] for b in item[1]))
    return table(
        "Sources of the prices",
        f"Source | Confidence | Lines | Capital, {design.currency} #",
        [
            (
                source or "not stated",
                badge(confidence),
                ", ".join(b["line_id"] for b in lines),
                money(sum(b["extended"] for b in lines)),
            )
            for (source, confidence), lines in ordered
        ],
        folded="Where the prices come from",
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return what to order, line by line."""
    return Section(
        "Bill of materials",
        tables=(bill(design), price_notes(design)),
    )
