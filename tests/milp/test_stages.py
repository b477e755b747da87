"""The stages and the rows that lift the bound change how long a search takes, never its optimum."""

from __future__ import annotations

import threading

import highspy
import pytest

from designlib.milp import choose, stages
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.handover import hand_over
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem

SEEDS = range(60)


def optimum(p, *, implied: bool, stages: bool):
    outcome = solve(build(p, implied=implied)[0], Settings(gap=0, stages=stages))
    assert outcome.status == ("infeasible" if outcome.objective is None else "optimal")
    return outcome.objective


def relaxation(p, *, implied: bool) -> float:
    h = highspy.Highs()
    h.silent()
    h.passModel(hand_over(build(p, implied=implied)[0]).lp)
    h.setOptionValue("solve_relaxation", True)
    h.run()
    return float(h.getInfo().objective_function_value)


@pytest.mark.parametrize("seed", SEEDS)
def test_reductions_leave_the_optimum(seed):
    p = random_problem(seed)
    plain = optimum(p, implied=False, stages=False)
    for implied, staged in ((True, False), (False, True), (True, True)):
        assert optimum(p, implied=implied, stages=staged) == (
            plain if plain is None else pytest.approx(plain, rel=1e-6)
        )


def test_the_implied_rows_lift_the_bound():
    p = hard_problem()
    assert relaxation(p, implied=False) < relaxation(p, implied=True)


def test_a_stop_after_the_smaller_search_keeps_its_design():
    m, _ = build(hard_problem())
    stop = threading.Event()
    outcome = solve(m, Settings(gap=0, stages=True, cancel=stop, progress=lambda event: stop.set()))
    assert outcome.status == "cancelled"
    assert outcome.objective is not None
    assert outcome.bound <= outcome.objective


def test_the_stages_give_the_same_design_again():
    found = []
    for _ in range(2):
        m, _ledger = build(hard_problem())
        outcome = solve(m, Settings(gap=1e-2, stages=True))
        found.append((outcome.objective, outcome.bound, [v.value for v in m.choose.values()]))
    assert found[0] == found[1]


def start(p, *, many: int, monkeypatch):
    """Return the start of the long search, with few of the implied rows at first or with all."""
    monkeypatch.setattr(stages, "MANY", many)
    m, _ = build(p)
    held = hand_over(m)

    def solver(gap):
        h = highspy.Highs()
        h.silent()
        h.passModel(held.lp)
        h.setOptionValue("mip_rel_gap", gap)
        return h

    return stages.look(m, held, solver, 0.0)


def test_rows_that_come_in_when_they_are_broken_lift_the_bound_as_far(monkeypatch):
    for p in (hard_problem(), *(random_problem(seed) for seed in range(12))):
        few, all_ = (start(p, many=n, monkeypatch=monkeypatch) for n in (0, 10**6))
        if all_ is None:
            assert few is None
        else:
            assert few.bound == pytest.approx(all_.bound, rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_one_sum_of_what_jobs_hold_alone_leaves_the_optimum(seed, monkeypatch):
    p = random_problem(seed)
    written_out = optimum(p, implied=True, stages=False)
    monkeypatch.setattr(choose, "FEW", 0)
    summed = optimum(p, implied=True, stages=False)
    assert summed == (written_out if summed is None else pytest.approx(written_out, rel=1e-6))
