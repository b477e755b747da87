"""Break-even: golden figures of one GPU, colocation without the own plant, offers with sources."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from ruamel.yaml import YAML

from designlib.assemble.market import market
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.break_even import BreakEven
from designlib.explore import break_even
from tests.explore.test_unit_costs import HOURS, alone
from tests.toy_brief import TOY_BRIEF
from tests.toy_design import toy_design

OFFER = {
    "server": "box", "offer": "Cloud", "value": 2.5, "low": 2.0, "high": 4.0, "source": "list",
    "date": "2026-11-01", "confidence": "secondary",
}  # fmt: skip
COLO = {"value": 200.0, "low": 100.0, "high": 300.0, "source": "survey", "date": "2026",
        "confidence": "assumption"}  # fmt: skip


def priced(design: Design, **market_: object) -> BreakEven:
    """Return the break-even of a design with public prices."""
    return break_even(replace(design, summary={**design.summary, "market": market_}))


def golden() -> Design:
    """Return one GPU of 45,000 USD, 5 years at 10 %, with its running cost paid yearly."""
    # 1.3 kW at PUE 1.3 and 0.10 USD/kWh, 5 % support: 15,601 USD a year, 1.78 USD an hour. The
    # payments of twelve months are worth those of the year's end.
    yearly, monthly = 1.3 * 1.3 * 8760 * 0.10 + 0.05 * 45000, (1.1 ** (1 / 12) - 1) / 0.1
    book = [
        {"layer": "compute", "kind": "capex", "period_month": 0, "amount": 45000.0,
         "present_value": 45000.0},
        {"layer": "compute", "kind": "energy", "period_month": 0, "amount": 60 * yearly * monthly,
         "present_value": yearly * sum(1.1**-y for y in range(1, 6))},
    ]  # fmt: skip
    base = alone(0.10)
    brief = {**base.brief, "tco_months": 60, "horizon_months": 24}
    gpu = [{"part": "box", "period_month": 0, "count": 1}]
    return replace(
        base,
        brief=brief,
        tables={**base.tables, "cost": book},
        summary={**base.summary, "gpus": gpu},
    )


def test_golden_break_even_of_one_gpu() -> None:
    found = priced(golden(), rented=[OFFER], colo_per_kw_month=None)
    row = found.options.iloc[0]
    # Paid by the month instead of at the year's end, the same money is 4.5 % less an hour.
    discount = (1.1 ** (1 / 12) - 1) * 12 / 0.1
    assert row.per_gpu_hour == pytest.approx(1.78 * discount, rel=0.002)
    assert row.break_even_frac == pytest.approx(0.71 * discount, rel=0.005)


def test_owning_pays_from_the_share_at_which_both_cost_the_same() -> None:
    found = priced(alone(0.0), rented=[OFFER], colo_per_kw_month=None)
    own, rented = found.options.iloc[0], found.options.iloc[1]
    assert own.per_gpu_hour == pytest.approx((4e5 + 6e3 * 48) / (8 * HOURS * 48))
    assert own.per_gpu_hour / own.break_even_frac == pytest.approx(rented.per_gpu_hour)
    assert (rented.low, rented.high, rented.paid_for) == (2.0, 4.0, "hours in use")
    assert "list, 2026-11-01" in rented.inputs
    assert found.busy_frac == pytest.approx(0.6)


def test_an_offer_for_few_of_the_gpus_is_no_price_for_all() -> None:
    base = alone(0.0)
    gpus = [{"part": "other", "period_month": 0, "count": 20}, *base.summary["gpus"]]
    mixed = replace(base, summary={**base.summary, "gpus": gpus})
    assert list(priced(mixed, rented=[OFFER]).options.paid_for) == ["every hour"]
    both = priced(mixed, rented=[OFFER, {**OFFER, "server": "other", "value": 5.0}])
    assert both.options.per_gpu_hour.iloc[-1] == pytest.approx((8 * 2.5 + 20 * 5.0) / 28)


def test_colocation_brings_the_plant_and_takes_rent_for_the_rated_power() -> None:
    base = toy_design()
    kinds = {**base.brief, "wacc_frac": 0.0}
    design = replace(base, brief=kinds)
    rows = priced(design, rented=[], colo_per_kw_month=COLO).options.set_index("option")
    here, colo = rows.loc["on premises, this design"], rows.loc["colocation"]
    book = design.cost
    gone = book[(book.layer == "cooling") | (book.kind == "space")].present_value.sum()
    kw = {m: sum(r["kw"] for r in design.tables["placement"] if r["period_month"] <= m)
          for m in design.dates}  # fmt: skip
    rent = 200 * (kw[6] * 6 + kw[12] * 12 + kw[24] * 24)
    hours = HOURS * (64 * 6 + 64 * 12 + 104 * 24)
    assert (colo.per_gpu_hour - here.per_gpu_hour) * hours == pytest.approx(rent - gone)
    assert colo.low < colo.per_gpu_hour < colo.high
    assert here.break_even_frac == inf


def test_a_hall_of_a_landlord_is_colocation_already() -> None:
    base = toy_design()
    sites = [{**base.brief["sites"][0], "kind": "colo"}]
    found = priced(replace(base, brief={**base.brief, "sites": sites}), colo_per_kw_month=COLO)
    assert list(found.options.option) == ["colocation, this design"]


def test_public_prices_come_with_their_sources_and_the_brief_holds_first() -> None:
    catalog = Catalog.load()
    brief = Brief.from_dict(YAML(typ="safe", pure=True).load(TOY_BRIEF))
    servers = [s.id for s in catalog.servers.values() if s.gpu and "-h200-sxm" in s.gpu][:1]
    (row,) = market(brief, catalog, servers)["rented"]
    offers = [o.id for o in catalog.cloud.values() if o.gpu == catalog.servers[servers[0]].gpu]
    assert row["value"] == min(catalog.prices[o, "per-gpu-hour"].value for o in offers)
    assert row["high"] >= max(catalog.prices[o, "per-gpu-hour"].value for o in offers)
    assert row["offers_count"] == len(offers)
    assert row["source"]
    assert row["date"]
    stated = brief.with_changes(
        {"cloud_burst": {"gpu": "H200", "price_per_gpu_hour": 3.2, "peak_requests_max_frac": 0.1}}
    )
    (row,) = market(stated, catalog, servers)["rented"]
    assert (row["value"], row["source"]) == (3.2, "the brief")
    assert market(brief, catalog, servers)["colo_per_kw_month"]["value"] > 0


def test_nothing_in_service_has_no_break_even() -> None:
    found = break_even(replace(alone(0.0), summary={"gpus": []}))
    assert found.options.empty
