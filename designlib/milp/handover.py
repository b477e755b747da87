"""Handover: a Pyomo model as the arrays that HiGHS takes.

The standard form is many times faster to hand over than the translation of Pyomo's own interface,
and lets a thread solve without touching the standard output.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from designlib.milp.collector import resting_collector
from designlib.milp.linear import Form, standard_form


@dataclass(frozen=True)
class Handover:
    """A model as HiGHS holds it, with the Pyomo variable and constraint of each column and row."""

    lp: highspy.HighsLp
    form: Form
    seconds: float

    @property
    def columns(self) -> list[Any]:
        """Return the Pyomo variable of each column."""
        return self.form.columns

    @property
    def rows(self) -> list[Any]:
        """Return the Pyomo constraint of each row."""
        return self.form.rows

    @property
    def integers_count(self) -> int:
        """Return how many variables are whole numbers. [1]."""
        return sum(1 for v in self.form.columns if not v.is_continuous())


def hand_over(m: Any) -> Handover:
    """Return the model as arrays for HiGHS."""
    start = time.perf_counter()
    with resting_collector():
        form = standard_form(m)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(form.columns), len(form.rows)
        lp.col_cost_, lp.offset_ = form.cost, form.offset
        lp.row_lower_, lp.row_upper_ = form.lower, form.upper
        bounds = [v.bounds for v in form.columns]
        inf = highspy.kHighsInf
        lp.col_lower_ = np.array([-inf if low is None else low for low, _ in bounds], float)
        lp.col_upper_ = np.array([inf if high is None else high for _, high in bounds], float)
        integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [real if v.is_continuous() else integer for v in form.columns]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = form.a.indptr, form.a.indices
        lp.a_matrix_.value_ = form.a.data
        return Handover(lp, form, time.perf_counter() - start)


def write(held: Handover, path: Path) -> None:
    """Write the model with the names of its variables and rows."""
    held.lp.col_names_ = [_label(v.name) for v in held.columns]
    held.lp.row_names_ = [_label(c.name) for c in held.rows]
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.passModel(held.lp)
    h.writeModel(str(path))


def _label(name: str) -> str:
    """Return a name in the letters that the LP format allows."""
    return re.sub(r"[^\w(),.]", "_", name.replace("[", "(").replace("]", ")"))
