"""A repair asks for the least relief: within 1 % of the smallest budget, found by bisection."""

from __future__ import annotations

import pytest

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.repair import diagnose
from tests.milp.brute_force import optimum
from tests.milp.random_problems import random_problem, with_budget

SEEDS = range(323, 353)


def fits(p, budget: float) -> bool:
    return solve(build(with_budget(p, budget))[0], Settings(gap=0)).objective is not None


def least_budget(p, enough: float) -> float:
    short = 0.0
    while enough - short > 1e-4 * enough:
        middle = (short + enough) / 2
        short, enough = (short, middle) if fits(p, middle) else (middle, enough)
    return enough


def short_of_money(seed: int):
    """Return a random problem at half of what its optimum spends, and that; None if it fits."""
    p = random_problem(seed)
    found = optimum(p)
    if found is None or fits(p, 0.5 * found[1].spent):
        return None
    return p, found[1].spent


CASES = {seed: case for seed in SEEDS if (case := short_of_money(seed)) is not None}


def test_there_are_cases():
    assert len(CASES) >= 10


@pytest.mark.parametrize("seed", CASES)
def test_the_budget_asked_is_the_least(seed):
    p, spent = CASES[seed]
    asked = diagnose(with_budget(p, 0.5 * spent), Settings(gap=1e-3))
    budgets = [s for s in asked.shortfalls if s.limit == pytest.approx(0.5 * spent)]
    assert len(budgets) == 1
    least = least_budget(p, spent)
    assert least <= budgets[0].needed * (1 + 1e-4)
    assert budgets[0].needed <= 1.01 * least + 1.0  # asked in whole units of money


@pytest.mark.parametrize("seed", list(CASES)[:5])
def test_a_budget_that_is_enough_is_told_before_the_least_is_proven(seed):
    p, spent = CASES[seed]
    told: list[dict] = []
    settings = Settings(gap=1e-3, progress=told.append)
    diagnose(with_budget(p, 0.5 * spent), settings, depth="repairs")
    enough = [event["enough"] for event in told]
    alone = [budget for found in enough if len(found) == 1 for budget in found.values()]
    assert alone
    assert all(budget > 0.5 * spent and fits(p, budget) for budget in alone)
