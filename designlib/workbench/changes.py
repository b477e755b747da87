"""Changes: what one design has that another has not, in headline figures and in decisions."""

from __future__ import annotations

from typing import Any

from designlib.design import Design
from designlib.explore.difference import diff
from designlib.report.comparison import HEADLINE
from designlib.report.section import Section
from designlib.report.table import Table, table
from designlib.report.words import capital


def changes(before: Design, after: Design) -> Section | None:
    """Return what changed from one design to the next; None where nothing did.

    Parameters
    ----------
    before, after : Design
        The designs; two currencies change everything and are not compared.
    """
    if before.currency != after.currency:
        return None
    found = diff(before, after)
    figures: list[Any] = found["headline"].to_dict("records")
    choices: list[Any] = found["choices"].to_dict("records")
    tables = (_figures(figures),) if figures else ()
    if choices:
        tables = (*tables, _choices(choices))
    if not tables:
        return None
    return Section("What changed since the design before", tables=tables)


def _figures(rows: list[Any]) -> Table:
    return table(
        "Headline figures that changed",
        "Figure | Before #figure | Now #figure | Change #figure",
        [(HEADLINE.get(r["quantity"], r["quantity"]), r["before"], r["after"], r["change"])
         for r in rows],
    )  # fmt: skip


def _choices(rows: list[Any]) -> Table:
    return table(
        "Decisions that changed",
        "Decision | Before | Now",
        [(capital(r["choice"]), r["before"] or None, r["after"] or None) for r in rows],
    )
