"""Workbook: its sums are formulas that give the figures of the design, and its texts stay texts."""

import re
import zipfile

import openpyxl
import pytest

from designlib.design import COLUMNS
from designlib.faults import FaultError
from designlib.report.sections import sections
from designlib.report.workbook import SHEETS, write_workbook
from tests.toy_design import content, toy_design

TABLES = {
    "Bill of materials": "bill_of_materials",
    "Operations": "operations",
    "Racks": "placement",
    "Balance": "balance",
    "Cost": "cost",
    "Rules on the data": "compliance",
    "Why not": "candidates",
    "Assumptions": "assumptions",
}
HOSTILE = (
    "=cmd()", "<script>alert(1)</script>", "@SUM(A1)", "+1+1", "-2+3", "\t=1", "\r=1",
    "{=SUM(A1)}", "http://example.com/", "mailto:a@b.c", "internal:Cost!A1", "x\x01y", "a & b",
)  # fmt: skip
# Where a formula may stand, by sheet: the column, and what it does.
ALLOWED = {
    "Summary": r"=(SUM|SUMIF)\([^()]+\)(-[\d.]+)?|=IF\(B\$\d+=0,0,B\d+/B\$\d+\)",
    "Bill of materials": r"=L(\d+)\*\(1-N\1\)|=I(\d+)\*O\2|=P(\d+)\*Q\3|"
    r"=(SUM\(|SUBTOTAL\(9,)'Bill of materials'!\$([PR])\$2:\$\5\$\d+\)",
    "Cost": r"=(SUM\(|SUBTOTAL\(9,)Cost!\$([DE])\$2:\$\2\$\d+\)",
}
OF_A_SECTION = r"=SUM\(('?)[\w -]+\1!\$([A-Z])\$2(:\$\2\$\d+)?\)"
"""A total of a sheet that a section of the report names."""


def written(design, folder):
    """Return a workbook twice: with its formulas, and with the values stored beside them."""
    path = write_workbook(design, folder / "design.xlsx")
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


@pytest.fixture(scope="module")
def design():
    return toy_design()


@pytest.fixture(scope="module")
def book(design, tmp_path_factory):
    return written(design, tmp_path_factory.mktemp("book"))


def formulas(workbook):
    """Return every formula with its sheet and cell."""
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def records(sheet):
    """Return the rows of a table by heading, up to the first empty row."""
    head, *rows = sheet.iter_rows(values_only=True)
    full = rows[: next((n for n, row in enumerate(rows) if not any_value(row)), len(rows))]
    return [dict(zip(head, row, strict=True)) for row in full]


def any_value(row):
    return any(value is not None for value in row)


def beside(sheet, label, first_row=1):
    """Return the cell at the right of the first label in column A."""
    for row in sheet.iter_rows(min_row=first_row):
        if row[0].value == label:
            return row[1]
    raise AssertionError(f"no {label}")


