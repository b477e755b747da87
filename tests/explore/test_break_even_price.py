"""Break-even of a part: bought just below it and not just above, against brute force.

Each problem is small enough that all its designs can be tried; the catalog plays no part in them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.explore.price_to_win import bracket
from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.problem.tables import Problem
from tests.milp.brute_force import optimum
from tests.milp.random_problems import random_problem

WIDTH = 0.01
SEEDS = range(2000, 2060)
CASES_MIN = 20


def priced(p: Problem, kind: str, share: float) -> Problem:
    """Return a problem in which a kind of server costs a share of today's price, all its life."""
    item = p.items[kind]
    cut = replace(
        item,
        unit_price=tuple(x * share for x in item.unit_price),
        residual=tuple(x * share for x in item.residual),
    )
    return replace(p, items={**p.items, kind: cut})


def solved(p: Problem, kind: str) -> tuple[float, bool] | None:
    """Return the least cost, and whether a kind of server is bought for it."""
    m, _ = build(p)
    outcome = solve(m, Settings(gap=0))
    if outcome.objective is None:
        return None
    last = p.date_indices[-1]
    mine = [k for k, pool in p.pools.items() if pool.kind == kind]
    return outcome.objective / OBJECTIVE_SCALE, sum(m.servers[k, last].value for k in mine) > 0.5


def alone(p: Problem, kind: str) -> Problem:
    """Return a problem that allows no kind of server but one."""
    pools = {k: pool for k, pool in p.pools.items() if pool.kind == kind}
    kept = {
        o: c
        for o, c in p.candidates.items()
        if all(x.pool is None or x.pool in pools for x in c.parts)
    }
    kinds = {i: x for i, x in p.kinds.items() if i == kind}
    return replace(p, pools=pools, candidates=kept, kinds=kinds)


def cases() -> dict[str, tuple[Problem, str]]:
    """Return kinds of server that the cheapest design of a random problem goes without."""
    found = {}
    for seed in SEEDS:
        p = random_problem(seed)
        if len(p.kinds) < 2 or any(kind.owned for kind in p.kinds.values()):
            continue
        for kind in p.kinds:
            free = solved(p, kind)
            if free is not None and not free[1] and p.is_sold(kind):
                found[f"{seed}-{kind}"] = (p, kind)
        if len(found) > CASES_MIN:
            break
    return found


CASES = cases()


def test_there_are_cases():
    assert len(CASES) >= CASES_MIN


@pytest.mark.parametrize("name", CASES)
def test_a_part_wins_below_its_break_even_and_not_above(name):
    p, kind = CASES[name]
    free = optimum(p)
    forced = solved(alone(p, kind), kind)
    assert free is not None
    if forced is not None:
        assert forced[0] >= free[0] - 1e-6 * abs(free[0])  # a restriction never costs less

    def wins(price: float) -> bool:
        return solved(priced(p, kind, price), kind)[1]

    bought_at, refused_at = bracket(wins, 1.0, 0.5, width=WIDTH)
    assert refused_at <= 1.0
    above = optimum(priced(p, kind, refused_at))[0]
    # Without the kind the cost does not depend on its price: above the break-even it is the same.
    assert above == pytest.approx(free[0], rel=1e-6)
    if bought_at is None:
        assert refused_at == 0 or not wins(0.0)
        return
    assert 0 < refused_at - bought_at <= WIDTH
    below = optimum(priced(p, kind, bought_at))[0]
    assert below <= free[0] * (1 + 1e-6)
    cheaper = optimum(priced(p, kind, 0.9 * bought_at))[0]
    assert cheaper < free[0] * (1 - 1e-9)  # what is bought gets cheaper with it
