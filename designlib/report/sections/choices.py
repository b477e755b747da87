"""Choices: the price of each great decision, one table a question."""

from __future__ import annotations

from itertools import groupby
from textwrap import shorten
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import money, number

ORDER: Final = 1000
REASON_MAX: Final = 280
"""Longest reason that a table shows; the whole one stands in the design. [characters]"""

HEADS = "Option | Extra present value # | Capital # | IT power # | GPUs # | What it means"


def choices(design: Design) -> list[Table]:
    """Return a table for each question whose options were priced; none where they were not."""
    rows: list[dict[str, Any]] = design.summary.get("choices") or []
    return [
        table(question, HEADS, [_row(r) for r in options])
        for question, options in groupby(rows, key=lambda r: r["question"])
    ]


def _row(r: dict[str, Any]) -> list[Cell | str]:
    if r["objective"] is None:
        return [
            r["option"],
            "",
            "",
            "",
            "",
            Cell(r["status"], note=shorten(r["reason"], REASON_MAX, placeholder=" ...")),
        ]
    taken = r["status"] == "taken"
    return [
        Cell(r["option"], stands_out=taken),
        "0" if taken else _span(r["extra_low"], r["extra_high"]),
        money(r["capex"]),
        f"{number(r['it_kw'])} kW",
        number(r["gpus"]),
        "taken by this design" if taken else _verdict(r),
    ]


def _span(low: float, high: float) -> str:
    """Return a range of money; one number where both ends read alike."""
    return money(high) if money(low) == money(high) else f"{money(low)} to {money(high)}"


def _verdict(r: dict[str, Any]) -> str:
    if r["extra_low"] > 0:
        return "dearer, proven"
    return "as cheap, within the gap of the search"


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the price of each option of the great decisions, where they were priced."""
    found = choices(design)
    if not found:
        return None
    return Section(
        "Price of each choice",
        lead=(
            "Each option is insisted on in turn and everything else decided anew. What it costs "
            "beyond this design is a range: from the bound of one proof to the cost of the other.",
        ),
        tables=tuple(found),
    )
