"""Layers: what is bought, how far it is used, what it costs and how it grows, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from designlib.design import Design
from designlib.report import words
from designlib.report.decision import gpus_at
from designlib.report.grid import Cell, Group, Row, Table, badge, columns, row, table
from designlib.report.words import factor, money, month, number, percent

TOLERANCE = 1e-6


def _by_layer(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    layers: dict[str, list[dict[str, Any]]] = {}
    for entry in rows:
        layers.setdefault(entry["layer"], []).append(entry)
    return sorted(layers.items(), key=lambda item: words.by_layer(item[0]))


def bill(design: Design) -> Table:
    """Return the bill of materials with subtotals by layer."""
    groups = [
        Group(
            words.label(words.LAYERS, layer),
            tuple(_line(line) for line in lines),
            row("Subtotal", "", "", "", "", "", money(sum(b["extended"] for b in lines)), ""),
        )
        for layer, lines in _by_layer(design.tables["bill_of_materials"])
    ]
    total = sum(b["extended"] for b in design.tables["bill_of_materials"])
    return Table(
        "Lines by layer, with subtotals",
        columns(
            "Line | Part | Count # | In service, month # | Order by, month # | "
            f"Net price, {design.currency} # | Total, {design.currency} # | Price basis"
        ),
        tuple(groups),
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
    )


def balance(design: Design) -> Table:
    """Return supply and draw of every resource at the last date, the tightest first in a layer."""
    last = max(design.dates, default=0)
    rows = [r for r in design.tables["balance"] if r["period_month"] == last]
    tight = design.summary.get("bottleneck") or {}
    groups = [
        Group(
            words.label(words.LAYERS, layer),
            tuple(
                _balance_row(r, tight)
                for r in sorted(mine, key=lambda r: -(r["utilisation"] or 0.0))
            ),
        )
        for layer, mine in _by_layer(r for r in rows if r["resource"] != "capability")
    ]
    return Table(
        f"Supply and draw at month {last}",
        columns("Resource | Where | Unit | Supply # | Draw # | Left # | Used # | Room to grow #"),
        tuple(groups),
    )


def _balance_row(r: dict[str, Any], tight: dict[str, Any]) -> Row:
    first = bool(tight) and (r["resource"], r["place"]) == (tight["resource"], tight["place"])
    name = words.label(words.RESOURCES, r["resource"])
    when = [x for x in (r["slice"], r["case"] if r["case"] != "normal" else "") if x]
    return row(
        Cell(f"{name}: bottleneck" if first else name, ", ".join(when), stands_out=first),
        words.place(r["place"]),
        r["unit"],
        number(r["supply"]),
        number(r["draw"]),
        number(r["slack"] if abs(r["slack"] or 0.0) > TOLERANCE else 0),
        Cell(percent(r["utilisation"]), share=r["utilisation"], stands_out=first),
        factor(r["growth_factor"]),
    )


def cost(design: Design) -> Table:
    """Return the present value by layer and kind, with totals both ways."""
    book = design.tables["cost"]
    kinds = [k for k in words.KINDS if any(c["kind"] == k for c in book)]
    kinds += sorted({c["kind"] for c in book} - words.KINDS.keys())

    def line(title: str, entries: list[dict[str, Any]]) -> Row:
        sums = [sum(c["present_value"] for c in entries if c["kind"] == k) for k in kinds]
        return row(title, *[money(x) if x else words.NONE for x in sums], money(sum(sums)))

    heads = " | ".join(f"{words.label(words.KINDS, k)} #" for k in kinds)
    return table(
        f"Present value by layer and kind, {design.currency}",
        f"Layer | {heads} | Total #" if kinds else "Layer | Total #",
        [line(words.label(words.LAYERS, layer), mine) for layer, mine in _by_layer(book)],
        line("Total", book),
    )


def payments(design: Design) -> Table:
    """Return what is paid from each date to the next, not discounted."""
    kinds = [k for k in words.KINDS if any(c["kind"] == k for c in design.tables["cost"])]

    def paid(date: int | None, kind: str) -> float:
        return sum(
            float(c["amount"])
            for c in design.tables["cost"]
            if c["kind"] == kind and date in (None, c["period_month"])
        )

    def cells(date: int | None) -> list[str]:
        sums = [paid(date, k) for k in kinds]
        return [*(money(x) if x else words.NONE for x in sums), money(sum(sums))]

    heads = "".join(f" | {words.label(words.KINDS, k)} #" for k in kinds)
    return table(
        f"Amounts by the date they belong to, {design.currency}, not discounted",
        f"Month{heads} | Total #",
        [(month(date), *cells(date)) for date in design.dates],
        row("Total", *cells(None)),
    )


GROWING = (
    ("Servers", "servers"),
    ("IT power, kW", "it_kw"),
    ("Fast storage, TB", "hot_tb"),
    ("Object storage, TB", "object_tb"),
    ("Racks", "positions"),
)


def growth(design: Design) -> Table:
    """Return draw and supply of what grows, date by date."""
    known = {r["resource"] for r in design.tables["balance"]}
    shown = [(title, resource) for title, resource in GROWING if resource in known]
    rows = [
        (
            month(date),
            number(gpus_at(design, date)),
            *(_of(*_totals(design, resource, date)) for _, resource in shown),
            money(_bought(design, date) or None),
        )
        for date in design.dates
    ]
    heads = "".join(f" | {title} #" for title, _ in shown)
    return table(
        "Draw and supply at each date",
        f"Month | GPUs #{heads} | Purchases, {design.currency} #",
        rows,
    )


def _of(draw: float, supply: float) -> str:
    return f"{number(draw)} of {number(supply)}"


def _bought(design: Design, date: int) -> float:
    bill = design.tables["bill_of_materials"]
    return sum(float(b["extended"]) for b in bill if b["period_month"] == date)


def _totals(design: Design, resource: str, date: int) -> tuple[float, float]:
    """Return draw and supply over all places, each place at its tightest slice and case."""
    places: dict[str, tuple[float, float]] = {}
    for r in design.tables["balance"]:
        if r["resource"] == resource and r["period_month"] == date:
            here = (r["draw"] or 0.0, r["supply"] or 0.0)
            places[r["place"]] = max(places.get(r["place"], here), here)
    return sum(d for d, _ in places.values()), sum(s for _, s in places.values())
