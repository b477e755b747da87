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


def quantities(design: Design) -> Table:
    """Return how many of each part enter service at each date."""
    dates = sorted({b["period_month"] for b in design.tables["bill_of_materials"]})
    counts: dict[tuple[str, str, str], dict[int, float]] = {}
    for b in design.tables["bill_of_materials"]:
        held = counts.setdefault((b["layer"], b["part_id"], b["name"]), {})
        held[b["period_month"]] = held.get(b["period_month"], 0.0) + b["count"]
    months = "".join(f" | Month {date} #count" for date in dates)
    return table(
        "Quantities by the date they enter service",
        f"Part | Name{months} | In all #count",
        [
            (part, name, *(held.get(date) for date in dates), sum(held.values()))
            for (_, part, name), held in sorted(
                counts.items(), key=lambda item: words.by_layer(item[0][0])
            )
        ],
        sheet="Quantities",
        folded="Quantities by date",
    )


def _cables(design: Design, catalog: Catalog | None) -> tuple[Table, ...]:
    """Return the cables and modules of the bill; none without a catalog to tell them by."""
    if catalog is None:
        return ()
    lines = [b for b in design.tables["bill_of_materials"] if b["part_id"] in catalog.optics]
    if not lines:
        return ()
    rows = []
    for b in lines:
        optic = catalog.optics[b["part_id"]]
        rows.append(
            (
                b["line_id"],
                Cell(b["name"], b["part_id"]),
                optic.kind,
                b["note"],
                optic.specs.gbit_s.value,
                optic.specs.reach_max_m.value,
                b["count"],
                b["period_month"],
                b["extended"],
            )
        )
    heads = (
        "Line | Cable or module | Kind | Length | Speed, Gbit/s #figure | Longest reach, m #figure "
        f"| Count #count | In service, month #month | Total, {design.currency} #money"
    )
    counted = sum(b["count"] for b in lines)
    paid = sum(b["extended"] for b in lines)
    total = ("All", "", "", "", "", "", counted, "", paid)
    return (
        table(
            "Cables and modules", heads, rows, total, sheet="Cables", folded="Cables and modules"
        ),
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return what to order, line by line."""
    return Section(
        "Bill of materials",
        tables=(
            bill(design),
            quantities(design),
            *_cables(design, catalog),
            price_notes(design),
        ),
    )
