"""Engine: the hand-over gives what Pyomo's own route gives; a search is watched and stopped."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import highspy
import pyomo.environ as pyo
import pytest
from pyomo.contrib.appsi.solvers import Highs

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.problem.make import make_problem
from designlib.problem.tables import Problem
from tests.milp.random_problems import random_problem
from tests.milp.solving import least_cost


@pytest.fixture(scope="module")
def enterprise() -> Problem:
    """Return the problem of the enterprise brief, large enough to be interrupted."""
    brief = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml")
    return make_problem(brief, Catalog.load())[0]


@pytest.mark.parametrize("seed", range(12))
def test_same_optimum_as_the_plain_route(seed: int) -> None:
    p = random_problem(seed)
    ours = least_cost(p)
    m, _ = build(p)
    plain = Highs()
    plain.config.load_solution = False
    plain.highs_options = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0}
    found = plain.solve(m).best_feasible_objective
    if ours is None:
        assert found is None
    else:
        assert found * 1e3 == pytest.approx(ours, rel=1e-6)


def test_a_set_cancel_event_stops_the_search(enterprise: Problem) -> None:
    stop = threading.Event()
    stop.set()
    m, _ = build(enterprise)
    outcome = solve(m, Settings(cancel=stop))
    assert outcome.status == "cancelled"


def test_cancel_after_the_first_design_keeps_it(enterprise: Problem) -> None:
    stop = threading.Event()
    events: list[dict[str, Any]] = []

    def first(event: dict[str, Any]) -> None:
        events.append(event)
        stop.set()

    m, _ = build(enterprise)
    outcome = solve(m, Settings(gap=0, cancel=stop, progress=first))
    assert outcome.status == "cancelled"
    assert outcome.objective is not None
    assert outcome.bound <= outcome.objective
    assert outcome.gap is not None
    assert events[0]["stage"] == "solve"
    assert {"seconds", "objective", "bound", "gap"} <= events[0].keys()


def test_a_time_limit_stops_the_search(enterprise: Problem) -> None:
    m, _ = build(enterprise)
    assert solve(m, Settings(time_limit_s=0.0)).status == "time_limit"


def test_the_same_problem_gives_the_same_answer_twice() -> None:
    p = random_problem(3)
    answers = []
    for _ in range(2):
        m, _ = build(p)
        outcome = solve(m, Settings(gap=0))
        values = [v.value for v in m.component_data_objects(pyo.Var)]
        answers.append((outcome.objective, outcome.bound, outcome.model, values))
    assert answers[0] == answers[1]


def test_threads_may_solve_side_by_side() -> None:
    found: dict[int, float | None] = {}

    def work(seed: int) -> None:
        found[seed] = least_cost(random_problem(seed))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {seed: least_cost(random_problem(seed)) for seed in range(6)}


def test_the_written_model_has_the_same_optimum(tmp_path: Path) -> None:
    p = next(q for q in map(random_problem, range(20)) if least_cost(q) is not None)
    file = tmp_path / "model.mps"
    m, _ = build(p)
    outcome = solve(m, Settings(gap=0, write_model=file))
    again = highspy.Highs()
    again.silent()
    again.readModel(str(file))
    again.setOptionValue("mip_rel_gap", 0.0)
    again.run()
    value = again.getInfo().objective_function_value
    assert value == pytest.approx(outcome.objective, rel=1e-9)
