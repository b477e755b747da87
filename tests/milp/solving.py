"""Solving: the proven optimum of a problem, for tests."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.problem.tables import Problem


def least_cost(p: Problem) -> float | None:
    """Return the least present value of a problem, or None if nothing fits."""
    return optimum(p)[0]


def optimum(p: Problem) -> tuple[float | None, Any]:
    """Return the least present value and the solved model."""
    m, _ = build(p)
    outcome = solve(m, Settings(gap=0))
    assert outcome.status == ("infeasible" if outcome.objective is None else "optimal")
    cost = None if outcome.objective is None else outcome.objective / OBJECTIVE_SCALE
    return cost, m


def path(p: Problem, var: Any, *index: str) -> tuple[float, ...]:
    """Return the values of a variable over the dates, whole numbers free of solver noise."""
    values = [pyo.value(var[(*index, t)]) for t in p.date_indices]
    return tuple(round(x) if abs(x - round(x)) < 1e-6 else x for x in values)
