"""Facility sections: elevations, floor, power and cooling stand in the report and the workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from designlib.report import write_workbook
from designlib.report.sections import sections
from tests.explore.halls import CATALOG, design

SHEETS = {
    "Elevations",
    "Rack sums",
    "Floor plan",
    "Cable lengths",
    "Power budget",
    "Cooling budget",
    "Rack cooling",
}


@pytest.mark.parametrize("name", ["air", "liquid", "chain"])
def test_a_report_with_the_catalog_has_the_sheets(name: str) -> None:
    found = sections(design(name), CATALOG)
    sheets = {t.sheet for s in found.values() for t in s.tables}
    assert sheets >= SHEETS
    names = [f.name for s in found.values() for f in s.figures]
    assert len(names) == len(set(names))


def test_without_the_catalog_the_charts_stay() -> None:
    found = sections(design("air"))
    assert "elevations" not in found
    assert [f.name for f in found["floor"].figures] == ["floor_plan"]
    assert len(found["power-and-cooling"].figures) == 2


def test_the_workbook_holds_every_unit_of_height(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(design("air"), tmp_path / "x.xlsx", CATALOG))
    rows = list(book["Elevations"].iter_rows(min_row=2, values_only=True))
    height = sum(row[3] for row in rows if row[0])
    assert height == 48 * design("air").placement.rack.nunique()


def test_the_line_says_which_modules_were_bought() -> None:
    (line, _) = sections(design("chain"), CATALOG)["power-and-cooling"].figures
    texts = [note.text for note in line.drawing.layout.annotations]
    assert any("2 x 2,850 kW, 2N" in text.replace("<br>", " ") for text in texts)
