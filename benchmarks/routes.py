"""Routes: other ways to give the matrix of a model to HiGHS, for comparison.

linopy and PuLP start from the finished matrix, which spares them the work of our layers: that
flatters them. They are an optional extra (``pip install designlib[benchmark]``).
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array

from designlib.milp.linear import Form


def by_numpy(form: Form, lp: Any) -> Any:
    """Return HiGHS with the model from triples of row, column and value: the floor."""
    triples = form.a.tocoo()
    a = coo_array((triples.data, (triples.row, triples.col)), shape=form.a.shape).tocsr()
    new = highspy.HighsLp()
    new.num_col_, new.num_row_ = lp.num_col_, lp.num_row_
    new.col_cost_, new.offset_ = form.cost, form.offset
    new.col_lower_, new.col_upper_ = lp.col_lower_, lp.col_upper_
    new.row_lower_, new.row_upper_ = form.lower, form.upper
    new.integrality_ = lp.integrality_
    new.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    new.a_matrix_.start_, new.a_matrix_.index_, new.a_matrix_.value_ = a.indptr, a.indices, a.data
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.passModel(new)
    return h


def _whole(lp: Any) -> np.ndarray[Any, Any]:
    return np.array([kind == highspy.HighsVarType.kInteger for kind in lp.integrality_])


def by_linopy(form: Form, lp: Any) -> Any:
    """Return HiGHS with the model as linopy hands it over; rows of like length go together."""
    import linopy
    import xarray as xr
    from linopy.io import to_highspy

    m = linopy.Model()
    whole = _whole(lp)
    low, high = np.array(lp.col_lower_), np.array(lp.col_upper_)
    label = np.empty(len(low), int)
    for integer in (False, True):
        mine = np.flatnonzero(whole == integer)
        if len(mine):
            v = m.add_variables(
                xr.DataArray(low[mine], dims="v"),
                xr.DataArray(high[mine], dims="v"),
                integer=integer,
                name=f"x{integer:d}",
            )
            label[mine] = v.labels.values
    cost = np.flatnonzero(form.cost)
    m.add_objective(_expression(m, label[cost][None], form.cost[cost][None]).sum())
    lengths = np.diff(form.a.indptr)
    for side, sign, values in (("<=", 1, form.upper), (">=", 0, form.lower)):
        rows = np.flatnonzero(np.isfinite(values))
        for width in sorted({int(np.ceil(np.log2(max(1, n)))) for n in lengths[rows]}):
            alike = rows[np.ceil(np.log2(np.maximum(1, lengths[rows]))) == width]
            terms = np.full((len(alike), 2**width), -1)
            data = np.full((len(alike), 2**width), np.nan)
            for k, r in enumerate(alike):
                at = slice(form.a.indptr[r], form.a.indptr[r + 1])
                terms[k, : lengths[r]] = label[form.a.indices[at]]
                data[k, : lengths[r]] = form.a.data[at]
            right = xr.DataArray(values[alike], dims="r")
            m.add_constraints(_expression(m, terms, data), side, right, name=f"rows{sign}{width}")
    return to_highspy(m)


def _expression(m: Any, terms: Any, data: Any) -> Any:
    import linopy
    import xarray as xr

    table = xr.Dataset({"coeffs": (("r", "_term"), data), "vars": (("r", "_term"), terms)})
    return linopy.LinearExpression(table, m)


def by_pulp(form: Form, lp: Any) -> Any:
    """Return HiGHS with the model as PuLP hands it over."""
    import pulp

    problem = pulp.LpProblem("model", pulp.LpMinimize)
    inf = highspy.kHighsInf
    x = [
        pulp.LpVariable(f"x{j}", None if a == -inf else a, None if b == inf else b, kind)
        for j, (a, b, kind) in enumerate(
            zip(
                lp.col_lower_,
                lp.col_upper_,
                np.where(_whole(lp), pulp.LpInteger, pulp.LpContinuous),
                strict=True,
            )
        )
    ]
    problem += pulp.LpAffineExpression([(x[j], form.cost[j]) for j in np.flatnonzero(form.cost)])
    for r, (low, high) in enumerate(zip(form.lower, form.upper, strict=True)):
        at = slice(form.a.indptr[r], form.a.indptr[r + 1])
        terms = zip(form.a.indices[at], form.a.data[at], strict=True)
        expression = pulp.LpAffineExpression([(x[j], float(v)) for j, v in terms])
        if low == high:
            problem += expression == float(high)
        elif np.isfinite(high):
            problem += expression <= float(high)
        else:
            problem += expression >= float(low)
    solver = pulp.HiGHS(msg=False)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    return problem.solverModel
