"""Tables: rows are read with their lines, and a quoted cell may hold commas and line ends."""

import pytest

from designlib.schema.tables import CONSTANT_COLUMNS, PRICE_COLUMNS, read_constants, read_prices

HEAD = ",".join(PRICE_COLUMNS)
ROW = "a-b,purchase,10,9,11,USD,2026,2026-01,Quote,assumption,"


def prices(*rows):
    return read_prices("\n".join([HEAD, *rows]) + "\n", "p.csv")


def test_columns_are_those_of_the_file_format():
    assert HEAD == "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note"
    assert ",".join(CONSTANT_COLUMNS) == (
        "subject,quantity,value,low,high,unit,date,source,confidence,note"
    )


def test_rows_have_their_lines():
    rows, faults = prices("", ROW, ROW.replace("a-b", "c-d"))
    assert faults == []
    assert [(line, row.item) for line, row in rows] == [(3, "a-b"), (4, "c-d")]


def test_quoted_cell_may_hold_commas_and_lines():
    rows, faults = prices(ROW.replace("Quote", '"Quote, page 2\nand 3"'), ROW.replace("a-b", "c-d"))
    assert faults == []
    assert rows[0][1].source == "Quote, page 2\nand 3"
    assert [line for line, _ in rows] == [2, 4]


@pytest.mark.parametrize("cell", ["1e3", "1000.", "+1000", " 1000 "])
def test_numbers(cell):
    rows, _ = prices(ROW.replace(",10,9,11,", f",{cell},,,"))
    assert rows[0][1].value == 1000


@pytest.mark.parametrize("cell", ["1,000", "$10", "10 USD", "ten", "0x10", "-1", "inf", "nan", ""])
def test_no_numbers(cell):
    rows, faults = prices(ROW.replace(",10,9,11,", f',"{cell}",,,'))
    assert rows == []
    assert [(fault.line, fault.field) for fault in faults] == [(2, "value")]


def test_every_faulty_row_is_told():
    _, faults = prices(ROW.replace("2026-01", "soon"), ROW, "short", ROW.replace(",USD,", ",GBP,"))
    assert [(f.line, f.field) for f in faults] == [(2, "date"), (4, "file"), (5, "unit")]


def test_missing_and_repeated_columns_are_told():
    text = HEAD.replace(",date", "").replace("low", "value") + "\n"
    _, faults = read_prices(text, "p.csv")
    told = {(fault.field, fault.message) for fault in faults}
    assert told == {
        ("value", "column given twice"),
        ("low", "required column is missing"),
        ("date", "required column is missing"),
    }


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_empty_table_is_told(text):
    _, faults = read_prices(text, "p.csv")
    assert len(faults) == 1
    assert "the file is empty" in faults[0].message


def test_unit_repeats_the_suffix():
    head = ",".join(CONSTANT_COLUMNS)
    cells = "{},{},,,d,2026,Source,assumption,"
    lines = [cells.format("x,repair_days", 5), cells.format("x,repair_hours", 5)]
    text = "\n".join([head, *lines])
    rows, faults = read_constants(text, "c.csv")
    assert [row.key for _, row in rows] == [("x", "repair_days")]
    assert [(f.line, f.field) for f in faults] == [(3, "unit")]
