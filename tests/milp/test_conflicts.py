"""Conflicts: sets of requirements that no model meets, of which each is needed; and lead times."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.milp.build import build
from designlib.milp.diagnosis import Conflict
from designlib.milp.elastic import Elastic
from designlib.milp.engine import Settings, solve
from designlib.milp.repair import diagnose
from designlib.milp.requirements import LIMIT
from designlib.problem.tables import Candidate, Problem
from tests.infeasible_variants import only
from tests.milp.random_problems import with_budget
from tests.milp.test_least_relief import CASES
from tests.toy_problem import problem, series


def statements(found: Conflict) -> list[dict]:
    rows = [{"path": r.path, "month": r.month if r.kind == LIMIT else 0} for r in found.statements]
    return rows + ([{"path": "service_start_month"}] if found.too_early else [])


def fits(p: Problem) -> bool:
    return solve(build(p, implied=False)[0], Settings(gap=0)).objective is not None


def prove(p: Problem, found: Conflict) -> None:
    """Solve the conflict alone, and with each of its statements left out."""
    rows = statements(found)
    assert found.irreducible
    assert not fits(only(p, rows))
    for n in range(len(rows)):
        assert fits(only(p, rows[:n] + rows[n + 1 :]))


@pytest.mark.parametrize("seed", list(CASES)[:6])
def test_a_short_budget_is_in_a_conflict_that_is_proven(seed):
    p, spent = CASES[seed]
    poor = with_budget(p, 0.5 * spent)
    found = diagnose(poor, Settings(gap=1e-3))
    budget = next(r.path for r in Elastic(poor, Settings()).names if r.value == 0.5 * spent)
    assert any(budget in {r.path for r in x.statements} for x in found.conflicts)
    for conflict in found.conflicts:
        prove(poor, conflict)


def crowded() -> Problem:
    """Return two services of 2.5 servers each, where three servers find room and power for two."""
    p = problem(workloads=("chat", "code"))
    p = replace(
        p, candidates={**p.candidates, "code-alpha": Candidate("code", "alpha", {"day": (1, 2.5)})}
    )
    short = {"positions": 3.0, "it_kw": 20.0}
    limits = tuple(
        replace(x, value=series(short[x.resource])) if x.resource in short else x for x in p.limits
    )
    return replace(p, limits=limits)


def test_two_limits_that_are_short_are_two_conflicts():
    # power for two servers and room for three; one service takes three, both take five
    p = crowded()
    found = diagnose(p, Settings(gap=0))
    named = [{r.words for r in x.statements} for x in found.conflicts]
    assert len(named) == 2
    assert {"IT power", "rack positions"} <= named[0] | named[1]
    assert {"chat", "code"} <= next(x for x in named if "rack positions" in x)
    assert len(next(x for x in named if "IT power" in x)) == 2  # either service alone is too much
    for conflict in found.conflicts:
        prove(p, conflict)


def test_what_only_a_joint_change_mends_is_one_repair():
    (repair,) = diagnose(crowded(), Settings(gap=0)).repairs
    needed = {change.requirement: change.needed for change in repair.changes}
    assert needed == {"rack positions": 5.0, "IT power": 50.0}


def test_parts_that_come_too_late_are_the_cause_and_not_the_shortage():
    p = problem()
    items = {**p.items, "alpha": replace(p.items["alpha"], first_date=1, order_months=9.0)}
    late = replace(p, items=items)
    found = diagnose(late, Settings(gap=0))
    assert found.missing == ()
    (conflict,) = found.conflicts
    assert conflict.too_early
    prove(late, conflict)


def test_a_step_that_is_short_is_the_one_that_is_named():
    p = problem()  # 1.5 servers of 10 kW, then 2.5: the first step has power for one
    limits = tuple(
        replace(x, value=(10.0, 200.0)) if x.resource == "it_kw" else x for x in p.limits
    )
    (short,) = diagnose(replace(p, limits=limits), Settings(gap=0)).shortfalls
    assert (short.requirement, short.limit, short.needed) == ("IT power", 10.0, 20.0)
    later = tuple(replace(x, value=(200.0, 20.0)) if x.resource == "it_kw" else x for x in p.limits)
    (short,) = diagnose(replace(p, limits=later), Settings(gap=0)).shortfalls
    assert (short.requirement, short.limit, short.needed) == ("IT power from month 12", 20.0, 30.0)


def test_the_relaxation_names_what_is_short_at_once():
    e = Elastic(crowded(), Settings())
    relief = e.relaxed_relief(e.limits)
    assert relief is not None
    assert {e.names[n].words for n in relief.amounts} <= {"IT power", "rack positions"}
    assert relief.amounts
    assert relief.least > 0
