"""Engine: the hand-over of a Pyomo model to HiGHS, and the proof that comes back.

Pyomo stays the readable source of truth. Its standard form is handed to HiGHS as arrays, which is
several times faster than the translation of Pyomo's own interface and lets a thread solve without
touching the standard output.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp.handover import Handover, hand_over, write
from designlib.milp.stages import Start, look
from designlib.milp.values import Array, Values, balanced
from designlib.milp.watch import Progress, event, listen, stop_on_cancel


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
    stages: bool | None = None
    """Whether a smaller search comes first; by default where the model is large."""


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


def solve(
    m: Any,
    settings: Settings,
    build_s: float = 0.0,
    known: Values | None = None,
    refuted: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Return the outcome of a solve; the incumbent is left in the variables of the model.

    A design that is ``known`` beforehand, also one of another model, is the first incumbent where
    it is balanced in this one. Where the smaller search finds none, ``refuted`` is asked whether it
    is proven in another way that there is none: that takes less than to search all.
    """
    try:
        held = hand_over(m)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return _impossible(build_s)
    if settings.write_model is not None:
        write(held, settings.write_model)
    begun = time.perf_counter()
    first = None if known is None else balanced(known, held)
    looks = hasattr(m, "kind_of") and (first is not None or _is_large(held, settings))
    start = _look(m, held, settings, begun, first) if looks else None
    h = _solver_of(held, settings, begun)
    nothing = looks and (start is None or start.values is None) and refuted()
    # Else what was asked for may be proven already.
    if not nothing and (start is None or start.gap > settings.gap):
        h.setOptionValue("time_limit", _left(settings, begun))
        _search(h, held, start, settings, begun)
    seconds = {
        "build": build_s,
        "handover": held.seconds,
        "solve": time.perf_counter() - begun,
    }
    outcome = _outcome(h, held, start, seconds)
    return replace(outcome, status="infeasible", bound=np.inf) if nothing else outcome


def _search(h: Any, held: Handover, start: Start | None, settings: Settings, begun: float) -> None:
    """Run the long search, from a start where there is one."""
    if start is not None:
        n = len(start.lower)
        h.changeColsBounds(n, np.arange(n, dtype=np.int32), start.lower, start.upper)
        if start.values is not None:
            first = highspy.HighsSolution()
            first.col_value = list(start.values)
            h.setSolution(first)
    known = -np.inf if start is None else start.bound
    listen(h, settings.progress, settings.cancel, begun, known)
    h.run()
    if STATUS.get(h.getModelStatus()) == "infeasible" and (start is None or start.values is None):
        # Presolve has been seen to call a feasible model infeasible: ask again without it.
        h.passModel(held.lp)
        h.setOptionValue("presolve", "off")
        h.run()


LARGE = 1000
"""Whole numbers above which a smaller search pays before the long one. [1]"""


def _is_large(held: Handover, settings: Settings) -> bool:
    """Return whether a smaller search comes first."""
    if settings.stages is not None:
        return settings.stages
    return sum(1 for v in held.columns if not v.is_continuous()) > LARGE


def _look(
    m: Any, held: Handover, settings: Settings, begun: float, first: tuple[Array, float] | None
) -> Start | None:
    """Return the start that a known design or a smaller search gives, None where nothing fits."""

    def solver(gap: float) -> Any:
        h = _solver_of(held, replace(settings, gap=gap), begun)
        stop_on_cancel(h, settings.cancel)
        return h

    best = np.inf

    def tell(cost: float, bound: float) -> None:
        nonlocal best
        if settings.progress is not None and cost < best:
            best = cost
            settings.progress(event(begun, cost, bound))

    start = look(m, held, solver, settings.gap, first, tell)
    if start is not None and start.values is not None:
        tell(start.objective, start.bound)
    return start


def _solver_of(held: Handover, settings: Settings, begun: float) -> Any:
    """Return a solver that holds the model, with the time that is left."""
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    h.passModel(held.lp)
    h.setOptionValue("threads", settings.threads)
    h.setOptionValue("random_seed", settings.seed)
    h.setOptionValue("mip_rel_gap", settings.gap)
    # The root is long beside its tree here, and a good design is known: to go through the root
    # again takes half as long again and lifts no bound.
    h.setOptionValue("mip_allow_restart", False)
    h.setOptionValue("time_limit", _left(settings, begun))
    return h


def _left(settings: Settings, begun: float) -> float:
    """Return the time that is left. [s]."""
    if settings.time_limit_s is None:
        return np.inf
    return max(0.0, settings.time_limit_s - (time.perf_counter() - begun))


def _impossible(build_s: float) -> Outcome:
    """Return the outcome of a model that is refuted before a solver sees it."""
    seconds = {"build": build_s, "handover": 0.0, "solve": 0.0, "total": build_s}
    model = dict.fromkeys(("columns", "rows", "nonzeros", "integers", "nodes"), 0)
    return Outcome("infeasible", None, np.inf, None, seconds, model, _solver())


def _solver() -> str:
    return f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]


def _outcome(
    h: highspy.Highs, held: Handover, start: Start | None, seconds: dict[str, float]
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
    skipped = ended == highspy.HighsModelStatus.kNotset  # a start that is good enough was known
    status = "optimal" if skipped else STATUS.get(ended, "optimal")
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    objective = float(info.objective_function_value) if found else None
    values: Any = h.getSolution().col_value if found else None
    bound = float(info.mip_dual_bound) if integers else float(info.objective_function_value)
    if skipped:
        bound = -np.inf
    elif status == "infeasible" and start is not None and start.values is not None:
        status, bound = "optimal", start.objective  # nothing cheaper is left
    if start is not None:
        bound = max(bound, start.bound)
        if start.values is not None and (objective is None or start.objective < objective):
            objective, values = start.objective, start.values
    gap = None
    if objective is not None and values is not None:
        bound = min(bound, objective)  # they may cross by a rounding error
        gap = max(0.0, objective - bound) / max(abs(objective), _TINY)
        if status == "optimal" and gap > 0:
            status = "optimal" if gap <= _PROVEN_GAP else "within_gap"
        _load(values, held)
    return Outcome(status, objective, bound, gap, seconds, model, f"HiGHS {h.version()}")


_PROVEN_GAP = 1e-6
_TINY = float(np.finfo(float).tiny)


def _load(values: Any, held: Handover) -> None:
    for v, x in zip(held.columns, values, strict=True):
        v.set_value(float(x) if v.is_continuous() else round(x), skip_validation=True)


def within(outcome: Outcome, bound: float) -> Outcome:
    """Return an outcome with another bound, and the gap that follows from it."""
    objective = outcome.objective or 0.0
    bound = min(bound, objective)
    gap = max(0.0, objective - bound) / max(abs(objective), _TINY)
    status = "optimal" if gap <= _PROVEN_GAP else "within_gap"
    return replace(outcome, bound=bound, gap=gap, status=status)
