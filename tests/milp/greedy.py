"""Greedy: a design made layer by layer, each layer at its own least cost given the ones before."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.problem.tables import Problem

STAGES: tuple[tuple[set[str], tuple[str, ...]], ...] = (
    ({"compute", "spares", "rented"}, ("choose", "servers", "step")),
    ({"network"}, ("built", "linked", "pieces")),
    ({"storage"}, ("kept", "units")),
    ({"orchestration"}, ("runs", "control")),
    ({"racks"}, ("placed", "racks", "shared")),
    ({"cooling", "power"}, ("picked", "modules", "pairs")),
)
"""Whose cost is looked at, and the variables that are decided, in the order of a project plan."""


def greedy_cost(p: Problem) -> float | None:
    """Return the cost of the layer-by-layer design, or None where nothing fits."""
    m, ledger = build(p)
    m.present_value.deactivate()
    for n, (layers, variables) in enumerate(STAGES):
        own = sum(c.factor * c.amount for c in ledger.costs if c.layer in layers)
        goal = pyo.Objective(expr=OBJECTIVE_SCALE * own + 0 * m.relief[0])
        m.add_component(f"goal_{n}", goal)
        if solve(m, Settings(gap=0)).objective is None:
            return None
        for name in variables:
            _fix(getattr(m, name, None))
        goal.deactivate()
    m.present_value.activate()
    outcome = solve(m, Settings(gap=0))
    return None if outcome.objective is None else outcome.objective / OBJECTIVE_SCALE


def _fix(variable: Any) -> None:
    for v in variable.values() if variable is not None else ():
        if v.value is not None:
            v.fix(v.value if v.is_continuous() else round(v.value))
