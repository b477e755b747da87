"""Timing: what is bought ahead, when it is needed or at once, by prices that rise and fall."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.milp.timing import servers_alone
from designlib.problem.tables import Problem, Series
from tests.milp import toys
from tests.milp.random_problems import random_problem
from tests.milp.solving import least_cost, optimum, path
from tests.toy_problem import kind, problem

WAYS: dict[str, dict[str, bool]] = {
    "free": {},
    "when needed": {"bought_when_needed": True},
    "at once": {"bought_at_once": True},
}


def priced(prices: Series) -> Problem:
    """Return two servers at the first date and a third at the second, at a price by date."""
    p = problem()
    return replace(p, items={**p.items, "alpha": replace(p.items["alpha"], unit_price=prices)})


@pytest.mark.parametrize(
    ("prices", "costs"),
    [
        # three racks cost 6; a server that waits costs what the second date asks
        ((100.0, 50.0), {"free": 256, "when needed": 256, "at once": 306}),
        ((100.0, 100.0), {"free": 306, "when needed": 306, "at once": 306}),
        ((100.0, 200.0), {"free": 306, "when needed": 406, "at once": 306}),
    ],
)
def test_staged_purchases_win_when_prices_fall_and_lose_when_they_rise(
    prices: Series, costs: dict[str, float]
) -> None:
    for way, changes in WAYS.items():
        assert least_cost(replace(priced(prices), **changes)) == pytest.approx(costs[way]), way


def test_nothing_comes_ahead_of_its_need() -> None:
    p = priced((100.0, 200.0))
    assert path(p, optimum(p)[1].servers, "alpha") == (3, 3)
    late = replace(p, bought_when_needed=True)
    assert path(late, optimum(late)[1].servers, "alpha") == (2, 3)


def test_servers_alone_are_whole_and_never_fall() -> None:
    p = toys.choose()
    assert servers_alone(p, p.candidates["chat-alpha"]) == (2, 2)
    # 400 and 450 of the 700 hours of one server
    assert servers_alone(p, p.candidates["job-alpha"]) == (1, 1)
    job = replace(p.candidates["job-alpha"], gang=(4.0, 2.0))
    assert servers_alone(p, job) == (4, 4)
    kept = replace(p.candidates["chat-alpha"], apart=(3.0, 5.0))
    assert servers_alone(p, kept) == (3, 5)


@pytest.mark.parametrize(("unit", "servers"), [(1, (2, 3)), (2, (2, 4)), (3, (3, 3)), (5, (5, 5))])
def test_scalable_units_are_bought_whole(unit: int, servers: tuple[int, int]) -> None:
    # 1.5 and 2.5 servers are held; what a unit brings too much stands idle
    p = priced((100.0, 100.0))
    p = replace(p, kinds={"alpha": kind(unit_servers_count=unit)})
    cost, m = optimum(p)
    assert path(p, m.servers, "alpha") == servers
    assert cost == pytest.approx(102 * servers[-1])


SEEDS = range(1060, 1100)


def rising(p: Problem) -> Problem:
    """Return a problem whose servers cost twice as much at each further date."""
    items = {
        i: replace(p.items[i], unit_price=tuple(x * 2**t for t, x in enumerate(item.unit_price)))
        for i, item in p.items.items()
        if i in p.kinds
    }
    return replace(p, items={**p.items, **items})


def test_the_policy_never_forbids_the_last_design_and_never_saves_money() -> None:
    dearer = 0
    for seed in SEEDS:
        p = rising(random_problem(seed))
        free = least_cost(p)
        late = least_cost(replace(p, bought_when_needed=True))
        assert (free is None) == (late is None), seed
        if free is not None and late is not None:
            assert late >= free * (1 - 1e-9), seed
            dearer += late > free * (1 + 1e-6)
    assert dearer >= 1
