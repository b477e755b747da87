"""Engine: the hand-over of a Pyomo model to HiGHS, and the proof that comes back.

Pyomo stays the readable source of truth. Its standard form is handed to HiGHS as arrays, which is
several times faster than the translation of Pyomo's own interface and lets a thread solve without
touching the standard output.
"""

from __future__ import annotations

import gc
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

Progress = Callable[[dict[str, Any]], None]

_COMPILING = threading.Lock()
"""Pyomo sets its compiler up on first use, which two threads must not do at once."""


@dataclass(frozen=True)
class Settings:
    """How a solve may run."""

    gap: float = 1e-3
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0
    progress: Progress | None = None
    cancel: threading.Event | None = None
    write_model: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What the solver proved: an incumbent, a bound, and why it stopped."""

    status: str
    """optimal, within_gap, infeasible, cancelled or time_limit."""
    objective: float | None
    bound: float
    gap: float | None
    seconds: dict[str, float]
    model: dict[str, int]
    solver: str


STATUS = {
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "cancelled",
    highspy.HighsModelStatus.kHighsInterrupt: "cancelled",  # type: ignore[attr-defined]
}


@dataclass(frozen=True)
class Handover:
    """A model as HiGHS holds it, with the Pyomo variable and constraint of each column and row."""

    lp: highspy.HighsLp
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
    return Handover(lp, list(form.columns), rows, time.perf_counter() - start)


def solve(m: Any, settings: Settings, build_s: float = 0.0) -> Outcome:
    """Return the outcome of a solve; the incumbent is left in the variables of the model."""
    try:
        held = hand_over(m)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return _impossible(build_s)
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    if settings.write_model is not None:
        held.lp.col_names_ = [_label(v.name) for v in held.columns]
        held.lp.row_names_ = [_label(c.name) for c in held.rows]
    h.passModel(held.lp)
    if settings.write_model is not None:
        h.writeModel(str(settings.write_model))
    h.setOptionValue("threads", settings.threads)
    h.setOptionValue("random_seed", settings.seed)
    h.setOptionValue("mip_rel_gap", settings.gap)
    if settings.time_limit_s is not None:
        h.setOptionValue("time_limit", settings.time_limit_s)
    _listen(h, settings)
    start = time.perf_counter()
    h.run()
    if STATUS.get(h.getModelStatus()) == "infeasible":
        # Presolve has been seen to call a feasible model infeasible: ask again without it.
        h.setOptionValue("presolve", "off")
        h.clearSolver()
        h.run()
    solve_s = time.perf_counter() - start
    return _outcome(
        h, held, settings, {"build": build_s, "handover": held.seconds, "solve": solve_s}
    )


def _impossible(build_s: float) -> Outcome:
    """Return the outcome of a model that is refuted before a solver sees it."""
    seconds = {"build": build_s, "handover": 0.0, "solve": 0.0, "total": build_s}
    model = dict.fromkeys(("columns", "rows", "nonzeros", "integers", "nodes"), 0)
    return Outcome("infeasible", None, np.inf, None, seconds, model, _solver())


def _solver() -> str:
    return f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]


def _label(name: str) -> str:
    """Return a name in the letters that the LP format allows."""
    return re.sub(r"[^\w(),.]", "_", name.replace("[", "(").replace("]", ")"))


def _listen(h: highspy.Highs, settings: Settings) -> None:
    """Subscribe to incumbents and to the cancel event."""
    if settings.progress is not None:
        tell = settings.progress

        def improved(event: Any) -> None:
            out = event.data_out
            tell(
                {
                    "stage": "solve",
                    "seconds": out.running_time,
                    "objective": out.objective_function_value,
                    "bound": out.mip_dual_bound,
                    "gap": out.mip_gap,
                }
            )

        h.cbMipImprovingSolution.subscribe(improved)
    if settings.cancel is not None:
        stop = settings.cancel

        def interrupt(event: Any) -> None:
            if stop.is_set():
                event.interrupt()

        h.cbMipInterrupt.subscribe(interrupt)


def _outcome(
    h: highspy.Highs, held: Handover, settings: Settings, seconds: dict[str, float]
) -> Outcome:
    info, ended = h.getInfo(), h.getModelStatus()
    integers = sum(1 for v in held.columns if not v.is_continuous())
    model = {
        "columns": held.lp.num_col_,
        "rows": held.lp.num_row_,
        "nonzeros": len(held.lp.a_matrix_.value_),
        "integers": integers,
        "nodes": max(0, int(info.mip_node_count)),
    }
    seconds = {**seconds, "total": sum(seconds.values())}
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    status = STATUS.get(ended, "optimal")
    objective = float(info.objective_function_value) if found else None
    bound = float(info.mip_dual_bound) if integers else float(info.objective_function_value)
    gap = None
    if objective is not None:
        bound = min(bound, objective)  # they may cross by a rounding error
        gap = max(0.0, objective - bound) / max(abs(objective), np.finfo(float).tiny)
        if status == "optimal" and gap > 0:
            status = "optimal" if gap <= _PROVEN_GAP else "within_gap"
        _load(h, held)
    return Outcome(status, objective, bound, gap, seconds, model, f"HiGHS {h.version()}")


_PROVEN_GAP = 1e-6


def _load(h: highspy.Highs, held: Handover) -> None:
    for v, x in zip(held.columns, h.getSolution().col_value, strict=True):
        v.set_value(float(x) if v.is_continuous() else round(x), skip_validation=True)
