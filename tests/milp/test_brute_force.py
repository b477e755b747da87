"""The optimum of the MILP equals the one found by enumeration; both agree on what cannot be."""

from __future__ import annotations

from functools import cache

import pytest

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.problem.tables import Problem
from tests.milp.brute_force import optimum
from tests.milp.brute_world import World
from tests.milp.random_problems import random_problem, with_budget

SEEDS = range(323, 483)
TIGHT = tuple(SEEDS)[::2]
"""Seeds that are solved once more with a budget a little below what their optimum spends."""

cached_problem = cache(random_problem)


@cache
def enumerated(seed: int) -> tuple[float, World] | None:
    return optimum(cached_problem(seed))


def solved(p: Problem) -> float | None:
    m, _ = build(p)
    outcome = solve(m, Settings(gap=0))
    assert outcome.status == ("infeasible" if outcome.objective is None else "optimal")
    return None if outcome.objective is None else outcome.objective / OBJECTIVE_SCALE


def agree(cost: float | None, found: tuple[float, World] | None) -> bool:
    """Return whether both found the same least cost, or both found nothing."""
    if cost is None or found is None:
        return cost is None and found is None
    return abs(cost - found[0]) <= 1e-6 * abs(found[0])


def tight(seed: int) -> Problem | None:
    found = enumerated(seed)
    return (
        None
        if found is None
        else with_budget(cached_problem(seed), round(0.99 * found[1].spent, 3))
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_optimum_equals_enumeration(seed):
    found = enumerated(seed)
    assert agree(solved(cached_problem(seed)), found)


@pytest.mark.parametrize("seed", TIGHT)
def test_optimum_under_a_budget_equals_enumeration(seed):
    p = tight(seed)
    if p is not None:
        found = optimum(p)
        assert agree(solved(p), found)


def shares_a_kind(p: Problem) -> bool:
    kinds = [pool.kind for pool in p.pools.values()]
    return len(set(kinds)) < len(kinds)


def shares_a_fabric(p: Problem) -> bool:
    fabrics = [pool.fabric for pool in p.pools.values() if pool.fabric]
    return len(set(fabrics)) < len(fabrics)


def one_fabric_under_two_kinds(p: Problem) -> bool:
    wired = {(pool.fabric, pool.kind) for pool in p.pools.values() if pool.fabric}
    return any(a[0] == b[0] and a[1] != b[1] for a in wired for b in wired)


def has_least_orders(p: Problem) -> bool:
    return any(kind.min_order_count > 1 for kind in p.kinds.values())


def has_changing_prices(p: Problem) -> bool:
    return any(len(set(item.unit_price)) > 1 for item in p.items.values())


def has_owned_servers(p: Problem) -> bool:
    return any(kind.owned for kind in p.kinds.values())


def has_redundant_plant(p: Problem) -> bool:
    return any(x.redundancy != "N" for x in (*p.cooling.values(), *p.power.values()))


TRAITS = (
    shares_a_kind,
    shares_a_fabric,
    one_fabric_under_two_kinds,
    has_least_orders,
    has_changing_prices,
    has_redundant_plant,
)


@pytest.mark.parametrize("trait", TRAITS)
def test_the_instances_cover(trait):
    found = [s for s in SEEDS if trait(cached_problem(s)) and enumerated(s) is not None]
    assert len(found) >= 25, trait.__name__


def test_some_servers_are_already_owned():
    found = [s for s in SEEDS if has_owned_servers(cached_problem(s)) and enumerated(s)]
    assert len(found) >= 10


def test_the_instances_are_feasible_and_infeasible():
    feasible = sum(enumerated(seed) is not None for seed in SEEDS)
    assert feasible >= 100
    assert len(SEEDS) - feasible >= 20


def test_some_budgets_bind_and_some_cannot_be_met():
    pairs = [(enumerated(s), optimum(p)) for s in TIGHT if (p := tight(s)) is not None]
    assert sum(after is None for _, after in pairs) >= 20
    assert sum(after is not None and after[0] > before[0] for before, after in pairs) >= 8
