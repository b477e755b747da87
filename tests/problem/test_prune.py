"""Pruning drops only candidates that another one beats on every resource: the optimum stays."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.problem.prune import dominates, prune
from designlib.problem.relief import Relief
from designlib.problem.tables import Candidate, Problem, Series
from tests import toy_problem
from tests.milp.random_problems import random_problem

SEEDS = range(500, 560)


@cache
def varied(seed: int) -> Problem:
    """Return a random problem in which most candidates have a variant that needs more or less."""
    p, rng = random_problem(seed), Random(seed)
    found = {}
    for key, c in p.candidates.items():
        pair = [(key, c), (f"{key}-variant", variant(c, rng))]
        rng.shuffle(pair)
        found |= dict(pair if rng.random() < 0.7 else [(key, c)])
    return replace(p, candidates=found)


def variant(c: Candidate, rng: Random) -> Candidate:
    """Return a candidate with some amounts scaled and perhaps another day slice or way to work."""

    def scaled(series: Series) -> Series:
        factor = rng.choice((0.5, 1.0, 1.0, 1.5))
        return tuple(x * factor for x in series)

    return replace(
        c,
        held={s: scaled(h) for s, h in c.held.items()},
        gang=scaled(c.gang),
        hours=scaled(c.hours),
        slices=c.slices[-1:] if rng.random() < 0.3 else c.slices,
        spread=c.spread if rng.random() < 0.7 else not c.spread,
        apart=scaled(c.apart),
        draws={r: scaled(x) for r, x in c.draws.items()},
        rent_per_month=scaled(c.rent_per_month),
    )


def objective(p: Problem) -> float | None:
    m, _ = build(p)
    return solve(m, Settings(gap=0)).objective


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_is_the_same_with_and_without(seed):
    full, pruned = varied(seed), prune(varied(seed))
    before, after = objective(full), objective(pruned)
    assert (before is None) == (after is None)
    if before is not None:
        assert after == pytest.approx(before, rel=1e-9, abs=0)


def test_enough_instances_have_something_to_drop():
    fewer = [s for s in SEEDS if len(prune(varied(s)).candidates) < len(varied(s).candidates)]
    feasible = [s for s in fewer if objective(varied(s)) is not None]
    assert len(fewer) >= 35
    assert len(feasible) >= 25


def test_every_dropped_candidate_names_what_beats_it():
    for seed in SEEDS:
        full, pruned = varied(seed), prune(varied(seed))
        new = pruned.dropped[len(full.dropped) :]
        assert {d.candidate for d in new} == set(full.candidates) - set(pruned.candidates)
        for d in new:
            better = d.reason.removeprefix("dominated by ").split(":")[0]
            assert better in pruned.candidates
            assert dominates(pruned.candidates[better], full.candidates[d.candidate])


def job(**changes: object) -> Candidate:
    base = Candidate("job", "alpha", {}, (1.0, 1.0), (90.0, 90.0), ("day", "night"))
    return replace(base, **changes)


def test_less_of_everything_dominates():
    assert dominates(job(hours=(80.0, 90.0)), job())
    assert dominates(job(), job(hours=(80.0, 90.0))) is False


def test_less_of_one_thing_and_more_of_another_does_not():
    assert not dominates(job(hours=(10.0, 10.0), gang=(2.0, 2.0)), job())
    assert not dominates(job(hours=(10.0, 100.0)), job())
    assert not dominates(job(draws={"read_gb_s": (1.0, 1.0)}), job())
    assert not dominates(job(rent_per_month=(1.0, 1.0)), job())
    assert not dominates(job(apart=(1.0, 1.0)), job())
    assert not dominates(job(exclusive=(1.0, 1.0)), job())


def test_a_night_job_does_not_dominate_one_that_may_choose():
    assert not dominates(job(slices=("night",)), job())
    assert dominates(job(), job(slices=("night",)))


def test_even_hours_do_not_dominate_hours_that_can_be_moved():
    assert not dominates(job(spread=True), job())
    assert not dominates(job(spread=True), job(slices=("night",)))
    assert dominates(job(), job(spread=True))
    assert dominates(job(spread=True), job(spread=True))


def test_only_the_same_pool_and_workload_compare():
    assert not dominates(job(pool="beta", hours=(1.0, 1.0)), job())
    assert not dominates(job(workload="other", hours=(1.0, 1.0)), job())


def test_a_candidate_that_breaks_a_promise_neither_dominates_nor_is_dominated():
    relief = Relief("TTFT", "workloads.job.ttft_p95_s", 1.0, 2.0, "s")
    assert not dominates(job(relief=relief, hours=(1.0, 1.0)), job())
    assert not dominates(job(), job(relief=relief))


def test_equal_candidates_leave_one():
    p = toy_problem.problem()
    twin = p.candidates["chat-alpha"]
    pruned = prune(replace(p, candidates={"chat-alpha": twin, "chat-twin": twin}))
    assert list(pruned.candidates) == ["chat-alpha"]
    dropped = pruned.dropped[0]
    assert (dropped.candidate, dropped.pool, dropped.part_id) == ("chat-twin", "alpha", "alpha")
    assert dropped.reason.startswith("dominated by chat-alpha: ")
