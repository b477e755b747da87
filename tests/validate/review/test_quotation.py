"""Quotation: a vendor's bill is read, sized up against the brief, and its gaps are priced."""

import csv
import json

import openpyxl
import pytest
from typer.testing import CliRunner

from designlib.catalog import Catalog
from designlib.cli import app
from designlib.design.quoted import QuotedLine
from designlib.faults import FaultError
from designlib.imports.quotation import read_quotation
from designlib.validate.review import Gap, as_design, review
from tests.validate.review.conftest import ASKED


def command(*args):
    return CliRunner().invoke(app, ["review", *map(str, args)])


def three_lines(design):
    """Return a line of storage, one of cables and one of control servers, each the only one."""
    lines = design.tables["bill_of_materials"]
    alone = [x for x in lines if [y["part_id"] for y in lines].count(x["part_id"]) == 1]
    storage = next(x for x in alone if x["layer"] == "storage")
    cables = next(x for x in alone if x["layer"] == "network" and x["net_price"] < 1000)
    control = next(x for x in lines if x["layer"] == "orchestration")
    return storage, cables, control


def test_whole_bill_of_a_design_lacks_nothing(design, shipped, quote):
    lines = read_quotation(quote(), shipped)
    bought = [x for x in design.tables["bill_of_materials"] if x["part_id"] in _parts(shipped)]
    assert sum(x.count for x in lines) == sum(x["count"] for x in bought)
    found = review(as_design(lines, design, shipped), shipped, quoted=True, reference=design)
    assert found.gaps == ()
    assert [f for f in found.findings if f.severity == "fail"] == []


def _parts(catalog):
    families = ("servers", "switches", "optics", "storage", "cooling", "power", "software")
    return {i for family in families for i in getattr(catalog, family)}


def test_three_lines_taken_away_are_named_with_their_price(design, quote, tmp_path):
    gone = three_lines(design)
    path = quote(*(x["line_id"] for x in gone))
    saved = design.save(tmp_path / "design.json")
    run = command(path, "--brief", saved, "--no-mend", "--json")
    assert run.exit_code == 1, run.output
    told = json.loads(run.output)
    assert told["quoted"]
    assert told["status"] == "fail"
    by_part = {g["part"]: g for g in told["gaps"]}
    assert set(by_part) == {x["part_id"] for x in gone}, told["gaps"]
    for line in gone:
        gap = by_part[line["part_id"]]
        assert gap["price"] == pytest.approx(gap["units"] * line["unit_price"], rel=0.15)
        assert 1 <= gap["units"] <= line["count"]
        assert f"fix: +{gap['units']} {line['part_id']}, {gap['price']:,.0f} USD" in gap["words"]
        assert gap["words"].startswith("this quote lacks ")
    rows = {f["check"]: f["severity"] for f in told["findings"]}
    assert rows["DR-04"] == rows["DR-09"] == "fail"


def test_same_gaps_are_found_from_the_brief_alone(design, quote, tmp_path):
    gone = three_lines(design)
    path = quote(*(x["line_id"] for x in gone))
    asked = tmp_path / "brief.yaml"
    asked.write_text(ASKED)
    run = command(path, "--brief", asked, "--json")
    assert run.exit_code == 1, run.output
    told = json.loads(run.output)
    assert {x["part_id"] for x in gone} <= {g["part"] for g in told["gaps"]}
    mended = [f["mended"] for f in told["findings"] if f["mended"] and f["severity"] == "fail"]
    assert mended
    assert all(m["capex_change"] > 0 for m in mended if not m["reason"])


def test_sheet_of_somebody_else_is_read_by_its_own_headings(shipped, tmp_path):
    servers = next(i for i, s in shipped.servers.items() if s.gpu is not None)
    store = next(iter(shipped.storage.values()))
    book = openpyxl.Workbook()
    book.active.append(["Quotation 4711"])
    book.create_sheet("Offer").append(["Acme Corp."])
    sheet = book["Offer"]
    sheet.append(["Pos.", "Item Description", "QTY", "Unit Price", "Location"])
    sheet.append([1, shipped.servers[servers].name, 4, "USD 1,234,567.50", None])
    sheet.append([2, store.id.upper().replace("-", " "), "12", 1000, "hall"])
    sheet.append(["Total", None, 16, None, None])
    path = tmp_path / "offer.xlsx"
    book.save(path)
    assert read_quotation(path, shipped) == [
        QuotedLine(3, servers, 4.0, price=1234567.5),
        QuotedLine(4, store.id, 12.0, site="hall", price=1000.0),
    ]


