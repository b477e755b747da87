"""Demand: every kind of work says how much it asks for, in its own unit, and by when."""

import pytest

from designlib.brief import Brief
from designlib.explore import demands
from designlib.explore.demand import DEMAND, scaled_demand

BRIEFS = ("enterprise", "healthcare", "pretraining", "research", "saas", "studio")


@pytest.mark.parametrize("name", BRIEFS)
def test_row_says_what_the_brief_says(name):
    brief = Brief.load(name)
    rows = demands(brief).set_index("workload")
    assert list(rows.index) == [w.id for w in brief.workloads]
    for w in brief.workloads:
        row = rows.loc[w.id]
        assert row["workload_class"] in {"training", "fine-tuning", "inference"}
        assert row["growth_factor_24_months"] == w.growth_factor_24_months
        if w.kind in DEMAND:
            assert row["amount"] == getattr(w, DEMAND[w.kind][0])


def test_promise_is_told_with_its_unit():
    rows = demands(Brief.load("enterprise")).set_index("workload")
    assert rows.loc["A3", "promise"] == (
        "95 % of first tokens within 1 s; 95 % of tokens within 0.04 s"
    )
    assert rows.loc["A1", "promise"] == "a run within 24 h"
    assert rows.loc["A6", "promise"] == ""


def test_amount_doubles_with_the_demand():
    brief = Brief.load("studio")
    twice = demands(brief.with_changes(scaled_demand(brief, 2)))
    assert (twice["amount"] == 2 * demands(brief)["amount"]).all()
