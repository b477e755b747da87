"""The engine: our hand-over against Pyomo's own, and how a solve stops, tells and repeats."""

from __future__ import annotations

import threading
from itertools import pairwise

import highspy
import pyomo.environ as pyo
import pytest
from pyomo.contrib.appsi.solvers import Highs

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.handover import hand_over
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem
from tests.milp.toys import TOYS
from tests.toy_problem import everything, problem

EXACT = Settings(gap=0)


def plain_route(m):
    """Return the optimum that Pyomo's own interface to HiGHS finds, or None if nothing fits."""
    plain = Highs()
    plain.config.load_solution = False
    plain.highs_options = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0}
    return plain.solve(m).best_feasible_objective


@pytest.mark.parametrize("toy", [*TOYS.values(), everything], ids=lambda f: f.__name__)
def test_both_routes_find_the_same_optimum_of_a_toy(toy):
    ours = solve(build(toy())[0], EXACT).objective
    assert ours == pytest.approx(plain_route(build(toy())[0]), rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_both_routes_find_the_same_optimum_of_a_random_problem(seed):
    ours = solve(build(random_problem(seed))[0], EXACT).objective
    theirs = plain_route(build(random_problem(seed))[0])
    assert (ours is None) == (theirs is None)
    assert ours is None or ours == pytest.approx(theirs, rel=1e-6)


def test_the_hand_over_keeps_rows_bounds_costs_and_kinds_of_variables():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(1, 5))
    m.n = pyo.Var(domain=pyo.NonNegativeIntegers)
    m.b = pyo.Var(domain=pyo.Binary)
    m.least = pyo.Constraint(expr=2 * m.x + 3 * m.n >= 7 + m.b)
    m.most = pyo.Constraint(expr=m.x + m.n <= 9)
    m.same = pyo.Constraint(expr=m.n - 4 * m.b == 0)
    m.cost = pyo.Objective(expr=m.x + 10 * m.n + 100 * m.b + 1000)
    held = hand_over(m)
    place = {v.name: j for j, v in enumerate(held.columns)}
    lp = held.lp
    assert (lp.num_col_, lp.num_row_, lp.offset_) == (3, 3, 1000)
    assert [lp.col_cost_[place[v]] for v in ("x", "n", "b")] == [1, 10, 100]
    assert [lp.col_lower_[place[v]] for v in ("x", "n", "b")] == [1, 0, 0]
    assert [lp.col_upper_[place[v]] for v in ("x", "n", "b")] == [5, float("inf"), 1]
    kinds = ["Integer" in str(lp.integrality_[place[v]]) for v in ("x", "n", "b")]
    assert kinds == [False, True, True]
    bounds = sorted(zip(lp.row_lower_, lp.row_upper_, strict=True))
    assert bounds == [(float("-inf"), -7), (float("-inf"), 9), (0, 0)]  # 7 <= a is -a <= -7
    # n = 0 and b = 0 leave 2 x >= 7
    assert solve(m, EXACT).objective == pytest.approx(1003.5)


def test_the_solution_is_left_in_the_model_as_whole_numbers():
    m, _ = build(problem())
    solve(m, EXACT)
    assert [m.servers["alpha", t].value for t in (0, 1)] == [2, 3]
    assert all(
        v.value == round(v.value)
        for v in m.component_data_objects(pyo.Var)
        if v.value is not None and not v.is_continuous()
    )


def test_the_same_settings_give_the_same_design():
    designs = []
    for _ in range(2):
        m, _ledger = build(hard_problem())
        outcome = solve(m, Settings(gap=1e-2))
        values = [v.value for v in m.component_data_objects(pyo.Var)]
        designs.append((outcome.objective, outcome.bound, outcome.model, values))
    assert designs[0] == designs[1]


