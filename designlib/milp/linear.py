"""Linear: the standard form of a Pyomo model, a sparse matrix of its rows and columns.

What Pyomo's own compiler (``LinearStandardFormCompiler``) gives, for models in which every row is a
sum of numbers times variables, compared with a sum: ours are, and reading them so takes a third of
the time. Anything else is refused; nothing is approximated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.core.expr.numeric_expr import (
    LinearExpression,
    MonomialTermExpression,
    NegationExpression,
    ProductExpression,
    SumExpression,
)
from pyomo.core.expr.numvalue import native_numeric_types
from pyomo.core.expr.relational_expr import EqualityExpression, InequalityExpression
from scipy.sparse import csr_array

Array = npt.NDArray[np.float64]
_SUMS = frozenset({LinearExpression, SumExpression})
_TOLERANCE = 1e-9
"""By how much, relative to its sides, a row without variables may fall short. [1]"""


@dataclass(frozen=True)
class Form:
    """Minimize ``cost @ x + offset`` where ``lower <= a @ x <= upper``."""

    a: csr_array
    lower: Array
    upper: Array
    cost: Array
    offset: float
    columns: list[Any]
    """Pyomo variable of each column."""
    rows: list[Any]
    """Pyomo constraint of each row."""


def standard_form(m: Any) -> Form:
    """Return the standard form of a model: of its free variables those that some row has.

    Raises
    ------
    InfeasibleConstraintException
        A row without variables cannot hold.
    TypeError
        A row or the objective is not a sum of numbers times variables.
    """
    variables = [v for part in m.component_objects(pyo.Var) for v in part.values() if not v.fixed]
    place = {id(v): j for j, v in enumerate(variables)}
    terms: dict[int, float] = {}
    objective = next(iter(m.component_data_objects(pyo.Objective, active=True)))
    offset = _gather(objective.expr, 1.0, terms, place)
    cost = np.zeros(len(variables))
    cost[list(terms)] = list(terms.values())
    index: list[int] = []
    data: list[float] = []
    starts, rows, lower, upper = [0], [], [], []
    for part in m.component_objects(pyo.Constraint, active=True):
        for row in part.values():
            expr = row.expr
            kind = expr.__class__
            if not row.active:
                continue
            terms = {}
            if kind is InequalityExpression or kind is EqualityExpression:
                left, right = expr.args
                constant = _gather(left, 1.0, terms, place) + _gather(right, -1.0, terms, place)
                low, high = (0.0 if kind is EqualityExpression else -np.inf), 0.0
            else:
                least, body, most = row.to_bounded_expression()
                constant = _gather(body, 1.0, terms, place)
                low, high = -np.inf if least is None else least, np.inf if most is None else most
            if 0.0 in terms.values():
                terms = {j: x for j, x in terms.items() if x}
            if not terms:
                if not low - _TOLERANCE <= constant <= high + _TOLERANCE:
                    words = f"'{row.name}' has no variables and cannot hold"
                    raise InfeasibleConstraintException(words)
                continue
            index += terms
            data += terms.values()
            starts.append(len(index))
            rows.append(row)
            lower.append(low - constant)
            upper.append(high - constant)
    return _form(variables, rows, (data, index, starts), (lower, upper), cost, offset)


def _form(
    variables: list[Any],
    rows: list[Any],
    matrix: tuple[list[float], list[int], list[int]],
    sides: tuple[list[float], list[float]],
    cost: Array,
    offset: float,
) -> Form:
    """Return the form without the variables that neither a row nor the objective has."""
    data, index, starts = matrix
    columns = np.array(index, np.int32)
    seen = cost != 0.0
    seen[columns] = True
    renumbered = np.cumsum(seen, dtype=np.int32) - 1
    kept = np.flatnonzero(seen)
    a = csr_array(
        (np.array(data, float), renumbered[columns], np.array(starts, np.int32)),
        shape=(len(rows), len(kept)),
    )
    return Form(
        a,
        np.array(sides[0], float),
        np.array(sides[1], float),
        cost[kept],
        offset,
        [variables[j] for j in kept],
        rows,
    )


def value_of(expr: Any) -> float:
    """Return the value of a sum of numbers times variables, many times faster than Pyomo."""
    return _gather(expr, 1.0, {}, {})


def _gather(expr: Any, factor: float, terms: dict[int, float], place: dict[int, int]) -> float:
    """Add a sum, times a factor, to the terms by column; return what is constant of it."""
    constant = 0.0
    stack = [(expr, factor)]
    while stack:
        part, f = stack.pop()
        kind = part.__class__
        if kind is MonomialTermExpression:
            coefficient, v = part.args
            j = place.get(id(v))
            if j is None:
                constant += f * coefficient * v.value
            else:
                terms[j] = terms.get(j, 0.0) + f * coefficient
        elif kind in _SUMS:
            for x in part.args:
                if x.__class__ is MonomialTermExpression:  # as above, where most of the time goes
                    coefficient, v = x.args
                    j = place.get(id(v))
                    if j is not None:
                        terms[j] = terms.get(j, 0.0) + f * coefficient
                        continue
                stack.append((x, f))
        elif kind in native_numeric_types:
            constant += f * part
        elif kind is NegationExpression:
            stack.append((part.args[0], -f))
        elif kind is ProductExpression:
            left, right = part.args
            if left.__class__ in native_numeric_types:
                stack.append((right, f * left))
            elif right.__class__ in native_numeric_types:
                stack.append((left, f * right))
            else:
                raise TypeError(f"expected a number times a variable, found {part}")
        elif part.is_variable_type():
            j = place.get(id(part))
            if j is None:
                constant += f * part.value
            else:
                terms[j] = terms.get(j, 0.0) + f
        else:
            raise TypeError(f"expected numbers times variables, found {part}")
    return constant
