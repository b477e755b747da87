"""Cost: what each layer costs, by kind and by the date of the payment."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import by_layer
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Row, Table, row, table
from designlib.report.words import money, month

ORDER: Final = 400


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
        [line(words.label(words.LAYERS, layer), mine) for layer, mine in by_layer(book)],
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
        folded="Amounts by date",
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return what the design costs, by layer, kind and date."""
    return Section(
        "Cost",
        figures=charts_of(design, "waterfall", "cost_by_layer", "cash"),
        tables=(cost(design), payments(design)),
    )
