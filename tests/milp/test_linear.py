"""The standard form that is read off a model is the one that Pyomo's own compiler gives."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from designlib.milp.build import build
from designlib.milp.linear import standard_form
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem
from tests.milp.toys import TOYS
from tests.toy_problem import everything


def rows_of(matrix, columns, sides):
    """Return the rows as sets of (variable, coefficient) with their sides, in any order."""
    a = matrix.tocsr()
    found = []
    for n, (low, high) in enumerate(sides):
        at = slice(a.indptr[n], a.indptr[n + 1])
        terms = zip(a.indices[at], a.data[at], strict=True)
        row = {columns[j].name: float(x) for j, x in terms if x}
        if row and next(iter(sorted(row.items())))[1] < 0:  # -x <= 1 is x >= -1
            row, low, high = {v: -x for v, x in row.items()}, -high, -low
        found.append((sorted(row.items()), low + 0.0, high + 0.0))
    return sorted(row for row in found if row[0])


def theirs(m):
    form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    sides = [
        (x if row.bound_type <= 0 else -np.inf, x if row.bound_type >= 0 else np.inf)
        for row, x in zip(form.rows, form.rhs, strict=True)
    ]
    cost = dict(zip((v.name for v in form.columns), form.c.toarray().ravel(), strict=True))
    return rows_of(form.A, form.columns, sides), cost, float(np.ravel(form.c_offset)[0])


def flat(rows):
    names = [tuple(v for v, _ in row) for row, _, _ in rows]
    numbers = [x for row, low, high in rows for x in (*(c for _, c in row), low, high)]
    return names, numbers


@pytest.mark.parametrize(
    "problem",
    [*TOYS.values(), everything, hard_problem, *(lambda n=n: random_problem(n) for n in range(8))],
)
def test_the_form_is_that_of_the_compiler(problem):
    m, _ = build(problem())
    ours = standard_form(m)
    rows, cost, offset = theirs(m)
    mine = rows_of(ours.a, ours.columns, list(zip(ours.lower, ours.upper, strict=True)))
    (names, numbers), (their_names, their_numbers) = flat(mine), flat(rows)
    assert names == their_names
    np.testing.assert_allclose(numbers, their_numbers, rtol=1e-12, atol=1e-9)
    assert dict(zip((v.name for v in ours.columns), ours.cost, strict=True)) == pytest.approx(cost)
    assert ours.offset == pytest.approx(offset)


def model():
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2])
    m.y = pyo.Var()
    m.f = pyo.Var(initialize=3)
    m.f.fix(3)
    m.cost = pyo.Objective(expr=m.x[1] + 0 * m.x[2] + 2 * m.f)
    m.rows = pyo.ConstraintList()
    return m


def test_every_way_to_write_a_sum_is_read():
    m = model()
    m.rows.add(m.x[1] >= 2 * m.x[2] + 3 - 0.5 * (m.x[1] - m.y))
    m.rows.add(-(m.x[1] - 1) * 2 <= m.y / 4 + m.f)
    m.rows.add((1, m.x[1] + m.f * 2, 9))
    m.rows.add(m.x[1] - m.x[1] + m.y == 4)
    ours = standard_form(m)
    assert [v.name for v in ours.columns] == ["x[1]", "x[2]", "y"]
    assert ours.a.toarray().tolist() == [[-1.5, 2, 0.5], [-2, 0, -0.25], [1, 0, 0], [0, 0, 1]]
    assert ours.lower.tolist() == [-np.inf, -np.inf, -5, 4]
    assert ours.upper.tolist() == [-3, 1, 3, 4]
    assert (ours.cost.tolist(), ours.offset) == ([1, 0, 0], 6)


def test_what_is_left_of_coefficients_that_cancel_is_not_in_the_matrix():
    m = model()
    m.rows.add(0.1 * m.x[1] + 0.2 * m.x[1] - 0.3 * m.x[1] + m.y <= 1)
    assert 0.1 + 0.2 - 0.3 != 0
    assert [v.name for v in standard_form(m).columns] == ["x[1]", "y"]
    assert standard_form(m).a.toarray().tolist() == [[0, 1]]


def test_a_row_without_variables_holds_or_is_refused():
    m = model()
    m.rows.add(m.f <= 3)
    assert standard_form(m).rows == []
    m.rows.add(m.f >= 4)
    with pytest.raises(InfeasibleConstraintException, match="cannot hold"):
        standard_form(m)


@pytest.mark.parametrize("broken", [lambda m: m.x[1] * m.y <= 1, lambda m: m.x[1] ** 2 <= 1])
def test_what_is_no_sum_is_refused(broken):
    m = model()
    m.rows.add(broken(m))
    with pytest.raises(TypeError, match="expected"):
        standard_form(m)
