"""All customers: orders leave in time, sums of money meet, and growth has its triggers."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.charts import plot
from designlib.design import Design
from designlib.explore import (
    break_even,
    cost_by_layer,
    cost_by_workload,
    phase_plan,
    service_triggers,
    triggers,
    unit_costs,
)
from designlib.optimize import optimize
from designlib.physics.growth import growth_per_month
from designlib.validate import validate
from designlib.validate.orders import weeks_to_service
from tests.problem.asked import brief, catalog

WEEKS = 365.25 / 12 / 7
CHANGED: dict[str, tuple[str, dict[str, Any]]] = {
    # one site and few kinds: the search for all of them takes minutes and decides nothing here
    "saas": ("dal", {
        "fleet.server_kinds_allowed": ["H200"],
        "network.compute_technologies_allowed": ["ethernet"],
    }),
}  # fmt: skip
NAMES = ("enterprise", "research", "healthcare", "pretraining", "saas", "studio")


@cache
def designed(name: str) -> Design:
    """Return the design of a customer."""
    site, changes = CHANGED.get(name, ("", {}))
    return optimize(brief(name, site, **changes), catalog(), gap=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_orders_precede_service_by_lead_and_installation(name: str) -> None:
    design = designed(name)
    asked = Brief.from_dict(design.brief)
    lines = [b for b in design.tables["bill_of_materials"] if b["part_id"] != "moved-links"]
    for line in lines:
        weeks = weeks_to_service(catalog().part(line["part_id"]), line["site"], asked)
        waited = (line["period_month"] - line["order_by_month"]) * WEEKS
        assert waited >= weeks * (1 - 1e-9), line["line_id"]
        assert line["order_by_month"] >= -1e-9, line["line_id"]
    assert validate(design, catalog()).findings["orders"] == ()


@pytest.mark.parametrize("name", NAMES)
def test_capital_is_the_bill_and_every_view_of_the_cost_is_the_objective(name: str) -> None:
    design = designed(name)
    bill = design.bill_of_materials.extended.sum()
    book = design.cost[design.cost.kind == "capex"].amount.sum()
    assert book == pytest.approx(bill, rel=1e-9)
    assert design.summary["capex"] == pytest.approx(bill, rel=1e-9)
    total = pytest.approx(design.certificate["objective"], rel=1e-6)
    assert cost_by_workload(design).present_value.sum() == total
    assert cost_by_layer(design).to_numpy().sum() == total
    divisor = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
    fig = plot("waterfall", design)
    word = fig.layout.yaxis.title.text.partition("[")[2].partition(" ")[0]
    bars = sum(sum(t.y) for t in fig.data if t.name != "total")
    assert divisor[word] * bars == total


@pytest.mark.parametrize("name", NAMES)
def test_unit_costs_carbon_and_water_are_told_with_what_they_rest_on(name: str) -> None:
    design = designed(name)
    table = unit_costs(design).set_index("figure")
    each = table.value["GPU-hour in service"]
    assert 0.5 < each < 20  # public prices of rented GPUs span 1 to 13 USD an hour
    assert table.value["GPU-hour in use"] >= each
    services = {w.id for w in Brief.from_dict(design.brief).work() if w.kind == "inference"}
    told = {f.removeprefix("million tokens of ") for f in table.index if "tokens" in f}
    assert services <= told
    assert (table.inputs.str.len() > 20).all()
    assert design.summary["carbon_t"] > 0
    assert design.summary["water_m3"] > 0
    assert validate(design, catalog()).findings["footprint"] == ()
    for row in break_even(design).options.itertuples():
        assert row.inputs


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_has_its_trigger_and_the_longest_item_heads_the_plan(name: str) -> None:
    design = designed(name)
    table = triggers(design)
    bought = set(design.bill_of_materials.layer)
    for row in table.itertuples():
        if row.layer in bought:
            assert 0 < row.trigger_frac <= 1
            wait = row.lead_months
            assert row.trigger_frac * (1 + row.growth_per_month_frac) ** wait == pytest.approx(1)
        assert row.full_month >= max(design.dates) - 1e-6
    for _, rows in phase_plan(design).groupby("period_month"):
        assert rows.wait_months.iloc[0] == rows.wait_months.max()
        assert rows.critical.iloc[0]


def test_must_tiers_that_grow_tenfold_are_ordered_for_in_time() -> None:
    """10 % a month and 20 + 4 weeks: order at 41.2 / 70 of the highest load."""
    table = service_triggers(designed("saas"))
    assert {"S", "M"} <= set(table.workload) <= {"S", "M", "L"}  # what rents orders nothing
    assert table.growth_per_month_frac.to_numpy() == pytest.approx(growth_per_month(10))
    share = (table.trigger_frac / table.busy_max_frac).to_numpy()
    assert (share <= 0.412 / 0.70 + 1e-3).all()


def test_must_the_landlords_transformer_stands_in_the_phase_plan() -> None:
    bars = {t.name: t for t in plot("schedule", designed("pretraining")).data}
    late = bars["by the owner of the hall, ordered today"]
    ends = dict(zip(late.y, late.x, strict=True))
    transformer = next(x for y, x in ends.items() if y.startswith("transformer"))
    assert transformer == pytest.approx(110 / WEEKS)
    assert transformer > 18


def test_must_a_later_budget_pays_for_what_comes_later() -> None:
    design = designed("research")
    asked = Brief.from_dict(design.brief)
    book = design.cost[design.cost.kind == "capex"]
    first = asked.budget.expansions[0].month
    assert book[book.period_month < first].amount.sum() <= asked.budget.capex_total
    later = sum(e.capex_total for e in asked.budget.expansions)
    assert book.amount.sum() <= asked.budget.capex_total + later
