"""Big-M: the textbook formulation has the optimum of the shipped one, and no better bound."""

from __future__ import annotations

import pytest

from benchmarks.big_m import bounds, shipped, textbook
from designlib.milp.engine import Settings, solve
from tests.milp.random_problems import random_problem
from tests.milp.toys import TOYS

EXACT = Settings(gap=0.0)


def same(p):
    one, other = solve(shipped(p), EXACT), solve(textbook(p), EXACT)
    assert one.status == other.status
    if one.objective is not None:
        assert other.objective == pytest.approx(one.objective, rel=1e-6)


@pytest.mark.parametrize("layer", TOYS)
def test_each_toy_has_one_optimum_in_both(layer):
    same(TOYS[layer]())


@pytest.mark.parametrize("seed", range(3000, 3020))
def test_random_problems_have_one_optimum_in_both(seed):
    same(random_problem(seed))


def test_the_shipped_bounds_are_no_lower():
    for seed in range(3000, 3006):
        p = random_problem(seed)
        if solve(shipped(p), EXACT).objective is None:
            continue
        one, other = bounds(shipped(p)), bounds(textbook(p))
        assert one[0] >= other[0] * (1 - 1e-9)
