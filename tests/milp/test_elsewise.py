"""Elsewise: the cheapest design that gives something up, against every way to give it up."""

from dataclasses import replace

import pyomo.environ as pyo
import pytest

from designlib.milp import elsewise
from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.problem.tables import Problem
from tests.milp.random_problems import random_problem
from tests.milp.solving import optimum

SEEDS = range(40)


def used_pools(p: Problem, m) -> frozenset[str]:
    last = p.date_indices[-1]
    return frozenset(k for k in p.pools if pyo.value(m.servers[k, last]) > 0.5)


def without(p: Problem, pools: set[str]) -> Problem:
    """Return a problem that has no such pools."""
    return replace(
        p,
        pools={k: pool for k, pool in p.pools.items() if k not in pools},
        candidates={o: c for o, c in p.candidates.items() if c.pool not in pools},
    )


def enumerated(p: Problem, known: frozenset[str]) -> float | None:
    """Return the least cost over every kind and every network that could be given up."""
    costs = []
    mine = [p.pools[k] for k in known]
    for kind in {pool.kind for pool in mine if not p.kinds[pool.kind].owned}:
        costs.append(optimum(without(p, {k for k, x in p.pools.items() if x.kind == kind}))[0])
    for wire in {pool.fabric for pool in mine} - {None}:
        costs.append(optimum(without(p, {k for k, x in p.pools.items() if x.fabric == wire}))[0])
    return min((c for c in costs if c is not None), default=None)


def next_best(p: Problem, known: list[frozenset[str]]) -> float | None:
    m, _ = build(p)
    elsewise.add(m, p, known)
    found = solve(m, Settings(gap=0)).objective
    return None if found is None else found / OBJECTIVE_SCALE


def test_next_design_is_the_cheapest_way_to_give_something_up():
    compared = 0
    for seed in SEEDS:
        p = random_problem(seed)
        cost, m = optimum(p)
        if cost is None or not used_pools(p, m):
            continue
        known = used_pools(p, m)
        expected, found = enumerated(p, known), next_best(p, [known])
        assert (found is None) == (expected is None), seed
        if found is not None:
            assert found == pytest.approx(expected, rel=1e-6), seed
            assert found >= cost * (1 - 1e-9)
            compared += 1
    assert compared >= 5, "too few of these problems have a second design"


def test_design_of_pools_that_are_out_of_reach_asks_for_nothing():
    p = random_problem(0)
    assert next_best(p, [frozenset({"a pool of another problem"})]) == pytest.approx(optimum(p)[0])
