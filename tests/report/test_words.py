"""Words of a report: numbers as readers expect them, verdicts and risks that follow the figures."""

import re

import pytest

from designlib.design import Design
from designlib.milp.resources import RESOURCES
from designlib.report import words, write_report
from designlib.report.facts import bottleneck
from designlib.report.sections import assumptions, balance, growth, operations, why_not
from designlib.report.sections.decision import lead, purchases, shopping_list
from designlib.report.sections.risks import risks
from tests.report.page import read_page
from tests.toy_design import content, toy_design


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "–"),  # noqa: RUF001
        (0, "0"),
        (7.0, "7"),
        (1234567.8, "1,234,568"),
        (76.04, "76"),
        (18.46, "18.5"),
        (1.234, "1.23"),
        (0.031234, "0.0312"),
        (True, "yes"),
        (["a", 2.0], "a, 2"),
        ({"air": 1.45}, "air: 1.45"),
        (float("inf"), "inf"),
    ],
)
def test_number_has_the_digits_that_count(value, expected):
    assert words.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(4_933_210, "4.93 M USD"), (812, "812 USD"), (2.5e9, "2.5 bn USD"), (-1500, "-1.5 k USD")],
)
def test_money_in_short(value, expected):
    assert words.money_short(value, "USD") == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0, "0.0%"), (0.913, "91.3%"), (0.0002, "0.02%"), (1.0, "100.0%")]
)
def test_share_in_percent(share, expected):
    assert words.percent(share) == expected


def test_every_resource_of_the_ledger_has_words():
    assert words.RESOURCES.keys() >= RESOURCES.keys()


def test_count_is_no_share():
    rows = toy_design().tables["assumptions"]
    rows = [{**rows[0], "path": "policies.kinds_max_count", "value": 1, "unit": "1"}, *rows]
    design = toy_design(tables={**toy_design().tables, "assumptions": rows})
    texts = [row[1].text for group in assumptions.assumptions(design).groups for row in group.rows]
    assert "1" in texts
    assert "87.0%" in texts


# ---- decision


def test_shopping_list_adds_up_to_the_capital():
    table = shopping_list(toy_design())
    amounts = [float(row[-1].text.replace(",", "")) for group in table.groups for row in group.rows]
    assert sum(amounts) == toy_design().summary["capex"]
    assert table.total[-1].text == f"{sum(amounts):,.0f}"


def test_gpus_are_counted_at_the_date_that_brings_them():
    assert [(p.period_month, p.count, p.gpus) for p in purchases(toy_design())] == [
        (6, 8, 64),
        (24, 5, 40),
    ]


def test_bottleneck_says_how_much_is_left():
    assert "by 4.6%" in bottleneck(toy_design())
    full = {**toy_design().summary["bottleneck"], "growth_factor": 1.0}
    design = toy_design(summary={**toy_design().summary, "bottleneck": full})
    assert "nothing is left" in bottleneck(design)


def test_lead_without_purchases():
    design = toy_design(tables={**toy_design().tables, "bill_of_materials": []})
    assert lead(design).startswith("Buy nothing")


def risk(design, title):
    return next(r.text for r in risks(design) if r.title == title)


def test_price_risk_is_the_share_that_nobody_vouches_for():
    bill = toy_design().tables["bill_of_materials"]
    weak = sum(b["extended"] for b in bill if b["confidence"] in {"unverified", "assumption"})
    share = weak / sum(b["extended"] for b in bill)
    assert f"{share:.1%}" in risk(toy_design(), "Prices")


def test_order_risk_is_the_earliest_order():
    assert "month 0" in risk(toy_design(), "Time to order")
    late = [{**b, "order_by_month": b["order_by_month"] - 2} for b in bill_of(toy_design())]
    design = toy_design(tables={**toy_design().tables, "bill_of_materials": late})
    assert "9 weeks before it" in risk(design, "Time to order")


def bill_of(design):
    return design.tables["bill_of_materials"]


# ---- promises


def promised(limit: float) -> Design:
    plain = content()
    plain["brief"]["workloads"][1]["tpot_p95_s"] = limit
    return Design(**plain)


@pytest.mark.parametrize(
    ("limit", "verdict"), [(0.04, "kept"), (0.038, "kept"), (0.035, "at risk"), (0.03, "broken")]
)
def test_promise_holds_for_the_whole_range_or_is_at_risk(limit, verdict):
    (figure,) = (f for f in operations.figures(promised(limit)) if "output token" in f.label)
    assert figure.verdict == verdict


def test_performance_is_a_risk_only_where_a_promise_is_not_kept():
    titles = [r.title for r in risks(promised(0.04))]
    assert "Predicted performance" not in titles
    assert "0.038 s" in risk(promised(0.035), "Predicted performance")


# ---- layers and evidence


def test_balance_shows_every_place_and_marks_one_bottleneck():
    table = balance.balance(toy_design())
    rows = [row for group in table.groups for row in group.rows]
    last = max(toy_design().dates)
    assert len(rows) == sum(r["period_month"] == last for r in toy_design().tables["balance"])
    (marked,) = (row for row in rows if row[0].stands_out)
    assert marked[0].text.startswith("Fast storage")


def test_growth_follows_the_dates():
    (group,) = growth.growth(toy_design()).groups
    assert [row[0].text for row in group.rows] == ["6", "12", "24"]
    assert group.rows[-1][2].text == "12 of 13"


def dropped(workload, reason):
    return {
        "workload": workload,
        "candidate": f"{workload}-x",
        "pool": "",
        "part_id": "x",
        "status": "dropped",
        "reason": reason,
        "figures": {},
    }


def test_reasons_that_differ_in_numbers_or_names_are_one_kind():
    found = why_not.reasons(
        [
            dropped("A1", "a run takes 24.2 h, 24 h are allowed"),
            dropped("A2", "a run takes 1,062.4 h, 24 h are allowed"),
            dropped("A3", "dominated by A3-y: no resource is drawn less"),
            dropped("A3", "dominated by A3-z: no resource is drawn less"),
            dropped("*", "end of sale"),
        ]
    )
    assert [(len(r.rows), r.workloads) for r in found] == [(2, "A1, A2"), (2, "A3"), (1, "all")]
    assert found[-1].text == "End of sale"
    assert not re.search(r"\d", found[0].text)


def test_design_that_holds_nothing_still_reads(tmp_path):
    design = toy_design(
        dates=(), tables={name: [] for name in toy_design().tables}, summary={}, certificate={}
    )
    page = read_page(write_report(design, tmp_path / "empty.html"))
    assert "Buy nothing" in page.text
    assert "nothing to list" in page.text
