"""Sections: a file of the folder is a chapter, in its order; its tables go where they say."""

import openpyxl
import plotly.graph_objects as go
import pytest

from designlib.report import sections as folder
from designlib.report import write_report, write_workbook
from designlib.report.section import Card, Figure, Point, Section
from designlib.report.table import Cell, Column, grouped, table
from tests.report.page import read_page
from tests.toy_design import toy_design

HOSTILE = "=cmd()<script>alert(1)</script>"
HEADS = [Column("Feed"), Column("Load", "kW", "tenth"), Column("Cost", "USD", "money")]


def chapter() -> Section:
    """Return a section that uses every field of the form."""
    return Section(
        "What if all of it is used",
        lead=("A first paragraph.",),
        cards=(Card("Sum", "42 kW", "of both feeds"),),
        callouts=(Point("Mind", "this"),),
        figures=(Figure("feeds", go.Figure(go.Bar(x=["A", "B"], y=[1, 2])), "Feeds", "Two bars"),),
        tables=(
            table("Loads", HEADS, [("A", 20.0, 1e6), ("B", 22.0, None)], ("All", 42.0, 1e6),
                  sheet="Feeds"),
            grouped("Kinds", "What | Count #count",
                    [(HOSTILE, [(HOSTILE, 3)], None), ("y", [(Cell("b", "note"), 4)], None)],
                    ("Most", 4), sheet="Kinds", folded="Open me"),
        ),
        points_title="Points", points=(Point("One", "text of one"),),
        items_title="Items", items=("an item",), notes=("A last paragraph.",),
    )  # fmt: skip


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """Return page and workbook of a design with that one section."""
    for module in ("html", "workbook"):
        monkeypatch.setattr(f"designlib.report.{module}.sections", lambda *_: {"x": chapter()})
    page = read_page(write_report(toy_design(), tmp_path / "report.html"))
    book = write_workbook(toy_design(), tmp_path / "design.xlsx")
    return page, openpyxl.load_workbook(book), openpyxl.load_workbook(book, data_only=True)


def test_folder_is_the_list_and_order_is_the_order():
    modules = folder._modules()
    assert [m.ORDER for m in modules] == sorted(m.ORDER for m in modules)
    assert len({m.ORDER for m in modules}) == len(modules), "two sections at one place"
    names = [m.__name__.rpartition(".")[2].replace("_", "-") for m in modules]
    shown = list(folder.sections(toy_design()))
    assert shown == [n for n in names if n in shown]
    assert names[0] == "decision"


def test_page_shows_every_field_once(shown):
    page, _, _ = shown
    (section,) = (s for s in page.all("section") if s.attributes["id"] == "x")
    for text in ("What if all of it is used", "A first paragraph.", "42 kW", "of both feeds",
                 "Mind.", "Feeds", "Load, kW", "1,000,000", "Open me", "note", "text of one",
                 "an item", "A last paragraph."):  # fmt: skip
        assert text in section.text
    (figure,) = section.all("figure")
    assert figure.attributes["aria-label"] == "Two bars"
    assert page.all("nav")[0].all("a")[0].attributes["href"] == "#x"


def test_sheet_holds_numbers_and_its_total_is_a_formula(shown):
    _, laws, values = shown
    rows = [[c.value for c in row] for row in values["Feeds"].iter_rows()]
    assert rows[0] == ["Feed", "Load [kW]", "Cost [USD]"]
    assert rows[1:3] == [["A", 20, 1_000_000], ["B", 22, None]]
    assert rows[4] == ["All", 42, 1_000_000]
    assert [laws["Feeds"].cell(5, c).value for c in (2, 3)] == [
        "=SUM(Feeds!$B$2:$B$3)", "=SUM(Feeds!$C$2:$C$3)",
    ]  # fmt: skip


def test_groups_are_a_column_and_texts_stay_texts(shown):
    _, laws, values = shown
    rows = [[c.value for c in row] for row in values["Kinds"].iter_rows()]
    assert rows[0] == ["Group", "What", "Count"]
    assert rows[1] == [HOSTILE, HOSTILE, 3]
    assert rows[2] == ["y", "b: note", 4]
    assert rows[4][1:] == ["Most", 4], "no sum: the total is written as it is"
    assert laws["Kinds"]["A2"].data_type == "s"
    assert laws["Kinds"]["C5"].data_type == "n"


def test_long_table_is_cut_on_the_page_and_whole_in_the_workbook(monkeypatch, tmp_path):
    rows = [(f"row {n}", n) for n in range(1000)]
    long = table("Long", "Row | Count #count", rows, ("All", 499_500), sheet="Long")
    for module in ("html", "workbook"):
        found = {"x": Section("X", tables=(long,))}
        monkeypatch.setattr(f"designlib.report.{module}.sections", lambda *_, s=found: s)
    page = read_page(write_report(toy_design(), tmp_path / "report.html"))
    (shown,) = (t for t in page.all("table") if t.all("caption")[0].text.startswith("Long"))
    assert len(shown.all("tbody")[0].all("tr")) == 200
    assert "first 200 of 1,000 rows" in shown.all("caption")[0].text
    assert "499,500" in shown.text
    book = openpyxl.load_workbook(write_workbook(toy_design(), tmp_path / "a.xlsx"))
    assert book["Long"].max_row == 1003
