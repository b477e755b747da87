"""What the last date alone is short of, the whole is short of too; never the other way round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.glimpse import short_of
from designlib.problem.asked_tables import BUDGET
from designlib.problem.one_date import last_date
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem

SEEDS = range(120)
POLICIES = {"most GPUs in service", "kinds of server at a site", "generations of GPUs"}


def fits(p) -> bool:
    return solve(build(p)[0], Settings(gap=0)).objective is not None


def with_a_share_of_each_limit(p, share: float):
    limits = [
        x if x.resource == BUDGET else replace(x, value=tuple(share * y for y in x.value))
        for x in p.limits
    ]
    return replace(p, limits=tuple(limits))


@pytest.mark.parametrize("policy", [{}, {"bought_when_needed": True}, {"bought_at_once": True}])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_fits_at_all_dates_fits_at_the_last(seed, policy):
    p = replace(random_problem(seed), **policy)
    if fits(p):
        assert fits(last_date(p))
        assert short_of(p, Settings()) == ()


def test_what_is_named_is_short_and_nothing_fits():
    named = 0
    for seed in SEEDS:
        p = with_a_share_of_each_limit(random_problem(seed), 0.2)
        short = short_of(p, Settings())
        if short:
            named += 1
            assert not fits(p)
            assert set(short) <= {x.requirement for x in p.limits} | POLICIES
    assert named >= 20


def test_the_one_limit_that_is_short_is_the_one_that_is_named():
    p = hard_problem()
    p = replace(p, limits=tuple(replace(x, path=x.resource) for x in p.limits))
    little = [replace(x, value=(10.0,) * 4) if x.resource == "it_kw" else x for x in p.limits]
    assert short_of(p, Settings()) == ()
    assert short_of(replace(p, limits=tuple(little)), Settings()) == ("IT power",)


def test_the_last_date_has_every_series_once():
    p = last_date(hard_problem())
    assert p.dates == (24,)
    assert all(len(x.value) == 1 for x in p.limits)
    assert all(len(x.unit_price) == 1 for x in p.items.values())
    assert all(len(c.held["day"]) == 1 for c in p.candidates.values())
