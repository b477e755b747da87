"""Live: one model that stays in the solver while briefs change, so that its basis is kept.

A changed brief that leaves rows and columns as they are patches costs, bounds, sides and
coefficients; anything else is handed over anew. The relaxation is then a few pivots away.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp.build import build
from designlib.milp.handover import Handover, hand_over
from designlib.milp.solver import solver
from designlib.milp.values import Name, name_of
from designlib.problem.tables import Problem

FEW_FRAC = 0.1
"""Share of the coefficients up to which patching them one by one is the faster way. [1]"""


class Live:
    """The relaxation of one problem after another."""

    def __init__(self) -> None:
        self.patched = 0
        """Models that were patched instead of handed over anew. [1]"""
        self._h = solver()
        self._h.setOptionValue("solve_relaxation", True)
        self._held: Handover | None = None
        self._names: tuple[list[Name], list[Name]] = ([], [])

    def bound(self, problem: Problem) -> float | None:
        """Return a cost that no design of a problem lies below, None where nothing fits."""
        m, _ = build(problem)
        try:
            self.load(hand_over(m))
        except InfeasibleConstraintException:  # a row without variables that cannot hold
            return None
        self._h.run()
        if self._h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(self._h.getInfo().objective_function_value)

    def load(self, held: Handover) -> None:
        """Add a model to the solver: a patch where rows and columns are those of the one before."""
        names = [name_of(v) for v in held.columns], [name_of(row) for row in held.rows]
        before, known = self._held, self._names
        self._held, self._names = held, names
        if before is not None and names == known and self._patch(before, held):
            self.patched += 1
            return
        basis = self._h.getBasis()
        self._h.passModel(held.lp)
        if basis.valid:
            self._h.setBasis(_carried(basis, known, names))

    def _patch(self, before: Handover, held: Handover) -> bool:
        """Write what differs into the solver; return False where that is not worth it."""
        old, new = before.form, held.form
        if not (
            np.array_equal(old.a.indptr, new.a.indptr)
            and np.array_equal(old.a.indices, new.a.indices)
        ):
            return False
        changed = np.flatnonzero(old.a.data != new.a.data)
        if len(changed) > FEW_FRAC * len(old.a.data):
            return False
        rows = np.searchsorted(new.a.indptr, changed, side="right") - 1
        for at, row in zip(changed, rows, strict=True):
            self._h.changeCoeff(int(row), int(new.a.indices[at]), float(new.a.data[at]))
        n, lp = len(new.columns), held.lp
        everywhere = np.arange(n, dtype=np.int32)
        self._h.changeColsCost(n, everywhere, new.cost)
        self._h.changeColsBounds(
            n, everywhere, np.asarray(lp.col_lower_), np.asarray(lp.col_upper_)
        )
        sides = np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper))
        for row in sides:
            self._h.changeRowBounds(int(row), float(new.lower[row]), float(new.upper[row]))
        self._h.changeObjectiveOffset(new.offset)
        return True


def _carried(basis: Any, known: tuple[list[Name], list[Name]], names: Any) -> Any:
    """Return the basis of one model for another, in which most columns and rows go by same names.

    A column that is new lies at its lower bound, and a new row is slack. As many may not be basic
    as there are rows: HiGHS mends what is called alien.
    """
    new, status = highspy.HighsBasis(), highspy.HighsBasisStatus
    columns = dict(zip(known[0], basis.col_status, strict=True))
    rows = dict(zip(known[1], basis.row_status, strict=True))
    new.col_status = [columns.get(name, status.kLower) for name in names[0]]
    new.row_status = [rows.get(name, status.kBasic) for name in names[1]]
    new.valid = new.alien = True
    return new
