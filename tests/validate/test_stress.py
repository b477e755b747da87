"""Stress: less breaks what is tight, more breaks nothing of its own, and gaps have a price."""

import pytest

from designlib.validate.stress import strained, table
from designlib.validate.stress.cases import cases_of, changed
from tests.validate.test_validate import catalog  # noqa: F401
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
    assert lost.price == TOY_PRICES[SERVER]
    assert any("servers in service" in p.what for p in lost.broken)


def test_less_power_breaks_power(told):
    assert {p.what for p in told["site", "IT power: 20% less"].broken} >= {"IT power"}
    assert told["site", "IT power: 20% more"].broken == ()


def test_late_servers_leave_no_servers(told):
    late = told["delivery", "compute: first delivery 3 months late"]
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
    assert len(table(design, catalog)) == len(cases_of(design, catalog))
