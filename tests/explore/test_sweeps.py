"""Sweeps: one row a value, each its own optimum, and a reason where there is none."""

import math

import pandas as pd
import pytest

from designlib.design import Infeasible
from designlib.explore import front, sweep, sweeps
from designlib.optimize import Stopped, optimize

PATH = "workloads.chat.tpot_p95_s"


def test_row_is_the_optimum_of_its_value(brief, catalog, design):
    slow = optimize(brief.with_changes({PATH: 0.1}), catalog)
    told = []
    frame = sweep(brief, PATH, [0.04, 0.1], catalog, progress=told.append)
    assert frame["value"].tolist() == [0.04, 0.1]
    assert frame["objective"].tolist() == [d.certificate["objective"] for d in (design, slow)]
    assert frame["capex"].tolist() == [d.summary["capex"] for d in (design, slow)]
    assert frame["reason"].tolist() == ["", ""]
    assert [(e["done"], e["total"], e["value"]) for e in told] == [(1, 2, 0.04), (2, 2, 0.1)]
    assert told[0]["design"].certificate["objective"] == design.certificate["objective"]


def test_gpus_are_those_of_the_last_date(brief, catalog, design):
    last = [g["count"] for g in design.summary["gpus"] if g["period_month"] == design.dates[-1]]
    assert sweep(brief, PATH, [0.04], catalog)["gpus"].tolist() == [sum(last)]


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (Infeasible(["power: 500 kW given", "budget: too small"]), "infeasible",
         "power: 500 kW given; budget: too small"),
        (Stopped("time_limit", 1.0), "time_limit", "stopped without a design: time_limit"),
    ],
)  # fmt: skip
def test_value_without_a_design_keeps_the_reason(
    brief, catalog, monkeypatch, error, status, reason
):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(sweeps, "optimize", fail)
    row = sweep(brief, PATH, [0.04], catalog).iloc[0]
    assert (row["status"], row["reason"]) == (status, reason)
    assert math.isnan(row["objective"])


def test_value_that_no_brief_may_have_is_refused_with_the_reason(brief, catalog):
    row = sweep(brief, PATH, [-1], catalog).iloc[0]
    assert row["status"] == "refused"
    assert "expected a number > 0" in row["reason"]


def test_brief_stays_as_it_was(brief, catalog):
    before = brief.hash
    sweep(brief, PATH, [-1], catalog)
    assert brief.hash == before


def test_no_values_give_no_rows(brief, catalog):
    frame = sweep(brief, PATH, [], catalog)
    assert list(frame.columns) == list(sweeps.COLUMNS)
    assert frame.empty


def test_front_keeps_what_nothing_beats():
    frame = pd.DataFrame(
        {"name": list("abcdef"), "cost": [3, 1, 2, 2, 1, math.nan], "kw": [1, 3, 2, 3, 3, 0]}
    )
    assert front(frame, ["cost", "kw"])["name"].tolist() == ["b", "c", "a"]


def test_front_of_nothing_is_nothing():
    frame = pd.DataFrame({"cost": [math.nan], "kw": [1.0]})
    assert front(frame, ["cost", "kw"]).empty
