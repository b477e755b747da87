"""Scalable units: from the brief to the bill, servers of a kind come in whole building blocks."""

from __future__ import annotations

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.optimize import optimize
from designlib.validate import validate
from tests.explore.test_purchases import BRIEF

CATALOG = Catalog.load()
UNIT = 4


def designed(unit: int | None) -> Design:
    """Return the design of a chat that grows, in units of so many servers."""
    changes = {} if unit is None else {"fleet.scalable_unit_servers_count": unit}
    return optimize(Brief.from_dict(BRIEF).with_changes(changes), CATALOG, gap=0.0)


@pytest.fixture(scope="module")
def single() -> Design:
    """Return the design of single servers."""
    return designed(None)


def test_every_phase_is_a_whole_number_of_units(single: Design) -> None:
    found = designed(UNIT)
    lines = found.bill_of_materials
    servers = lines[lines.layer == "compute"].groupby("period_month")["count"].sum()
    assert (servers % UNIT == 0).all()
    assert servers.sum() >= UNIT
    assert validate(found, CATALOG).ok
    assert found.certificate["objective"] >= single.certificate["bound"]


def test_a_unit_of_one_changes_nothing(single: Design) -> None:
    assert designed(1).certificate["objective"] == pytest.approx(single.certificate["objective"])
