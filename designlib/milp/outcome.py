"""Outcome: what a search proved, an incumbent and a bound, and why it stopped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from designlib.milp.handover import Handover
from designlib.milp.stages import Start
from designlib.milp.watch import Best

STATUS = {
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "time_limit",
    highspy.HighsModelStatus.kInterrupt: "cancelled",
    highspy.HighsModelStatus.kHighsInterrupt: "cancelled",  # type: ignore[attr-defined]
}
_PROVEN_GAP = 1e-6
_TINY = float(np.finfo(float).tiny)


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


def impossible(seconds: dict[str, float]) -> Outcome:
    """Return the outcome of a model that is refuted before a solver sees it."""
    model = dict.fromkeys(("columns", "rows", "nonzeros", "integers", "nodes"), 0)
    return Outcome("infeasible", None, np.inf, None, _summed(seconds), model, _solver())


def refuted(held: Handover, seconds: dict[str, float]) -> Outcome:
    """Return the outcome of a model of which it is proven in another way that nothing fits it."""
    return Outcome("infeasible", None, np.inf, None, _summed(seconds), _size(held), _solver())


def left(held: Handover, best: Best, seconds: dict[str, float]) -> Outcome:
    """Return the outcome of a search that was left before it ended: the best of it so far."""
    size, solver = _size(held), _solver()
    if best.values is None:
        return Outcome("cancelled", None, best.bound, None, _summed(seconds), size, solver)
    _load(best.values, held)
    bound = min(best.bound, best.objective)
    gap = _gap(best.objective, bound)
    return Outcome("cancelled", best.objective, bound, gap, _summed(seconds), size, solver)


def ended(
    h: highspy.Highs, held: Handover, start: Start | None, seconds: dict[str, float]
) -> Outcome:
    """Return the outcome of a search that ended by itself; its design is left in the variables."""
    info, end = h.getInfo(), h.getModelStatus()
    model = _size(held, max(0, int(info.mip_node_count)))
    skipped = end == highspy.HighsModelStatus.kNotset  # a start that is good enough was known
    status = "optimal" if skipped else STATUS.get(end, "optimal")
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    objective = float(info.objective_function_value) if found else None
    values: Any = h.getSolution().col_value if found else None
    bound = float(info.mip_dual_bound if model["integers"] else info.objective_function_value)
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
        gap = _gap(objective, bound)
        if status == "optimal" and gap > 0:
            status = "optimal" if gap <= _PROVEN_GAP else "within_gap"
        _load(values, held)
    return Outcome(status, objective, bound, gap, _summed(seconds), model, _solver())


def within(outcome: Outcome, bound: float) -> Outcome:
    """Return an outcome with another bound, and the gap that follows from it."""
    objective = outcome.objective or 0.0
    bound = min(bound, objective)
    gap = _gap(objective, bound)
    status = "optimal" if gap <= _PROVEN_GAP else "within_gap"
    return replace(outcome, bound=bound, gap=gap, status=status)


def _gap(objective: float, bound: float) -> float:
    return max(0.0, objective - bound) / max(abs(objective), _TINY)


def _summed(seconds: dict[str, float]) -> dict[str, float]:
    return {**seconds, "total": sum(seconds.values())}


def _size(held: Handover, nodes: int = 0) -> dict[str, int]:
    return {
        "columns": held.lp.num_col_,
        "rows": held.lp.num_row_,
        "nonzeros": len(held.lp.a_matrix_.value_),
        "integers": held.integers_count,
        "nodes": nodes,
    }


def _solver() -> str:
    return f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]


def _load(values: Any, held: Handover) -> None:
    for v, x in zip(held.columns, values, strict=True):
        v.set_value(float(x) if v.is_continuous() else round(x), skip_validation=True)
