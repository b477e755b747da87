"""Handover: a Pyomo model as the arrays that HiGHS takes.

Pyomo's standard form is several times faster to hand over than the translation of Pyomo's own
interface, and lets a thread solve without touching the standard output.
"""

from __future__ import annotations

import gc
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

_COMPILING = threading.Lock()
"""Pyomo sets its compiler up on first use, which two threads must not do at once."""


@dataclass(frozen=True)
class Handover:
    """A model as HiGHS holds it, with the Pyomo variable and constraint of each column and row."""

    lp: highspy.HighsLp
    a: Any
    """The matrix by rows, as scipy holds it."""
    columns: list[Any]
    rows: list[Any]
    seconds: float


def hand_over(m: Any) -> Handover:
    """Return the model as arrays for HiGHS."""
    start = time.perf_counter()
    resting = gc.isenabled()
    gc.disable()
    try:
        with _COMPILING:
            form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    finally:
        if resting:
            gc.enable()
    a = form.A.tocsr()
    kind = np.fromiter((row.bound_type for row in form.rows), np.int8, a.shape[0])
    rhs = np.asarray(form.rhs, float)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(form.columns), a.shape[0]
    lp.col_cost_ = np.asarray(form.c.todense()).ravel()
    lp.offset_ = float(np.asarray(form.c_offset).ravel()[0])
    lp.row_lower_ = np.where(kind <= 0, rhs, -highspy.kHighsInf)
    lp.row_upper_ = np.where(kind >= 0, rhs, highspy.kHighsInf)
    bounds = [v.bounds for v in form.columns]
    lp.col_lower_ = np.array([-highspy.kHighsInf if b is None else b for b, _ in bounds], float)
    lp.col_upper_ = np.array([highspy.kHighsInf if b is None else b for _, b in bounds], float)
    integer, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [real if v.is_continuous() else integer for v in form.columns]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = a.indptr, a.indices, a.data
    rows = [row.constraint for row in form.rows]
    return Handover(lp, a, list(form.columns), rows, time.perf_counter() - start)


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
