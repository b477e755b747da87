"""Bridge: whole numbers that lead from one cost to the other without a rest."""

import random

import pytest

from designlib.explore.bridge import _rounded, bridge
from tests.toy_design import content, toy_design


def changed(factors):
    """Return the toy design with the present values of some layers multiplied."""
    tables = content()["tables"]
    for row in tables["cost"]:
        row["present_value"] *= factors.get(row["layer"], 1.0)
    return toy_design(tables=tables)


def test_same_design_needs_no_step():
    way = bridge(toy_design(), toy_design())
    assert way.steps == ()
    assert way.before == way.after


@pytest.mark.parametrize("seed", range(20))
def test_steps_add_up_to_the_difference_exactly(seed):
    draw = random.Random(seed)
    layers = {row["layer"] for row in content()["tables"]["cost"]}
    a = changed({layer: draw.uniform(0.3, 3) for layer in layers})
    b = changed({layer: draw.uniform(0.3, 3) for layer in layers})
    way = bridge(a, b)
    assert way.before + sum(s.change for s in way.steps) == way.after
    assert way.before == round(a.cost["present_value"].sum())
    assert way.after == round(b.cost["present_value"].sum())
    for step in way.steps:
        assert abs(step.change - (step.after - step.before)) < 1


def test_only_what_changed_is_a_step():
    steps = bridge(toy_design(), changed({"storage": 1.1})).steps
    assert {s.layer for s in steps} == {"storage"}
    assert all(s.after == pytest.approx(1.1 * s.before) for s in steps)


def test_a_layer_that_one_design_lacks_counts_as_nothing():
    tables = content()["tables"]
    tables["cost"] = [row for row in tables["cost"] if row["layer"] != "network"]
    steps = bridge(toy_design(), toy_design(tables=tables)).steps
    assert {s.layer for s in steps} == {"network"}
    assert all(s.after == 0 for s in steps)


def test_largest_remainders_are_rounded_up():
    # Hamilton's method by hand: floors 1, 2, -1 sum to 2, one is missing, 0.6 is furthest up.
    assert _rounded([1.6, 2.5, -0.6], 3) == [2, 2, -1]
    assert _rounded([0.5, 0.5], 1) == [1, 0]
    assert _rounded([], 0) == []


def test_two_currencies_do_not_compare():
    with pytest.raises(ValueError, match="USD and EUR"):
        bridge(toy_design(), toy_design(currency="EUR"))
