"""Alternatives: each gives something up, none is cheaper than what is proven."""

import pytest

from designlib.explore.other_designs import alternatives
from designlib.optimize import pools_of


@pytest.fixture(scope="module")
def found(design, catalog):
    return alternatives(design, catalog, count=2, within_frac=10.0, gap=1e-3)


def test_every_alternative_gives_up_something_of_all_before(design, catalog, found):
    assert found.designs
    known = [design]
    for other in found.designs:
        for before in known:
            assert parts(before) - parts(other.design)
        known.append(other.design)


def parts(design):
    """Return the kinds of server and the compute networks of a design."""
    built = {f["name"] for f in design.summary["fabrics"] if f["name"].startswith("compute:")}
    rows = design.tables["bill_of_materials"]
    return built | {r["part_id"] for r in rows if r["layer"] == "compute" and r["pool"]}


def test_costs_respect_the_bounds(design, found):
    lowest = design.certificate["bound"]
    for other in found.designs:
        certificate = other.design.certificate
        assert certificate["objective"] >= lowest * (1 - 1e-9)
        lowest = certificate["bound"]
        assert other.extra_low <= certificate["objective"] - design.certificate["objective"]
        assert other.extra_high >= certificate["objective"] - design.certificate["objective"]


def test_pools_given_up_are_pools_of_the_first(design, found):
    for other in found.designs:
        assert set(other.without) == pools_of(design) - pools_of(other.design)


def test_nothing_is_within_a_share_of_zero(design, catalog):
    none = alternatives(design, catalog, count=1, within_frac=0.0)
    assert none.designs == ()
    assert none.ended.startswith(("The next one found costs more than 0%", "No further design"))
