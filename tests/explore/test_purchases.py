"""Purchases: staged or all at once, compared on certificates for prices that fall and that rise."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import log

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.optimize import optimize
from designlib.problem.make import make_problem
from designlib.validate import validate
from designlib.validate.orders import weeks_to_service

CATALOG = Catalog.load()
WEEKS = 365.25 / 12 / 7
FALL, RISE = 0.25, -0.6
BRIEF = {
    "name": "chat that grows fourfold",
    "service_start_month": 9,
    "sites": [
        {"id": "hall", "it_power_kw": 400, "rack_air_kw": 17, "pue": 1.3,
         "electricity_per_kwh": 0.1}
    ],
    "fleet": {"server_kinds_allowed": ["H200"]},
    "workloads": [
        {
            "id": "chat", "kind": "inference", "llm": "llama-3-3-70b", "peak_requests_s": 6,
            "prompt_tokens": 2000, "output_tokens": 300, "ttft_p95_s": 1.0, "tpot_p95_s": 0.04,
            "growth_factor_24_months": 6,
        }
    ],
    "procurement": {"lead_weeks": 20, "install_weeks": 4},
    "storage": {"hot_tb": 50},
}  # fmt: skip


@cache
def bought(purchases: str, decline: float) -> Design:
    """Return the design under a policy on purchases and a trend of prices."""
    changes = {
        "policies.purchases": purchases,
        "procurement.price_decline_frac_per_year": decline,
    }
    return optimize(Brief.from_dict(BRIEF).with_changes(changes), CATALOG, gap=1e-4)


def months(design: Design) -> set[int]:
    """Return the dates at which servers with GPUs go into service."""
    lines = design.bill_of_materials
    return set(lines[lines.layer == "compute"].period_month)


def test_falling_prices_make_all_at_once_dearer_than_staged() -> None:
    at_once, needed = bought("all_at_once", FALL), bought("when_needed", FALL)
    assert len(months(at_once)) == 1 < len(months(needed))
    assert at_once.certificate["bound"] > needed.certificate["objective"]
    free = bought("staged", FALL)
    assert free.certificate["bound"] <= needed.certificate["objective"]


def test_rising_prices_make_all_at_once_cheaper_than_staged() -> None:
    at_once, needed = bought("all_at_once", RISE), bought("when_needed", RISE)
    assert len(months(at_once)) == 1 < len(months(needed))
    assert at_once.certificate["objective"] < needed.certificate["bound"]
    # Left free, the search buys ahead by itself, and never pays more than either policy.
    free = bought("staged", RISE)
    assert free.certificate["bound"] <= at_once.certificate["objective"]
    assert len(months(free)) < len(months(needed))


@pytest.mark.parametrize("decline", [FALL, RISE])
@pytest.mark.parametrize("purchases", ["staged", "when_needed", "all_at_once"])
def test_orders_leave_in_time_and_capital_is_the_bill(purchases: str, decline: float) -> None:
    design = bought(purchases, decline)
    brief = Brief.from_dict(design.brief)
    for line in design.bill_of_materials.itertuples():
        weeks = weeks_to_service(CATALOG.part(line.part_id), line.site, brief)
        assert (line.period_month - line.order_by_month) * WEEKS >= weeks * (1 - 1e-9)
        assert line.order_by_month >= -1e-9
    total = design.bill_of_materials.extended.sum()
    book = design.cost[design.cost.kind == "capex"].amount.sum()
    assert design.summary["capex"] == pytest.approx(total, rel=1e-9)
    assert book == pytest.approx(total, rel=1e-9)
    assert validate(design, CATALOG).ok


def test_prices_of_the_bill_rise_by_the_months_that_an_order_waits() -> None:
    lines = bought("when_needed", RISE).bill_of_materials
    servers = lines[lines.layer == "compute"].sort_values("order_by_month")
    first, last = servers.iloc[0], servers.iloc[-1]
    years = (last.order_by_month - first.order_by_month) / 12
    assert last.unit_price == pytest.approx(first.unit_price * (1 - RISE) ** years)


def test_performance_that_doubles_is_a_fall_of_prices_in_problem_and_check() -> None:
    """Three quarters of the price after a year: performance for money doubles in 2.41 years."""
    doubling = {"procurement.performance_doubling_years": log(2) / -log(1 - FALL)}
    falling = {"procurement.price_decline_frac_per_year": FALL}
    one, other = (
        make_problem(Brief.from_dict(BRIEF).with_changes(changes), CATALOG)[0]
        for changes in (doubling, falling)
    )
    for name, item in one.items.items():
        assert item.unit_price == pytest.approx(other.items[name].unit_price)
    staged = bought("staged", FALL)
    asked = Brief.from_dict(BRIEF).with_changes(doubling)
    same = replace(staged, brief=asked.model_dump(mode="json", exclude_unset=True))
    assert validate(same, CATALOG).findings["bill"] == ()
