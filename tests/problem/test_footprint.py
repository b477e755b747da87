"""Footprint: the site's own figures hold before the catalog's; caps hold or are told to fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import optimize
from designlib.problem.contexts import make_contexts
from designlib.problem.footprint import caps, free, rates
from designlib.schema.brief_blocks import Environment
from designlib.validate import validate
from designlib.validate.footprint import _too_wet, of_a_year
from tests.toy_brief import TOY_BRIEF

CATALOG = Catalog.load()
HOURS = 8760


def asked(**changes: Any) -> Brief:
    """Return the toy brief with fields changed; two underscores stand for a dot."""
    found = Brief.from_dict(YAML(typ="safe", pure=True).load(TOY_BRIEF))
    return found.with_changes({k.replace("__", "."): v for k, v in changes.items()})


@pytest.fixture(scope="module")
def plain() -> Design:
    """Return the cheapest design without a limit."""
    return optimize(asked(), CATALOG, gap=0.0)


def test_a_kilowatt_year_by_the_catalog_and_by_the_site() -> None:
    (ctx,) = make_contexts(asked(), CATALOG)
    grid = CATALOG.constant("grid", "kg_co2_per_kwh").value
    wue = CATALOG.constant("site", "wue_l_per_kwh").value
    found = rates(ctx)
    assert found["carbon_t_per_kw_year"] == pytest.approx(HOURS * grid / 1000)
    assert found["water_m3_per_kw_year"] == pytest.approx(HOURS * wue / 1000)
    assert found["carbon_per_kw_month"] == found["water_per_kw_month"] == 0
    paid = asked(
        sites__hall__grid_kg_co2_per_kwh=0.02,
        sites__hall__wue_l_per_kwh=0.0,
        environment={"carbon_price_per_t": 120, "water_price_per_m3": 4},
    )
    (ctx,) = make_contexts(paid, CATALOG)
    found = rates(ctx)
    assert found["carbon_t_per_kw_year"] == pytest.approx(HOURS * 0.02 / 1000)
    assert found["carbon_per_kw_month"] == pytest.approx(HOURS * 0.02 / 1000 * 120 / 12)
    assert found["water_m3_per_kw_year"] == found["water_per_kw_month"] == 0


def test_what_is_not_limited_is_only_counted() -> None:
    (ctx,) = make_contexts(asked(environment={"water_max_m3_per_year": 900}), CATALOG)
    (cap,) = caps(ctx, "hall")
    assert (cap.resource, cap.unit, set(cap.value)) == ("water_m3_per_year", "m3/yr", {900.0})
    assert free((cap,), "hall") == (("carbon_t_per_year", "hall"),)


def test_totals_of_a_design_are_those_of_its_energy(plain: Design) -> None:
    table = plain.footprint
    grid = CATALOG.constant("grid", "kg_co2_per_kwh").value
    wue = CATALOG.constant("site", "wue_l_per_kwh").value
    assert table.carbon_t.to_numpy() == pytest.approx(table.facility_energy_mwh.to_numpy() * grid)
    assert table.water_m3.to_numpy() == pytest.approx(table.it_energy_mwh.to_numpy() * wue)
    assert plain.summary["carbon_t"] == pytest.approx(table.carbon_t.sum())
    assert plain.summary["water_m3"] == pytest.approx(table.water_m3.sum())
    paid = plain.cost[plain.cost.kind == "energy"].amount.sum()
    assert paid == pytest.approx(table.facility_energy_mwh.sum() * 1000 * 0.12)
    assert validate(plain, CATALOG).findings["footprint"] == ()


def test_a_price_of_carbon_is_part_of_the_cost_and_recomputed(plain: Design) -> None:
    paid = optimize(asked(environment={"carbon_price_per_t": 100}), CATALOG, gap=0.0)
    book = paid.cost[paid.cost.kind == "carbon"]
    assert book.amount.sum() == pytest.approx(100 * paid.summary["carbon_t"])
    assert paid.summary["carbon_t"] <= plain.summary["carbon_t"] * (1 + 1e-6)
    assert paid.certificate["objective"] >= plain.certificate["objective"]
    assert validate(paid, CATALOG).ok
    wrong = [
        {**r, "amount": 0.9 * r["amount"]} if r["kind"] == "carbon" else r
        for r in paid.tables["cost"]
    ]
    lied = replace(paid, tables={**paid.tables, "cost": wrong})
    assert any("carbon costs" in s for s in validate(lied, CATALOG).findings["running"])


@pytest.mark.parametrize(
    ("field", "column"),
    [("carbon_max_t_per_year", "carbon_t"), ("water_max_m3_per_year", "water_m3")],
)
def test_a_cap_holds_in_the_design_or_its_repair_is_told(
    plain: Design, field: str, column: str
) -> None:
    last = plain.footprint.iloc[-1]
    years = (plain.brief.get("tco_months", 48) - plain.dates[-1]) / 12
    yearly = float(last[column]) / years
    loose = optimize(asked(environment={field: 1.01 * yearly}), CATALOG, gap=0.0)
    assert loose.certificate["objective"] == pytest.approx(plain.certificate["objective"], rel=1e-6)
    try:
        tight = optimize(asked(environment={field: 0.99 * yearly}), CATALOG, gap=0.0)
    except Infeasible as refusal:
        (repair,) = refusal.repairs
        assert repair["requirement"].startswith(field.partition("_")[0])
        assert repair["verified"]
        return
    assert tight.certificate["objective"] >= plain.certificate["objective"]
    row = tight.balance[tight.balance.resource.str.startswith(column.partition("_")[0])].iloc[-1]
    assert row.draw <= 0.99 * yearly * (1 + 1e-9)
    assert validate(tight, CATALOG).ok


def test_no_design_without_power_and_the_refusal_names_the_cap() -> None:
    with pytest.raises(Infeasible) as caught:
        optimize(asked(environment={"carbon_max_t_per_year": 5}), CATALOG, gap=0.01)
    (sentence,) = caught.value.conflict
    assert sentence.startswith("carbon of a year: 5 t/yr given")
    repair = caught.value.repairs[0]
    assert (repair["unit"], repair["verified"]) == ("t/yr", True)


def test_a_limit_on_the_wue_is_held_at_every_site_and_never_by_a_guess(plain: Design) -> None:
    limit = {"environment": {"wue_max_l_per_kwh": 0.5}}
    with pytest.raises(FaultError) as caught:
        asked(**limit)
    (fault,) = caught.value.faults
    assert fault.field == "sites.hall.wue_l_per_kwh"
    assert "required" in fault.message
    with pytest.raises(FaultError, match=r"at most environment\.wue_max_l_per_kwh = 0\.5"):
        asked(**limit, sites__hall__wue_l_per_kwh=0.51)
    dry = asked(**limit, sites__hall__wue_l_per_kwh=0.5)
    kept = replace(plain, brief=dry.model_dump(mode="json", exclude_unset=True))
    assert not any("evaporates" in s for s in validate(kept, CATALOG).findings["footprint"])


def test_the_validator_measures_the_wue_of_every_site(plain: Design) -> None:
    (site,) = asked(sites__hall__wue_l_per_kwh=0.7).sites
    year = of_a_year(plain, CATALOG, site, 24)
    (told,) = _too_wet(Environment(wue_max_l_per_kwh=0.6), "hall", year, 24)
    assert "hall evaporates 0.70 L for each kWh of IT, 0.6 are allowed" in told
    assert _too_wet(Environment(wue_max_l_per_kwh=0.7), "hall", year, 24) == []
