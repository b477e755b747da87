"""Workbook in an office program: it opens, and its formulas give the totals of the design."""

import os
import subprocess
import warnings
from io import BytesIO

import openpyxl
import pytest

from designlib.report import write_workbook
from tests.toy_design import content, toy_design

SOFFICE = os.environ.get("SOFFICE", "soffice")
SECONDS_MAX = 300


def load(path, **options):
    """Return a workbook, read as a whole so that no file stays open."""
    with warnings.catch_warnings():
        # An office program adds extensions of its own, which say nothing of the cells.
        warnings.filterwarnings("ignore", ".*extension is not supported", UserWarning)
        return openpyxl.load_workbook(BytesIO(path.read_bytes()), **options)


def computed(path, folder):
    """Return a workbook as an office program computes it, from formulas without stored values."""
    bare = folder / "bare.xlsx"
    load(path).save(bare)  # what openpyxl saves has formulas and no values
    done = folder / "done"
    subprocess.run(
        [
            SOFFICE, "--headless", "--norestore", f"-env:UserInstallation={folder.as_uri()}/home",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", done, bare,
        ],
        check=True, capture_output=True, timeout=SECONDS_MAX,
    )  # fmt: skip
    return load(done / "bare.xlsx", data_only=True)


def values(book):
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def beside(sheet, label):
    """Return the cell at the right of a label in column A."""
    return next(row[1] for row in sheet.iter_rows() if row[0].value == label)


def test_formulas_give_the_values_that_are_stored_beside_them(tmp_path):
    design = toy_design()
    path = write_workbook(design, tmp_path / "design.xlsx")
    told = values(load(path, data_only=True))
    found = computed(path, tmp_path)
    again = values(found)
    assert again.keys() == told.keys()
    for where, value in told.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            assert again[where] == pytest.approx(value, rel=1e-9, abs=1e-6), where
        else:
            assert str(again[where]) == str(value), where
    assert beside(found["Summary"], "Capital cost").value == pytest.approx(design.summary["capex"])
    assert beside(found["Summary"], "Present value").value == pytest.approx(design.summary["tco"])


def test_totals_follow_a_changed_price_and_a_changed_discount(tmp_path):
    design = toy_design()
    path = write_workbook(design, tmp_path / "design.xlsx")
    book = load(path)
    bill = book["Bill of materials"]
    at = {cell.value: cell.column for cell in bill[1]}
    bill.cell(2, at["Unit price [USD]"]).value = 1000.0
    bill.cell(2, at["Discount [%]"]).value = 0.25
    bill.cell(3, at["Discount [%]"]).value = 0.5
    book.save(path)
    lines = design.tables["bill_of_materials"]
    expected = sum(line["extended"] for line in lines[2:])
    expected += lines[0]["count"] * 750 + lines[1]["count"] * lines[1]["unit_price"] / 2
    found = computed(path, tmp_path)
    capital = beside(found["Summary"], "Capital cost").value
    assert capital == pytest.approx(expected)
    assert beside(found["Bill of materials"], "Total").row > len(lines)


def test_texts_that_look_like_formulas_are_not_computed(tmp_path):
    plain = content()
    for row in plain["tables"]["bill_of_materials"]:
        row["name"], row["note"], row["vendor"] = "=1+1", "+2+2", "@SUM(1)"
    path = write_workbook(toy_design(**plain), tmp_path / "design.xlsx")
    bill = computed(path, tmp_path)["Bill of materials"]
    head = [cell.value for cell in bill[1]]
    first = dict(zip(head, (cell.value for cell in bill[2]), strict=True))
    assert (first["Name"], first["Note"], first["Vendor"]) == ("=1+1", "+2+2", "@SUM(1)")
