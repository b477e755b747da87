"""Customers: sites, teams and rules on the data stand in report and workbook, where they are."""

import openpyxl
import pytest

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.design import Design
from designlib.report import write_report, write_workbook
from designlib.report.facts import bottleneck
from designlib.report.sections import decision
from designlib.report.sections.balance import balance
from designlib.report.sections.bill import bill
from designlib.report.sections.operations import predictions
from designlib.report.sections.risks import risks
from designlib.report.sections.rules import rules as rules_of
from designlib.report.sections.teams import teams as teams_of
from tests.report.page import read_page
from tests.toy_design import content

ENTERPRISE = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")
"""A whole brief that names six teams now and ten in month 24."""

SITES = [
    {"site": "dal", "gpus": 40, "racks": 4, "it_kw": 50.0, "facility_kw": 65.0, "capex": 3e6},
    {"site": "ash", "gpus": 64, "racks": 2, "it_kw": 60.0, "facility_kw": 75.0, "capex": 2e6},
]


def design(**changes) -> Design:
    """Return the toy design with two sites, teams and the changes of a test."""
    plain = content()
    plain["summary"]["sites"] = SITES
    plain["brief"] = ENTERPRISE.to_dict()
    plain["summary"]["tco"] = sum(c["present_value"] for c in plain["tables"]["cost"])
    for table, rows in changes.items():
        plain["tables"][table] = rows
    return Design(**plain)


def amount(cell) -> float:
    return float(cell.text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def test_sites_stand_side_by_side_and_one_site_needs_no_table():
    table = decision.sites(design())
    assert [row[0].text for row in table.groups[0].rows] == ["dal", "ash"]
    assert sum(amount(row[1]) for row in table.groups[0].rows) == 104
    alone = content()
    alone["summary"]["sites"] = SITES[:1]
    assert decision.sites(Design(**alone)) is None


def test_teams_pay_the_whole_cost_and_quotas_stay_within_the_fleet():
    found = design()
    quotas, paid = teams_of(found)
    for row in quotas.groups[0].rows:
        fleet, teams, each, everyone = (amount(cell) for cell in row[1:5])
        assert teams * each == everyone <= fleet
    assert amount(paid.total[-1]) == pytest.approx(found.summary["tco"], abs=1)
    assert sum(amount(row[-1]) for row in paid.groups[0].rows) == pytest.approx(
        found.summary["tco"], abs=len(paid.groups[0].rows)
    )


def test_without_teams_or_rules_there_is_no_chapter(tmp_path):
    plain = content()
    plain["brief"].pop("teams", None)
    plain["tables"]["compliance"] = []
    found = Design(**plain)
    assert teams_of(found) == []
    assert rules_of(found) is None
    page = read_page(write_report(found, tmp_path / "report.html"))
    assert not [e for e in page.all("section") if e.attributes["id"] == "teams"]
    (matrix,) = (e for e in page.all("section") if e.attributes["id"] == "rules")
    assert "names no rule" in matrix.text
    assert not matrix.all("table")


def test_every_rule_is_shown_with_what_it_removed_and_added():
    found = design()
    table = rules_of(found)
    rules = found.tables["compliance"]
    assert rules
    for row, rule in zip(table.groups[0].rows, rules, strict=True):
        assert row[0].text.lower() == rule["rule"].lower()
        assert rule["asked_by"] in row[0].note
        assert (row[2].text, row[3].text) == (rule["parts_removed"], rule["items_added"])


def test_ids_that_are_bound_to_a_site_read_as_words():
    plain = content()
    for name, column in (("balance", "place"), ("bill_of_materials", "pool")):
        for row in plain["tables"][name]:
            row[column] = f"{row[column]}@dal" if row[column] else ""
    plain["summary"]["bottleneck"]["place"] += "@dal"
    found = Design(**plain)
    shown = [balance(found), bill(found)]
    cells = [c for t in shown for g in t.groups for row in g.rows for c in row]
    assert not [c for c in cells if "@" in c.text + c.note]
    assert [c for c in cells if " at dal" in c.text + c.note]
    assert " at dal" in bottleneck(found)


def test_a_figure_that_is_alike_at_two_sites_is_told_once():
    plain = content()
    runs = plain["tables"]["operations"]
    before = predictions(Design(**plain)).rows_count
    plain["tables"]["operations"] = [*runs, *({**r, "site": "ash"} for r in runs)]
    assert predictions(Design(**plain)).rows_count == before > 0


def test_a_part_that_somebody_else_must_bring_in_time_is_a_risk():
    note = {
        **content()["tables"]["assumptions"][0],
        "path": "procurement.lead_times_weeks.transformer",
        "reason": "a transformer takes 110 weeks",
    }
    rows = [*content()["tables"]["assumptions"], note]
    texts = [r.text for r in risks(design(assumptions=rows))]
    assert "A transformer takes 110 weeks." in texts


def test_workbook_has_a_sheet_of_rules_and_one_of_teams(tmp_path):
    found = design()
    path = write_workbook(found, tmp_path / "design.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    head, *rows = book["Teams"].iter_rows(values_only=True)
    assert head[:2] == ("Team", "Workload")
    paid = sum(row[2] for row in rows if row[0] and str(row[0]).startswith("team"))
    assert paid == pytest.approx(found.summary["tco"])
    assert book["Rules on the data"].max_row >= 1 + len(found.tables["compliance"])
    words = [c.value for row in book["Summary"].iter_rows() for c in row]
    assert {"Site by site", "dal", "ash"} <= set(words)