def section(sheet, title):
    """Return the rows under the title of a section of the summary, without their heading."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] == title) + 2
    stop = next((n for n in range(start, len(rows)) if rows[n][0] is None), len(rows))
    return rows[start:stop]


def test_sheets_have_their_names_in_order(book):
    known = [name for name in SHEETS if name != "Teams"]
    further = [t.sheet for s in sections(toy_design()).values() for t in s.tables if t.sheet]
    assert book[0].sheetnames == [*known, *further]


@pytest.mark.parametrize(("sheet", "table"), TABLES.items())
def test_sheet_has_a_row_for_every_row_of_the_design(book, design, sheet, table):
    assert len(records(book[1][sheet])) == len(getattr(design, table)) > 0


def test_bill_holds_every_column_of_the_design(book, design):
    rows = records(book[1]["Bill of materials"])
    assert len(rows[0]) > len(COLUMNS["bill_of_materials"])
    for row, line in zip(rows, design.tables["bill_of_materials"], strict=True):
        assert row["Line"] == line["line_id"]
        assert row["Name"] == line["name"]
        assert row["Count"] == line["count"]
        assert row["Unit price [USD]"] == line["unit_price"]
        assert row["Net price [USD]"] == line["net_price"]
        assert row["Order by [month]"] == line["order_by_month"]
        assert row["Price date"] == line["price_date"]
        assert row["Confidence"] == line["confidence"]


def test_extended_price_is_count_times_net_price(book, design):
    with_formulas, with_values = (b["Bill of materials"] for b in book)
    head = [cell.value for cell in with_formulas[1]]
    count, net, extended = (
        head.index(name) + 1 for name in ("Count", "Net price [USD]", "Extended [USD]")
    )
    for r, line in enumerate(design.tables["bill_of_materials"], 2):
        letters = [with_formulas.cell(r, c).coordinate for c in (count, net)]
        assert with_formulas.cell(r, extended).value == f"={letters[0]}*{letters[1]}"
        assert with_values.cell(r, extended).value == pytest.approx(line["extended"], rel=1e-12)


def test_totals_are_formulas_that_give_the_capital_cost(book, design):
    capex = pytest.approx(design.summary["capex"], rel=1e-12)
    n = len(design.bill_of_materials)
    place = f"'Bill of materials'!$P$2:$P${n + 1}"
    for label, law in (("Total", "SUM("), ("Shown by the filter", "SUBTOTAL(9,")):
        row = beside(book[0]["Bill of materials"], label).row
        assert book[0]["Bill of materials"][f"P{row}"].value == f"={law}{place})"
        assert book[1]["Bill of materials"][f"P{row}"].value == capex
    for label in ("Capital cost", "of it in the bill of materials"):
        assert beside(book[0]["Summary"], label).data_type == "f"
        assert beside(book[1]["Summary"], label).value == capex


def test_present_value_is_the_sum_of_the_cost_book(book, design):
    n, tco = len(design.cost), pytest.approx(design.summary["tco"], rel=1e-12)
    assert beside(book[0]["Summary"], "Present value").value == f"=SUM(Cost!$E$2:$E${n + 1})"
    assert beside(book[1]["Summary"], "Present value").value == tco
    row = beside(book[1]["Cost"], "Total").row
    assert book[1]["Cost"][f"E{row}"].value == tco
    assert book[1]["Cost"][f"D{row}"].value == pytest.approx(design.cost["amount"].sum())


@pytest.mark.parametrize(
    ("title", "table", "by", "amount", "place"),
    [
        ("Purchases by layer", "bill_of_materials", "layer", "extended", "$B$2:$B$13"),
        ("Present value by kind", "cost", "kind", "present_value", "$B$2:$B$"),
    ],
)
def test_groups_are_formulas_that_add_up(book, design, title, table, by, amount, place):
    expected = getattr(design, table).groupby(by)[amount].sum()
    *groups, total = section(book[1]["Summary"], title)
    *laws, last = section(book[0]["Summary"], title)
    assert {g[0]: g[1] for g in groups} == pytest.approx(expected.to_dict(), rel=1e-12)
    assert sum(g[2] for g in groups) == pytest.approx(1)
    assert total[:2] == ("Total", pytest.approx(expected.sum(), rel=1e-12))
    assert all(law[1].startswith("=SUMIF(") and place in law[1] for law in laws)
    assert last[1].startswith("=SUM(")


def test_summary_states_headline_figures_with_units_and_the_certificate(book, design):
    sheet, s = book[1]["Summary"], design.summary
    assert sheet["A1"].value == design.name
    assert sheet["A2"].value == design.certificate["statement"]
    for label, key, unit in (
        ("Cost of a GPU hour in service", "usd_per_gpu_hour", "USD/h"),
        ("IT power", "it_kw", "kW"),
        ("Facility power", "facility_kw", "kW"),
        ("Energy", "annual_energy_mwh", "MWh per year"),
        ("Racks", "racks", "positions"),
    ):
        cell = beside(sheet, label)
        assert (cell.value, cell.offset(0, 1).value) == (s[key], unit)
    assert beside(sheet, "Proven lower bound").value == design.certificate["bound"]
    assert beside(sheet, "GPUs in service").value == 104
    growth = beside(sheet, "Growth until the first resource is full")
    note = growth.offset(0, 2).value
    assert (growth.value, note) == (1.046, "storage: usable fast storage, at hall")
    assert section(sheet, "GPUs in service by month")[0][:4] == ("alpha-8gpu", 64, 64, 104)
    assert section(sheet, "Fabrics")[0][:6] == (
        "compute: fabric-1", "infiniband", 4, 2, 0, "leaf-64",
    )  # fmt: skip


def test_figures_stand_side_by_side_with_their_units(book):
    row = records(book[1]["Operations"])[3]
    told = [row[f"TTFT p95 s, {part} [s]"] for part in ("low", "best", "high")]
    assert told == [0.66, 0.81, 1.0]
    assert row["Source of the figures"] == "training.py"
    assert row["MFU frac, best [1]"] is None


def test_growth_factor_of_what_never_fills_up_is_empty(book, design):
    heading = "Growth until full [times; empty: never]"
    told = [row[heading] for row in records(book[1]["Balance"])]
    expected = [row["growth_factor"] for row in design.tables["balance"]]
    assert None in expected
    for found, growth in zip(told, expected, strict=True):
        assert found is None if growth is None else found == pytest.approx(growth, rel=1e-12)


def test_dropped_candidates_say_why(book, design):
    told = {(r["Candidate"], r["Status"], r["Reason"]) for r in records(book[1]["Why not"])}
    rows = design.tables["candidates"]
    assert told == {(r["candidate"], r["status"], r["reason"] or None) for r in rows}


def test_certificate_tells_everything_it_holds(book, design):
    told = {(r["Item"], r["Value"]) for r in records(book[1]["Certificate"])}
    proof = design.certificate
    assert ("catalog hash", proof["catalog_hash"]) in told
    assert ("seconds: solve", proof["seconds"]["solve"]) in told
    assert ("model: columns", proof["model"]["columns"]) in told
    assert {("policies", policy) for policy in proof["policies"]} <= told


def test_numbers_read_as_money_power_and_shares(book):
    bill, racks, balance = (book[0][name] for name in ("Bill of materials", "Racks", "Balance"))
    assert bill["P2"].number_format == "#,##0"
    assert bill["L2"].number_format == "#,##0.00"
    assert racks["H2"].number_format == "#,##0.0"
    assert balance["K2"].number_format == "0.0%"


def test_sheets_are_ready_to_filter_and_to_print(book):
    for sheet in book[0]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        if sheet.title != "Summary":
            assert sheet.freeze_panes == "B2"
            assert sheet.print_title_rows == "$1:$1"
            assert sheet.auto_filter.ref.startswith("A1:")
    badges = book[0]["Bill of materials"].conditional_formatting
    assert {rule.formula[0] for place in badges for rule in place.rules} >= {
        '"verified"', '"secondary"', '"unverified"', '"assumption"',
    }  # fmt: skip


def test_filter_leaves_out_the_totals(book, design):
    last = len(design.bill_of_materials) + 1
    assert book[0]["Bill of materials"].auto_filter.ref == f"A1:Y{last}"
    assert not any_value([cell.value for cell in book[0]["Bill of materials"][last + 1]])


def poisoned(value, word):
    """Return a copy in which every text but the fixed words is a hostile one."""
    if isinstance(value, dict):
        return {key: poisoned(item, word) for key, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, word) for item in value]
    return word if isinstance(value, str) else value


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_texts_stay_texts(tmp_path, word):
    given = content()
    hostile = {key: poisoned(given[key], word) for key in ("tables", "certificate", "summary")}
    design = toy_design(**hostile, name=word, currency=word)
    with_formulas, with_values = written(design, tmp_path)
    cells = [c for s in with_values for row in s.iter_rows() for c in row if c.value is not None]
    # The file spells control characters out, and openpyxl shows them so.
    shown = word.replace("\r", "_x000D_").replace("\x01", "_x0001_")
    assert sum(c.value == shown for c in cells) > 100
    assert with_values["Summary"]["A1"].value == shown
    assert [c.hyperlink for c in cells if c.hyperlink] == []
    for sheet, cell, law in formulas(with_formulas):
        assert re.fullmatch(ALLOWED.get(sheet, OF_A_SECTION), law), f"{sheet} {cell}: {law}"
    with zipfile.ZipFile(tmp_path / "design.xlsx") as parts:
        assert not [n for n in parts.namelist() if "externalLink" in n or "vba" in n]


def test_no_formula_but_the_intended_ones(book, design):
    found = formulas(book[0])
    for sheet, cell, law in found:
        assert re.fullmatch(ALLOWED.get(sheet, OF_A_SECTION), law), f"{sheet} {cell}: {law}"
    of_bill = [cell for sheet, cell, _ in found if sheet == "Bill of materials"]
    assert len(of_bill) >= 2 * len(design.bill_of_materials) + 4
    assert len([cell for sheet, cell, _ in found if sheet == "Cost"]) == 4


def test_text_longer_than_a_cell_is_cut(tmp_path):
    _, values = written(toy_design(name="x" * 40_000), tmp_path)
    assert values["Summary"]["A1"].value == "x" * 32_767


def test_empty_design_has_empty_sheets(tmp_path):
    empty = toy_design(tables={name: [] for name in COLUMNS}, summary={}, certificate={}, dates=[])
    formulas_of, values = written(empty, tmp_path)
    assert beside(values["Summary"], "Capital cost").value == 0
    assert formulas_of["Bill of materials"]["P4"].value == "=SUM('Bill of materials'!$P$2)"
    assert "Rules on the data" not in values.sheetnames
    for sheet in TABLES.keys() - {"Rules on the data"}:
        assert records(values[sheet]) == []


def test_missing_folder_is_named_and_nothing_is_written(tmp_path, design):
    with pytest.raises(FaultError, match=r"there is no .*nowhere"):
        write_workbook(design, tmp_path / "nowhere" / "design.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_failed_write_leaves_the_old_file(tmp_path, design, monkeypatch):
    path = tmp_path / "design.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr("designlib.report.workbook.write_tables", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_workbook(design, path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["design.xlsx"]


def test_write_gives_the_file_and_leaves_nothing_else(tmp_path, design):
    path = tmp_path / "design.xlsx"
    assert write_workbook(design, str(path)) == path
    assert [p.name for p in tmp_path.iterdir()] == ["design.xlsx"]
