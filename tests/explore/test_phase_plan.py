"""Phase plan: order, delivery and service follow each other, and the slowest part is critical."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.design import Design
from designlib.design.phase_plan import phase_plan
from tests.toy_design import toy_design


def test_every_line_of_the_bill_is_in_the_plan_and_in_order(design: Design) -> None:
    plan = phase_plan(design)
    assert plan["count"].sum() == design.bill_of_materials["count"].sum()
    assert (plan.order_month <= plan.delivery_month).all()
    assert (plan.delivery_month <= plan.period_month).all()
    assert (plan.order_month >= -1e-9).all()
    assert (plan.delivery_month < plan.period_month).any()


def test_the_longest_wait_of_each_date_is_critical_and_heads_it(design: Design) -> None:
    for _, rows in phase_plan(design).groupby("period_month"):
        assert rows.critical.iloc[0]
        assert rows.wait_months.iloc[0] == rows.wait_months.max()
        assert rows.wait_months.is_monotonic_decreasing


def test_toy_plan_by_hand() -> None:
    base = toy_design()
    summary = {**base.summary, "install_months": {"door-35": 1.5}}
    plan = phase_plan(replace(base, summary=summary)).set_index(["period_month", "part_id"])
    door = plan.loc[(6, "door-35")]
    assert (door.order_month, door.delivery_month, door.wait_months) == (0.0, 4.5, 6.0)
    assert door.critical
    assert door.slack_months == 0
    assert not plan.loc[(6, "alpha-8gpu")].critical
    assert plan.loc[(24, "door-35")].wait_months == pytest.approx(6.4)
