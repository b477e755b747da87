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
from pyomo.core.base.var import VarData
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
_REST = 1e-9
"""What is left of coefficients that cancel, at most; a solver takes no smaller ones. [1]"""
_TOLERANCE = 1e-9
"""By how much a row without variables may fall short at most. [1]"""


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
    known = [v for part in m.component_objects(pyo.Var) for v in part.values()]
    numbers: list[float] = []
    variables: list[Any] = []
    starts, rows, constant, lower, upper = [0], [], [], [], []
    for part in m.component_objects(pyo.Constraint, active=True):
        for row in part.values():
            if not row.active:
                continue
            expr = row.expr
            kind = expr.__class__
            if kind is InequalityExpression or kind is EqualityExpression:
                left, right = expr.args
                least, most = (0.0 if kind is EqualityExpression else -np.inf), 0.0
                fixed = _collect(left, 1.0, numbers, variables)
                fixed += _collect(right, -1.0, numbers, variables)
            else:
                low, body, high = row.to_bounded_expression()
                least, most = -np.inf if low is None else low, np.inf if high is None else high
                fixed = _collect(body, 1.0, numbers, variables)
            starts.append(len(numbers))
            rows.append(row)
            constant.append(fixed)
            lower.append(least)
            upper.append(most)
    place = {id(v): j for j, v in enumerate(known)}
    columns = np.fromiter(map(place.__getitem__, map(id, variables)), np.int32, len(variables))
    data = np.array(numbers, float), columns, np.array(starts, np.int32)
    a = csr_array(data, shape=(len(rows), len(known)))
    objective = next(iter(m.component_data_objects(pyo.Objective, active=True)))
    prices: list[float] = []
    priced: list[Any] = []
    offset = _collect(objective.expr, 1.0, prices, priced)
    cost: Array = np.bincount([place[id(v)] for v in priced], prices, len(known)).astype(float)
    apart: Array = np.array(constant, float)
    sides = np.array(lower, float) - apart, np.array(upper, float) - apart
    return _reduced(known, rows, a, sides, cost, offset)


def _reduced(
    known: list[Any],
    rows: list[Any],
    a: csr_array,
    sides: tuple[Array, Array],
    cost: Array,
    offset: float,
) -> Form:
    """Return the form without fixed variables, unseen ones, and rows that have none."""
    lower, upper = sides
    fixed = np.array([v.fixed for v in known], bool)
    values = np.array([v.value if v.fixed else 0.0 for v in known], float)
    constant = a @ values
    a.data[fixed[a.indices]] = 0.0
    a.sum_duplicates()
    a.data[np.abs(a.data) <= _REST] = 0.0
    a.eliminate_zeros()
    lower, upper = lower - constant, upper - constant
    offset += float((cost * values).sum())  # a product would wake the threads of BLAS
    cost[fixed] = 0.0
    some = np.diff(a.indptr) > 0
    held = (lower <= _TOLERANCE) & (upper >= -_TOLERANCE)
    for n in np.flatnonzero(~some & ~held):
        words = f"'{rows[n].name}' has no variables and cannot hold"
        raise InfeasibleConstraintException(words)
    seen = cost != 0.0
    seen[a.indices] = True
    a = a[some][:, seen]
    kept = [v for v, used in zip(known, seen, strict=True) if used]
    rows = [row for row, used in zip(rows, some, strict=True) if used]
    return Form(a, lower[some], upper[some], cost[seen], offset, kept, rows)


def value_of(expr: Any) -> float:
    """Return the value of a sum of numbers times variables, many times faster than Pyomo."""
    numbers: list[float] = []
    variables: list[Any] = []
    constant = _collect(expr, 1.0, numbers, variables)
    return float(constant + sum(x * v.value for x, v in zip(numbers, variables, strict=True)))


def _collect(expr: Any, factor: float, numbers: list[float], variables: list[Any]) -> float:
    """Add the terms of a sum, times a factor, to two lists; return what is constant of it."""
    if expr.__class__ in native_numeric_types:
        return factor * expr  # type: ignore[no-any-return]
    if expr.__class__ is VarData:
        numbers.append(factor)
        variables.append(expr)
        return 0.0
    constant = 0.0
    stack = [(expr, factor)]
    while stack:
        part, f = stack.pop()
        kind = part.__class__
        if kind in _SUMS:
            for x in part.args:  # most of the time goes here
                kind = x.__class__
                if kind is MonomialTermExpression:
                    number, v = x.args
                    numbers.append(f * number)
                    variables.append(v)
                elif kind is VarData:
                    numbers.append(f)
                    variables.append(x)
                else:
                    stack.append((x, f))
        elif kind is MonomialTermExpression:
            number, v = part.args
            numbers.append(f * number)
            variables.append(v)
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
            numbers.append(f)
            variables.append(part)
        else:
            raise TypeError(f"expected numbers times variables, found {part}")
    return constant
