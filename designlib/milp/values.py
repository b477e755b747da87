"""Values: a solution by the names of its variables, so that it can be carried to another model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo

from designlib.milp.handover import Handover
from designlib.milp.solver import solver

Name = tuple[str, Any]
"""Component of a model, and the index of a variable in it."""
Values = Mapping[Name, float]
Array = npt.NDArray[np.float64]

_ROUNDING = 1e-6
"""Distance, relative to the side of a row, at which a row still counts as kept."""


def values_of(m: Any) -> dict[Name, float]:
    """Return the values of all variables of a solved model that are not zero."""
    return {
        name_of(v): float(v.value)
        for v in m.component_data_objects(pyo.Var, descend_into=False)
        if v.value
    }


def name_of(v: Any) -> Name:
    """Return the name under which the value of a variable is kept."""
    return v.parent_component().local_name, v.index()


def indices(values: Values, component: str) -> list[Any]:
    """Return the indices at which a component of a solution is above a half."""
    return [index for (name, index), x in values.items() if name == component and x > 0.5]


def balanced(values: Values, held: Handover) -> tuple[Array, float] | None:
    """Return a solution in the order of the columns of a model, and its cost; None if it is none.

    What the solution does not name is zero. Where that does not do, because this model counts in
    more variables than the one of the solution, the whole numbers are kept and the rest is solved.
    """
    lp = held.lp
    x = np.array([values.get(name_of(v), 0.0) for v in held.columns])
    if (x < np.asarray(lp.col_lower_) - _ROUNDING).any():
        return None
    if (x > np.asarray(lp.col_upper_) + _ROUNDING).any():
        return None
    sides, low, high = held.form.a @ x, np.asarray(lp.row_lower_), np.asarray(lp.row_upper_)
    room = _ROUNDING * (1.0 + np.where(np.isfinite(low), np.abs(low), np.abs(high)))
    if (sides < low - room).any() or (sides > high + room).any():
        return _completed(x, held)
    return x, float(np.asarray(lp.col_cost_) @ x + lp.offset_)


def _completed(x: Array, held: Handover) -> tuple[Array, float] | None:
    """Return the best solution with some whole numbers, and its cost; None where there is none."""
    h = solver(held.lp)
    h.setOptionValue("solve_relaxation", True)
    whole = np.array([n for n, v in enumerate(held.columns) if not v.is_continuous()], np.int32)
    kept = np.round(x[whole])
    h.changeColsBounds(len(whole), whole, kept, kept)
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(h.getSolution().col_value), float(h.getInfo().objective_function_value)
