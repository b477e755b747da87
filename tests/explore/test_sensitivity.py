"""Sensitivity: every end is an optimum of its own, and dearer inputs never make it cheaper."""

import pytest

from designlib.charts import plot
from designlib.explore.demand import scaled_demand
from designlib.explore.swings import drivers, sensitivity, with_sensitivity
from designlib.optimize import optimize

DEARER = (
    "Prices of GPU servers",
    "Prices of networks",
    "Prices of storage",
    "Prices of cooling and power",
    "Prices of software and staff",
    "Demand of all workloads",
    "Growth beyond today's demand",
    "Electricity",
)
"""Inputs that only make a design dearer as they rise."""


@pytest.fixture(scope="module")
def free(brief, catalog):
    """Return a design without a budget, so that no end is refused for money."""
    return optimize(brief.with_changes({"budget.capex_total": None}), catalog)


@pytest.fixture(scope="module")
def rows(free, catalog):
    return sensitivity(free, catalog, gap=1e-3)


def of(rows, driver, end):
    return next(r for r in rows if (r["driver"], r["end"]) == (driver, end))


@pytest.mark.parametrize("driver", DEARER)
def test_more_of_it_never_costs_less(free, rows, driver):
    low, high = of(rows, driver, "low"), of(rows, driver, "high")
    assert low["bound"] <= free.certificate["objective"]
    assert high["objective"] >= free.certificate["bound"]
    assert low["bound"] <= high["objective"]


def test_change_lies_between_bound_and_cost_of_both(free, rows):
    row = of(rows, "Demand of all workloads", "high")
    assert row["change_high"] == row["objective"] - free.certificate["bound"]
    assert row["change_low"] == row["bound"] - free.certificate["objective"]


def test_widest_input_comes_first(rows):
    spans = [
        abs(of(rows, r["driver"], "high")["objective"] - of(rows, r["driver"], "low")["objective"])
        for r in rows
    ]
    assert spans == sorted(spans, reverse=True)


def test_prices_that_the_brief_states_are_not_moved(brief, catalog):
    item = next(i for i in catalog.servers if catalog.has_price(i))
    stated = {"item": item, "quantity": "purchase", "value": 1.0}
    driver = drivers(brief.with_changes({"prices": [stated]}), catalog)[0]
    for end in (driver.low, driver.high):
        mine = [
            p["value"] for p in end["prices"] if (p["item"], p["quantity"]) == (item, "purchase")
        ]
        assert mine == [1.0]


def test_demand_is_scaled_in_whole_units(brief):
    changes = scaled_demand(brief, 1.1)
    assert changes["workloads.chat.peak_requests_s"] == pytest.approx(5.5)
    assert changes["workloads.tune.runs_per_month_count"] == pytest.approx(110)


def test_chart_shows_the_widest_input_and_its_money(free, rows):
    figure = plot("tornado", with_sensitivity(free, rows))
    first = rows[0]
    assert first["driver"].lower() in figure.layout.title.text
    moves = {(bar.name, y): x for bar in figure.data for y, x in zip(bar.y, bar.x, strict=True)}
    shown = moves["input at its high end", first["driver"]]
    high = of(rows, first["driver"], "high")["objective"] - free.certificate["objective"]
    divisor = {"thousand": 1e3, "million": 1e6}[
        figure.layout.xaxis.title.text.split("[")[1].split()[0]
    ]
    assert shown == pytest.approx(high / divisor)


def test_an_end_that_cannot_be_met_is_said(free, rows):
    shut = [
        {**r, "objective": None, "status": "infeasible"} if r["end"] == "high" else r for r in rows
    ]
    figure = plot("tornado", with_sensitivity(free, shut))
    assert "cannot be met" in figure.layout.title.text
    assert any("infeasible" in text for bar in figure.data for text in bar.text)
