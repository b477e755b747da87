"""Power chain that is bought: what the UPS carries, and what each redundancy costs."""

from __future__ import annotations

from functools import cache

import pytest

from designlib.design import Design
from designlib.optimize import optimize
from designlib.physics.power_chain import modules_count
from designlib.validate import validate
from tests.sense.test_racks_and_power import CATALOG, brief

CHAIN = {"transformer", "switchgear", "generator", "ups", "busway"}


@cache
def bought(power: str = "N+1", ups: str = "everything") -> Design:
    """Return the design at gap 0 of a hall whose power chain is to be bought."""
    asked = brief(
        fleet__server_kinds_allowed=["H200"],
        horizon_months=36,
        service_start_month=30,
        sites__hall__power_chain={"owner": "customer", "exists": False},
        sites__hall__redundancy={"power": power, "ups": ups},
    )
    return optimize(asked, CATALOG, gap=0.0)


def modules(design: Design, kind: str) -> tuple[int, float]:
    """Return the modules of a kind that are bought, and the rating of one. [kW]."""
    mine = [
        (round(line["count"]), CATALOG.power[line["part_id"]])
        for line in design.tables["bill_of_materials"]
        if line["part_id"] in CATALOG.power and CATALOG.power[line["part_id"]].kind == kind
    ]
    return sum(n for n, _ in mine), max((p.specs.unit_kw.value for _, p in mine), default=0.0)


@pytest.mark.parametrize("power", ["N", "N+1", "2N", "distributed"])
def test_each_level_has_the_modules_of_its_redundancy(power: str) -> None:
    design = bought(power)
    site = design.summary["sites"][0]
    for kind in CHAIN:
        count, unit = modules(design, kind)
        load = site["it_kw"] if kind in ("ups", "busway") else site["facility_kw"]
        assert count == modules_count(load, unit, power), kind
    assert validate(design, CATALOG).findings["plant"] == ()


def test_more_redundancy_never_costs_less() -> None:
    costs = {p: bought(p).certificate["objective"] for p in ("N", "N+1", "2N", "distributed")}
    assert costs["N"] < costs["N+1"] <= costs["2N"]
    assert costs["N"] < costs["distributed"] <= costs["2N"]


def test_gpu_servers_without_a_ups_need_less_of_it_and_of_nothing_else() -> None:
    whole, part, none = (bought(ups=u) for u in ("everything", "storage_and_management", "none"))
    gpu_kw = sum(r["kw"] for r in part.tables["placement"] if r["kw"] > 5)
    carried = part.summary["sites"][0]["it_kw"] - gpu_kw
    for design, load in ((part, carried), (whole, whole.summary["sites"][0]["it_kw"])):
        count, unit = modules(design, "ups")
        assert count == modules_count(load, unit, "N+1")
    assert modules(none, "ups")[0] == 0
    for kind in CHAIN - {"ups"}:
        assert modules(part, kind) == modules(whole, kind) == modules(none, kind)
    for design in (whole, part, none):
        assert validate(design, CATALOG).findings["plant"] == ()
    cost = [round(d.certificate["objective"], 2) for d in (none, part, whole)]  # to the cent
    assert cost == sorted(cost)
    assert cost[0] < cost[2]
