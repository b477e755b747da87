"""Sections on money and growth: they show what is known, and leave out what is not."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from designlib.design import Design
from designlib.report import write_report, write_workbook
from designlib.report.sections import footprint, phases, sections, triggers, unit_costs
from tests.report.page import read_page
from tests.toy_design import toy_design

CAP = {
    "layer": "site", "resource": "carbon_t_per_year", "unit": "t/yr", "place": "hall",
    "period_month": 24, "slice": "", "case": "normal", "supply": 100.0, "draw": 98.0, "slack": 2.0,
    "utilisation": 0.98, "growth_factor": 1.02,
}  # fmt: skip


@pytest.fixture
def design() -> Design:
    """Return the toy design with its energy and a limit on its carbon."""
    tables = toy_design().tables
    balance = [*tables["balance"], CAP]
    return toy_design(tables={**tables, "balance": balance})


def test_page_and_workbook_hold_the_sections(design: Design, tmp_path) -> None:
    page = read_page(write_report(design, tmp_path / "report.html"))
    titles = {s.attributes["id"] for s in page.all("section")}
    assert {"unit-costs", "footprint", "triggers", "phases"} <= titles
    book = openpyxl.load_workbook(write_workbook(design, tmp_path / "design.xlsx"), data_only=True)
    names = {"Unit costs", "Cost by workload", "Break-even", "Carbon and water", "Triggers",
             "Phase plan"}  # fmt: skip
    assert names <= set(book.sheetnames)
    last = [row for row in book["Cost by workload"].iter_rows(values_only=True) if row[0] == "All"]
    assert last[0][1] == pytest.approx(design.summary["tco"])
    carbon = [row for row in book["Carbon and water"].iter_rows(values_only=True)][-1]
    assert carbon[-2:] == (49 * 3.5, 180 * 3.5)


def test_a_limit_of_a_year_stands_beside_what_a_year_has(design: Design) -> None:
    table = footprint.limits(design)
    assert table is not None
    (row,) = table.groups[0].rows
    assert [c.text or c.value for c in row][:2] == ["Carbon", "24"]
    assert footprint.limits(toy_design()) is None


def test_what_a_design_does_not_tell_has_no_section() -> None:
    plain = toy_design()
    without = {"bill_of_materials": [], "balance": [], "footprint": []}
    bare = replace(plain, tables={**plain.tables, **without})
    assert footprint.section(bare, None) is None
    assert phases.section(bare, None) is None
    assert triggers.section(bare, None) is None
    silent = {**plain.brief, "workloads": []}
    idle = replace(plain, summary={**plain.summary, "gpus": []}, brief=silent)
    assert unit_costs.section(idle, None) is None
    assert "unit-costs" in sections(plain)
