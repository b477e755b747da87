"""Unit costs: the sums are the totals, and a constant fleet costs what the annuity formula says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.brief import Brief
from designlib.design import Design
from designlib.design.spread import spread
from designlib.design.unit_costs import gpu_hours
from designlib.explore import cost_by_layer, cost_by_workload, unit_costs
from designlib.physics.finance import crf
from tests.toy_design import toy_design

HOURS, MONTHS = 730.0, 48


def alone(wacc: float, **brief: object) -> Design:
    """Return 8 GPUs that serve one chat for four years: 400,000 today, 6,000 a month."""
    factor = sum((1 + wacc) ** (-m / 12) for m in range(1, MONTHS + 1))
    asked = {
        "name": "one chat", "tco_months": MONTHS, "wacc_frac": wacc,
        "sites": [{"id": "hall", "it_power_kw": 50, "pue": 1.3, "electricity_per_kwh": 0.1}],
        "workloads": [
            {"id": "chat", "kind": "inference", "params_count": 70e9, "peak_requests_s": 6,
             "prompt_tokens": 900, "output_tokens": 100, "ttft_p95_s": 1, "tpot_p95_s": 0.04,
             "diurnal": {"peak_to_mean": 3, "night": "20:00-06:00"}, **brief},
        ],
    }  # fmt: skip
    row = toy_design().tables["operations"][0]
    cost = [
        {"layer": "compute", "kind": "capex", "period_month": 0, "amount": 4e5,
         "present_value": 4e5},
        {"layer": "site", "kind": "energy", "period_month": 0, "amount": 6e3 * MONTHS,
         "present_value": 6e3 * factor},
    ]  # fmt: skip
    run = {"workload": "chat", "period_month": 0, "gpus": 8.0, "servers": 1.0, "busy_frac": 0.6}
    tables = {**toy_design().tables, "cost": cost, "operations": [{**row, **run}]}
    summary = {"gpus": [{"part": "box", "period_month": 0, "count": 8}], "tco": 4e5 + 6e3 * factor}
    return toy_design(
        brief=Brief.from_dict(asked).to_dict(), dates=(0,), tables=tables, summary=summary
    )


@pytest.mark.parametrize("wacc", [0.0, 0.08])
def test_a_constant_fleet_costs_its_annuity_and_its_running_cost(wacc: float) -> None:
    table = unit_costs(alone(wacc)).set_index("figure")
    # Payments at month ends: the yearly recovery factor of a monthly rate, times twelve.
    monthly = crf((1 + wacc) ** (1 / 12) - 1, MONTHS)
    each = (4e5 * monthly + 6e3) / (8 * HOURS)
    assert table.value["GPU-hour in service"] == pytest.approx(each)
    assert table.value["GPU-hour in use"] == pytest.approx(each / 0.6)


def test_tokens_are_those_of_the_mean_rate() -> None:
    table = unit_costs(alone(0.0)).set_index("figure")
    tokens = 6 / 3 * 3600 * HOURS * MONTHS * 1000 / 1e6
    row = table.loc["million tokens of chat"]
    assert row.quantity == pytest.approx(tokens)
    assert row.value == pytest.approx((4e5 + 6e3 * MONTHS) / tokens)
    for word in ("6 requests/s", "900 + 100 tokens", "share of all costs"):
        assert word in row.inputs


def test_tokens_grow_to_the_horizon_and_stay() -> None:
    grown = unit_costs(alone(0.0, growth_factor_24_months=4)).set_index("figure")
    flat = unit_costs(alone(0.0)).set_index("figure")
    months = [4 ** (min(m, 24) / 24) for m in range(1, MONTHS + 1)]
    ratio = grown.quantity["million tokens of chat"] / flat.quantity["million tokens of chat"]
    assert ratio == pytest.approx(sum(months) / MONTHS)


def test_workloads_and_layers_add_up_to_the_total(design: Design) -> None:
    by_workload, by_layer = cost_by_workload(design), cost_by_layer(design)
    assert by_workload.present_value.sum() == pytest.approx(design.summary["tco"], rel=1e-9)
    assert by_workload.share.sum() == pytest.approx(1)
    assert by_layer.to_numpy().sum() == pytest.approx(design.summary["tco"], rel=1e-9)
    assert set(by_workload.workload) == {"chat", "tune"}


def test_headline_is_the_cost_of_an_hour_in_service(design: Design) -> None:
    value = unit_costs(design).set_index("figure").value["GPU-hour in service"]
    assert design.summary["usd_per_gpu_hour"] == pytest.approx(value)


def test_rent_falls_on_the_work_that_rents_and_on_no_gpu_hour() -> None:
    base = toy_design()
    rent = {"layer": "rented", "kind": "rented", "period_month": 6, "amount": 9e4,
            "present_value": 8e4}  # fmt: skip
    share = {"rented_frac": {"value": 0.25}}
    rows = [
        {**r, "figures": {**r["figures"], **share}} if r["workload"] == "A3" else r
        for r in base.tables["operations"]
    ]
    burst = replace(
        base, tables={**base.tables, "cost": [*base.tables["cost"], rent], "operations": rows}
    )
    before, after = spread(base), spread(burst)
    assert after["A3", 6] - before["A3", 6] == pytest.approx(8e4)
    assert after["A1", 6] == pytest.approx(before["A1", 6])
    costs = [unit_costs(d).set_index("figure").cost["GPU-hour in service"] for d in (base, burst)]
    assert costs[0] == pytest.approx(costs[1])


def test_no_more_gpus_work_than_are_in_service() -> None:
    served, used = gpu_hours(toy_design())
    assert 0 < used <= served
