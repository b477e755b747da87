"""Triggers: published utilisations at which to order, and when a layer is full."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan, log
from typing import Any

import pytest

from designlib.design import Design
from designlib.explore import service_triggers, triggers
from tests.explore.test_unit_costs import alone
from tests.toy_design import toy_design

WEEKS = 365 / 7 / 12


def growing(factor: float, supply: tuple[float, float, float], lead_weeks: float) -> Design:
    """Return the toy design with one layer, whose draw of 100 grows by a factor in 24 months."""
    base = toy_design()
    row = {**base.tables["balance"][0], "layer": "storage", "resource": "hot_tb", "place": "hall",
           "slice": "", "unit": "TB"}  # fmt: skip
    rows = []
    for month, end, s in zip(base.dates, (12, 24, 24), supply, strict=True):
        draw = 100 * factor ** (end / 24)
        rows.append({**row, "period_month": month, "supply": s, "draw": draw, "slack": s - draw,
                     "utilisation": draw / s, "growth_factor": s / draw})  # fmt: skip
    line = {**base.tables["bill_of_materials"][0], "layer": "storage", "period_month": 12,
            "order_by_month": 12 - lead_weeks / WEEKS}  # fmt: skip
    return replace(base, tables={**base.tables, "balance": rows, "bill_of_materials": [line]})


@pytest.mark.parametrize(("weeks", "trigger"), [(20, 0.450), (24, 0.412)])
def test_golden_trigger_of_tenfold_growth(weeks: float, trigger: float) -> None:
    """Seven tenths of what is full, at tenfold growth in 24 months: order at 45 % or 41 %."""
    row = triggers(growing(10, (2e3, 2e3, 2e3), weeks)).iloc[0]
    assert row.growth_per_month_frac == pytest.approx(10 ** (1 / 24) - 1)
    assert 0.70 * row.trigger_frac == pytest.approx(trigger, abs=5e-4)


def test_an_order_at_the_trigger_serves_when_the_layer_is_full() -> None:
    row = triggers(growing(4, (500, 500, 500), 30)).iloc[0]
    month = 24 * log(row.trigger_frac * 500 / 100) / log(4)
    assert month + 30 / WEEKS == pytest.approx(row.full_month)
    assert row.full_month == pytest.approx(24 * log(5) / log(4))


def test_the_first_stock_is_full_between_two_dates() -> None:
    row = triggers(growing(4, (300, 500, 500), 10)).iloc[0]
    # 200 at month 12, 400 at month 24: 300 in between
    assert row.first_stock_full_month == pytest.approx(24 * log(3) / log(4))
    assert 12 < row.first_stock_full_month < 24 < row.full_month


def test_what_never_grows_is_never_full_and_what_nobody_buys_has_no_trigger() -> None:
    row = triggers(growing(1, (150, 150, 150), 10)).iloc[0]
    assert (row.first_stock_full_month, row.full_month, row.trigger_frac) == (inf, inf, 1.0)
    design = growing(2, (300, 300, 300), 10)
    bare = replace(design, tables={**design.tables, "bill_of_materials": []})
    assert isnan(triggers(bare).iloc[0].trigger_frac)


def test_a_layer_is_told_once_by_what_fills_first(design: Design) -> None:
    table = triggers(design)
    assert table.layer.is_unique
    assert table.full_month.is_monotonic_increasing
    assert (table.full_month >= max(design.dates) - 1e-6).all()
    assert set(table.layer) >= {"compute", "network", "site"}


def test_a_service_is_to_be_ordered_for_before_its_load_is_reached() -> None:
    line: dict[str, Any] = {**toy_design().tables["bill_of_materials"][0], "layer": "compute"}
    line |= {"period_month": 6, "order_by_month": 6 - 24 / WEEKS}
    design = alone(0.0, growth_factor_24_months=10)
    rows = [{**design.tables["operations"][0], "busy_frac": 0.70}]
    tables = {**design.tables, "bill_of_materials": [line], "operations": rows}
    (row,) = service_triggers(replace(design, tables=tables)).itertuples()
    assert row.trigger_frac == pytest.approx(0.412, abs=5e-4)


def test_what_is_drawn_before_the_first_gpu_does_not_count() -> None:
    design = growing(4, (500, 500, 500), 10)
    rows = [dict(r) for r in design.tables["balance"]]
    rows[0] |= {"draw": 1.0, "utilisation": 1 / 500, "growth_factor": 500.0}
    gpus = [{"part": "box", "period_month": month, "count": 8} for month in (12, 24)]
    summary = {**design.summary, "gpus": gpus}
    late = replace(design, tables={**design.tables, "balance": rows}, summary=summary)
    assert triggers(late).iloc[0].growth_per_month_frac == 0  # one demand only: month 24
    early = replace(late, summary={**summary, "gpus": design.summary["gpus"]})
    assert triggers(early).iloc[0].growth_per_month_frac > 0.3
