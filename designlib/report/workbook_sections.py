"""Workbook sections: a table of the report that names a sheet has one, with its own numbers."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from typing import Any, Final

from designlib.report.section import Section
from designlib.report.table import Cell, Table
from designlib.report.words import NONE
from designlib.report.workbook_grid import Column, Grid, span

GROUP: Final = "group"
FORMS: Final = {"text": "label", "month": "tenth"}
"""Form of a cell where the workbook has another word for it than the page."""


def sheets(sections: Iterable[Section]) -> dict[str, Table]:
    """Return the tables that have a sheet, by the name of the sheet."""
    return {t.sheet: t for chapter in sections for t in chapter.tables if t.sheet}


def write_sections(grid: Grid, tables: dict[str, Table]) -> None:
    """Write the tables of the report that have a sheet."""
    for sheet, table in tables.items():
        _write(grid, sheet, table)


def _write(grid: Grid, sheet: str, table: Table) -> None:
    heads = [Column(str(n), _heading(c), _form(c.form)) for n, c in enumerate(table.columns)]
    if any(group.title for group in table.groups):
        heads.insert(0, Column(GROUP, "Group"))
    rows = [
        {GROUP: group.title} | {str(n): _value(cell) for n, cell in enumerate(cells)}
        for group in table.groups
        for cells in group.rows
    ]
    grid.table(sheet, heads, rows)
    if table.total:
        _write_total(grid, sheet, heads, rows, table.total)


def _write_total(
    grid: Grid, sheet: str, heads: list[Column], rows: list[dict[str, Any]], total: Iterable[Cell]
) -> None:
    """Write the last row; a number that is the sum of its column is a formula."""
    # An empty row between keeps the sums out of what a filter takes in.
    at = max(len(rows), 1) + 2
    last = {str(n): _value(cell) for n, cell in enumerate(total)}
    for c, head in enumerate(heads):
        value = last.get(head.key)
        held = [row.get(head.key) for row in rows]
        added = sum(v for v in held if isinstance(v, (int, float)))
        if isinstance(value, (int, float)) and isclose(value, added, rel_tol=1e-9, abs_tol=1e-9):
            law = f"=SUM({span(sheet, heads, head.key, len(rows))})"
            grid.formula(sheet, (at, c), law, value, "total")
        else:
            grid.write(sheet, at, c, value, "total")


def _heading(column: Any) -> str:
    return f"{column.label} [{column.unit}]" if column.unit else column.label


def _form(form: str) -> str:
    return FORMS.get(form, form)


def _value(cell: Cell) -> Any:
    """Return what a sheet holds of a cell: its value, or its text with the note behind it."""
    if cell.value is not None:
        return cell.value
    text = "" if cell.text == NONE else cell.text
    return f"{text}: {cell.note}" if text and cell.note else text or cell.note
