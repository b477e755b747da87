"""Servers that are there already: kept where they pay, idle where they do not, gone in time."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from designlib.problem.tables import Candidate, Pool, Problem
from tests.milp.brute_force import optimum as enumerated
from tests.milp.random_problems import random_problem
from tests.milp.solving import least_cost, optimum, path
from tests.milp.test_brute_force import agree, solved
from tests.milp.toys import with_old_servers
from tests.toy_problem import item, kind, problem

SEEDS = range(1000, 1120)
COUNTED = range(1000, 1046)


def costs(amount: float) -> Any:
    return pytest.approx(amount, rel=1e-6, abs=1e-6)


def old_only(owned: tuple[float, float], *, monthly: float = 0.0) -> Problem:
    """Return the toy of 1.5, then 2.5 servers, with a second kind that is sold no more."""
    p = problem()
    old = item("old", "compute", 50.0, first_date=len(p.dates), support_per_month=monthly)
    return replace(
        p,
        items={**p.items, "old": old},
        kinds={**p.kinds, "old": kind(owned=owned)},
        pools={**p.pools, "old": Pool("old", None, 0)},
        candidates={**p.candidates, "chat-old": Candidate("chat", "old", {"day": (1.5, 2.5)})},
    )


def test_what_is_there_already_is_used_where_it_costs_nothing():
    # three servers stand there, in racks of their own: nothing at all is bought
    assert least_cost(old_only((3.0, 3.0))) == costs(0)


def test_what_costs_more_to_run_than_to_replace_stands_idle():
    # three new servers in three racks: 306; three old ones at 10 a month, 18 months: 540
    assert least_cost(old_only((3.0, 3.0), monthly=10.0)) == costs(306)
    assert least_cost(old_only((3.0, 3.0), monthly=5.0)) == costs(3 * 5 * 18)


def test_too_few_of_what_is_there_cannot_carry_the_work_alone():
    assert least_cost(old_only((2.0, 2.0))) == costs(306)
    assert least_cost(old_only((3.0, 2.0))) == costs(306)


def test_a_part_of_the_work_runs_beside_until_the_servers_retire():
    # alone: 2 servers at 100 at once; beside an old one only 1 is needed at first, but 3 at the
    # end either way. Waiting pays where the price falls.
    p = with_old_servers(problem())
    falling = replace(p.items["alpha"], unit_price=(100.0, 50.0))
    cost, m = optimum(replace(p, items={**p.items, "alpha": falling}))
    assert path(p, m.keeps, "old") == (1, 0)
    assert path(p, m.servers, "alpha") == (1, 3)
    assert cost == costs(100 + 2 * 50 + 3 * 2)


def test_racks_and_power_of_what_retires_are_free_again():
    # 2 positions: one old server beside one new one, then two new ones in its place
    p = with_old_servers(problem())
    chat = p.candidates["chat-alpha-beside-old"]
    chat = replace(chat, held={"day": (0.5, 1.5)})
    room = [replace(x, value=(2.0, 2.0)) for x in p.limits if x.resource == "positions"]
    rest = [x for x in p.limits if x.resource != "positions"]
    p = replace(p, candidates={"chat": chat}, limits=(*room, *rest))
    assert least_cost(p) == costs(2 * 100 + 2 * 2)


def with_owned(seed: int) -> Problem:
    """Return a random problem in which some servers of a kind are there already.

    Half of the time the kind is sold no more; then other candidates run a part of their work on it.
    """
    p, rng = random_problem(seed), Random(seed)
    n = len(p.dates)
    i = rng.choice(sorted(p.kinds))
    owned = rng.choice(((1.0, 1.0), (2.0, 1.0), (2.0, 0.0), (1.0, 0.0), (2.0, 2.0)))[:n]
    kinds = {**p.kinds, i: replace(p.kinds[i], owned=owned)}
    items, candidates = p.items, p.candidates
    if rng.random() < 0.5:
        items = {**items, i: replace(items[i], first_date=n)}
    old = [k for k, pool in p.pools.items() if pool.kind == i]
    beside = {}
    for o, c in p.candidates.items():
        if c.pool is None or c.pool in old or rng.random() < 0.5:
            continue
        share = tuple(rng.choice((0.5, 0.25)) * bool(x) for x in owned)
        beside[f"{o}-beside"] = replace(
            _scaled(c, tuple(1 - x for x in share)), beside=replace(_scaled(c, share), pool=old[0])
        )
    return replace(p, kinds=kinds, items=items, candidates={**candidates, **beside})


def _scaled(c: Candidate, share: tuple[float, ...]) -> Candidate:
    def part(series: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(x * s for x, s in zip(series, share, strict=True)) if series else ()

    return replace(
        c,
        held={s: part(h) for s, h in c.held.items()},
        gang=part(c.gang),
        hours=part(c.hours),
        exclusive=part(c.exclusive),
        apart=part(c.apart),
        draws={r: part(x) for r, x in c.draws.items()},
        share=share,
    )


@pytest.mark.parametrize("seed", COUNTED)
def test_optimum_with_owned_servers_equals_enumeration(seed):
    p = with_owned(seed)
    assert agree(solved(p), enumerated(p))


@pytest.mark.parametrize("seed", SEEDS)
def test_owned_servers_never_raise_the_optimum(seed):
    p = with_owned(seed)
    none = {
        i: replace(k, owned=(0.0,) * len(p.dates) if k.owned else ()) for i, k in p.kinds.items()
    }
    before, after = solved(replace(p, kinds=none)), solved(p)
    assert before is None or (after is not None and after <= before + 1e-6 * abs(before))


def test_some_owned_servers_serve_and_some_stand_idle():
    uses = set()
    for seed in SEEDS:
        p = with_owned(seed)
        cost, m = optimum(p)
        if cost is None:
            continue
        for k in m.KEEPING:
            uses.add("kept" if any(path(p, m.keeps, k)) else "idle")
            beside = [o for o, c in p.candidates.items() if c.beside and m.choose[o].value > 0.5]
            uses |= {"beside"} if beside else set()
    assert uses == {"kept", "idle", "beside"}