def table(path, *rows):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize(
    ("rows", "line", "column", "words"),
    [
        ([("part", "qty"), ("nvidia-dgx-h10", 1)], 2, "part", "did you mean 'nvidia-dgx-h100'?"),
        ([("part", "qty"), ("nvidia-dgx-h100", "many")], 2, "count", "found 'many'"),
        ([("part", "qty"), ("nvidia-dgx-h100", 1.5)], 2, "count", "whole number of pieces"),
        ([("part", "qty"), ("nvidia-dgx-h100", 0)], 2, "count", "whole number of pieces"),
        ([("part", "qty", "price"), ("nvidia-dgx-h100", 1, "1.234,50")], 2, "price", "found"),
        ([("part", "qyt"), ("nvidia-dgx-h100", 1)], 1, "count", "expected one of count, qty"),
        ([("part", "qty")], 1, "file", "holds no line"),
        ([("nothing",)], 1, "part", "no column for it"),
    ],
)
def test_faulty_row_is_told_with_row_column_and_nearest_part(
    shipped, tmp_path, rows, line, column, words
):
    path = table(tmp_path / "bom.csv", *rows)
    with pytest.raises(FaultError) as caught:
        read_quotation(path, shipped)
    fault = caught.value.faults[0]
    assert (fault.file, fault.line, fault.field) == (str(path), line, column)
    assert words in fault.message


def test_every_faulty_row_is_told_at_once_and_nothing_else(shipped, tmp_path):
    path = table(tmp_path / "bom.csv", ("part", "qty"), ("a", 1), ("b", 2), ("nvidia-dgx-h100", 1))
    run = command(path, "--brief", "enterprise")
    assert run.exit_code == 2
    assert len(run.output.strip().splitlines()) == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "add --brief BRIEF"),
        (("--accept", "DR-99=x"), "no such check"),
        (("--accept", "DR-05"), "DR-05 needs a reason"),
    ],
)
def test_bad_use_is_refused_on_one_line(shipped, tmp_path, args, words):
    path = table(tmp_path / "bom.csv", ("part", "qty"), ("nvidia-dgx-h100", 1))
    run = command(path, *args)
    assert run.exit_code == 2
    assert words in run.output
    assert len(run.output.strip().splitlines()) == 1


def test_unknown_site_is_refused_by_its_row(tmp_path):
    path = table(tmp_path / "bom.csv", ("part", "qty", "site"), ("nvidia-dgx-h100", 1, "hal"))
    run = command(path, "--brief", "enterprise")
    assert run.exit_code == 2
    assert f"{path}:2: site: no such site; did you mean 'hall'?" in run.output


def test_broken_workbook_is_refused(tmp_path):
    path = tmp_path / "bom.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    run = command(path, "--brief", "enterprise")
    assert run.exit_code == 2
    assert "expected a CSV file or a workbook" in run.output


def test_saved_design_is_reviewed_and_told_in_words(design, tmp_path):
    saved = design.save(tmp_path / "design.json")
    run = command(saved, "--no-mend", "--acceptance", tmp_path / "plan")
    assert run.exit_code == 0, run.output
    assert all(f"DR-{n:02}" in run.output for n in range(1, 17))
    assert (tmp_path / "plan" / "plan.csv").exists()
    assert "files of the acceptance plan" in run.output


def test_design_of_another_brief_is_refused(design, tmp_path):
    saved = design.save(tmp_path / "design.json")
    run = command(saved, "--brief", "enterprise")
    assert run.exit_code == 2
    assert "another brief" in run.output


def test_priced_lines_keep_their_price_and_others_take_the_catalog(design):
    catalog = Catalog.load()
    part = design.tables["bill_of_materials"][0]["part_id"]
    lines = [QuotedLine(2, part, 1, price=5.0), QuotedLine(3, part, 1)]
    rows = as_design(lines, design, catalog).tables["bill_of_materials"]
    assert [r["unit_price"] for r in rows] == [5.0, catalog.price(part).value]
    assert [r["price_source"] for r in rows] == ["the quotation", "the catalog"]


@pytest.mark.parametrize(
    ("resource", "lacking", "words"),
    [
        ("switches", 1, "lacks 1 switch of fabric hall"),
        ("switches", 2, "lacks 2 switches of fabric hall"),
        ("spares", 1, "lacks 1 spare server of hall"),
        ("read_gb_s", 1, "lacks 1 GB/s of read at hall"),
    ],
)
def test_one_piece_is_told_as_one(resource, lacking, words):
    gap = Gap("layer", resource, "GB/s", "hall", 6, 0.0, 1.0, lacking, "", 0, None)
    assert words in gap.words("USD")
