"""Stress section: one row a case, the worst failure in words, nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace

from designlib.report.sections import stress
from designlib.report.table import Cell
from designlib.validate.stress import strained
from tests.explore.halls import CATALOG, design


def text(cell: Cell | str) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def test_every_case_is_a_row_with_what_breaks_and_its_price() -> None:
    hall = design("liquid")
    found = strained(hall, CATALOG, replays=False)
    section = stress.section(hall, CATALOG)
    assert section is not None
    (table,) = section.tables
    assert table.sheet == "Stress"
    names = {one.case.name.lower() for one in found}
    shown = [[text(c) for c in row] for group in table.groups for row in group.rows]
    assert {row[0].lower() for row in shown} == names
    for row, one in zip(shown, found, strict=True):
        assert (row[1] == "nothing") == (not one.broken)
        assert bool(row[7]) == (one.price is not None)
    worst = next(text for text in section.lead if "The worst" in text)
    assert "lost" in worst


def test_nothing_is_told_without_catalog_or_bill() -> None:
    hall = design("liquid")
    assert stress.section(hall, None) is None
    bare = replace(hall, tables={**hall.tables, "bill_of_materials": []})
    assert stress.section(bare, CATALOG) is None
