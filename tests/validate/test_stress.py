"""Stress: less breaks what is tight, more breaks nothing of its own, and gaps have a price."""

from dataclasses import replace

import pytest

from designlib.validate.stress import strained, table
from designlib.validate.stress.cases import cases_of, changed
from designlib.validate.stress.failures import failures_of
from tests.validate.test_validate import catalog, drop  # noqa: F401
from tests.validate.toy import SERVER, TOY_PRICES, toy_design


@pytest.fixture(scope="module")
def told(catalog):  # noqa: F811
    return {(s.case.group, s.case.name): s for s in strained(toy_design(catalog), catalog)}


def test_every_group_has_its_cases(told):
    assert {group for group, _ in told} == {"layer", "site", "demand", "speed", "delivery",
                                            "failure"}  # fmt: skip


def test_fewer_servers_break_what_they_hold_and_cost_a_server(told):
    less = told["layer", "compute: 20% less"]
    assert less.broken
    assert less.broken[0].margin == min(p.margin for p in less.broken)
    lost = told["failure", "one server of toy-server-ethernet-toy-leaf lost"]
    # The toy has a spare on its shelf.
    assert lost.price == 0
    assert lost.case.note == "until one of 1 spares stands in its place"
    assert any("servers in service" in p.what for p in lost.broken)


def test_a_server_without_a_spare_costs_a_server(catalog):  # noqa: F811
    alone = toy_design(catalog, change=drop("bill_of_materials", "line_id", "L3"))
    case = next(c for c in failures_of(alone, catalog) if c.name.startswith("one server of"))
    assert case.price == TOY_PRICES[SERVER]


def test_a_leaf_takes_its_devices_along(told):
    # Every network of the toy is one switch: without it no device reaches another.
    lost = told["failure", "one leaf of ethernet-toy-leaf-8p lost"]
    assert [(p.promised, p.recomputed) for p in lost.broken] == [(0, 1)]
    assert lost.price == TOY_PRICES["toy-leaf"]


def test_a_unit_that_is_redundant_is_not_missed(catalog):  # noqa: F811
    design = toy_design(catalog)
    spared = replace(
        catalog, storage={"toy-store": made_redundant(catalog.storage["toy-store"])}
    )  # fmt: skip
    names = "one storage unit of toy-store lost"
    (bare,) = (c for c in failures_of(design, catalog) if c.name == names)
    (safe,) = (c for c in failures_of(design, spared) if c.name == names)
    assert bare.broken is None
    assert bare.price == TOY_PRICES["toy-store"]
    assert (safe.broken, safe.price) == ((), 0.0)


def made_redundant(part):
    specs = part.specs
    one = specs.redundant_units_count.model_copy(update={"value": 1})
    return part.model_copy(
        update={"specs": specs.model_copy(update={"redundant_units_count": one})}
    )  # fmt: skip


def test_less_power_breaks_power(told):
    assert {p.what for p in told["site", "IT power: 20% less"].broken} >= {"IT power"}
    assert told["site", "IT power: 20% more"].broken == ()


def test_late_servers_leave_no_servers(told):
    late = told["delivery", "compute: delivery of month 6 3 months late"]
    assert any("servers in service" in p.what for p in late.broken)
    assert late.price > 0


def test_price_of_more_is_its_share_of_the_capital(told, catalog):  # noqa: F811
    lines = toy_design(catalog).tables["bill_of_materials"]
    storage = sum(x["extended"] for x in lines if x["layer"] == "storage")
    assert told["layer", "storage: 20% more"].price == pytest.approx(0.2 * storage)


def test_a_change_leaves_the_design_as_it_was(catalog):  # noqa: F811
    design = toy_design(catalog)
    before = design.to_dict()
    changed(design, lambda content: content["tables"]["bill_of_materials"][0].update(count=1))
    cases_of(design, catalog)
    assert design.to_dict() == before


def test_table_has_a_row_for_each_case(catalog):  # noqa: F811
    design = toy_design(catalog)
    cases = [*cases_of(design, catalog), *failures_of(design, catalog)]
    assert list(table(design, catalog, replays=False).case) == [c.name for c in cases]