def test_an_outcome_within_a_gap_states_bound_and_gap():
    m, _ = build(hard_problem())
    outcome = solve(m, Settings(gap=5e-2))
    assert outcome.status in {"within_gap", "optimal"}
    assert outcome.bound <= outcome.objective
    assert outcome.gap == pytest.approx(
        (outcome.objective - outcome.bound) / outcome.objective, abs=1e-12
    )
    assert outcome.gap <= 5e-2
    exact = solve(build(everything())[0], EXACT)
    assert exact.status == "optimal"
    assert exact.gap <= 1e-6


def test_a_set_event_cancels():
    stop = threading.Event()
    stop.set()
    outcome = solve(build(hard_problem())[0], Settings(gap=0, cancel=stop))
    assert outcome.status == "cancelled"


def test_a_cancel_while_it_runs_keeps_the_incumbent_and_its_bound():
    stop = threading.Event()
    m, _ = build(hard_problem())
    outcome = solve(m, Settings(gap=0, cancel=stop, progress=lambda event: stop.set()))
    assert outcome.status == "cancelled"
    assert outcome.objective is not None
    assert outcome.bound <= outcome.objective
    assert sum(m.choose[o].value for o in m.CANDIDATES) == len(m.TASKS)


def test_an_event_that_is_never_set_changes_nothing():
    free = solve(build(everything())[0], EXACT)
    watched = solve(build(everything())[0], Settings(gap=0, cancel=threading.Event()))
    assert (watched.status, watched.objective) == (free.status, free.objective)


def test_a_time_limit_stops_with_a_status_of_its_own():
    outcome = solve(build(hard_problem())[0], Settings(gap=0, time_limit_s=0.0))
    assert outcome.status == "time_limit"


def test_progress_tells_incumbents_that_improve():
    events = []
    outcome = solve(build(hard_problem())[0], Settings(gap=1e-2, progress=events.append))
    assert events
    for event in events:
        assert set(event) == {"stage", "seconds", "objective", "bound", "gap"}
        assert event["stage"] == "solve"
        assert event["bound"] <= event["objective"] + 1e-9
    assert all(b["objective"] <= a["objective"] for a, b in pairwise(events))
    assert events[-1]["objective"] >= outcome.objective - 1e-9


def test_infeasible_has_no_objective():
    p = problem(gpus_max=(8.0, 8.0))
    outcome = solve(build(p)[0], EXACT)
    assert (outcome.status, outcome.objective, outcome.gap) == ("infeasible", None, None)


@pytest.mark.parametrize("name", ["toy.lp", "toy.mps"])
def test_the_written_model_has_the_same_optimum(name, tmp_path):
    path = tmp_path / name
    outcome = solve(build(everything())[0], Settings(gap=0, write_model=path))
    again = highspy.Highs()
    again.silent()
    again.readModel(str(path))
    again.run()
    value = again.getInfo().objective_function_value
    assert value == pytest.approx(outcome.objective, rel=1e-9)
    text = path.read_text(encoding="utf-8")
    assert "servers(alpha_ib,1)" in text
    assert "one_candidate(chat,anywhere)" in text


def test_two_threads_solve_at_once():
    found = {}

    def work(name):
        found[name] = solve(build(everything())[0], EXACT).objective

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found.values())) == 1
    assert len(found) == 4


def test_a_search_that_is_left_keeps_the_best_that_it_has():
    stop = threading.Event()
    told = []

    def first(event):
        told.append(event)
        stop.set()

    m, _ = build(hard_problem())
    left = solve(m, Settings(gap=0, cancel=stop, progress=first))
    assert left.status == "cancelled"
    assert left.objective == pytest.approx(min(e["objective"] for e in told))
    assert left.bound >= max(e["bound"] for e in told) - 1e-9
    assert left.gap == pytest.approx((left.objective - left.bound) / left.objective)
    best = solve(build(hard_problem())[0], Settings(gap=1e-2))
    assert left.bound <= best.objective * (1 + 1e-9)
    assert best.bound <= left.objective * (1 + 1e-9)
    assert pyo.value(m.present_value) == pytest.approx(left.objective, rel=1e-6)
