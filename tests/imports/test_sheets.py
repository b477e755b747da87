"""Sheets: rows under our names, whatever the list calls its columns and how it parts its cells."""

from datetime import datetime

import openpyxl
import pytest

from designlib.faults import FaultError
from designlib.imports.sheets import sheet_lines


def lines(tmp_path, text, name="x.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [(line.number, line.cells) for line in sheet_lines(path)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_are_parted_by_what_the_first_line_holds_most(tmp_path, separator):
    text = "Part number|Unit price (USD)|Remark\na|1|\n|||\nb|2|ok\n".replace("|", separator)
    assert lines(tmp_path, text) == [
        (2, {"item": "a", "value": "1"}),
        (4, {"item": "b", "value": "2", "note": "ok"}),
    ]


def test_rows_above_the_columns_are_passed_over_if_they_are_empty(tmp_path):
    assert lines(tmp_path, "\n,\nitem,price\na,1\n") == [(4, {"item": "a", "value": "1"})]


def test_first_of_several_fitting_columns_is_taken(tmp_path):
    assert lines(tmp_path, "Description,SKU,List price,Net price\nlong,a,9,5\n") == [
        (2, {"item": "a", "value": "5"})
    ]


def test_cells_of_a_workbook_keep_their_type(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["SKU", "Price", "Valid from"])
    book.active.append(["a", 1.5, datetime(2026, 10, 1)])
    book.save(tmp_path / "x.xlsx")
    (line,) = sheet_lines(tmp_path / "x.xlsx")
    assert line.cells == {"item": "a", "value": 1.5, "date": datetime(2026, 10, 1)}


def test_missing_column_is_named_with_what_it_may_be_called(tmp_path):
    with pytest.raises(FaultError, match=r"x\.csv:1: value: no column for it; expected one of"):
        lines(tmp_path, "SKU,Colour\na,red\n")
