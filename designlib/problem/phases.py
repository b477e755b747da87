"""Phases: when the work of a phase is demanded, and how many GPUs may then be in service."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.problem.timeline import MONTHS_PER_DAY


def phase_of(brief: Brief, workload: Any) -> Any | None:
    """Return the phase that a workload belongs to, if it names one."""
    return next((p for p in brief.phases if p.id == workload.phase), None)


def window(brief: Brief, workload: Any) -> tuple[float, float]:
    """Return the months from which and until which a workload is demanded; without end: inf.

    The work of a phase starts at its need month. It goes on after that, but for a training run
    that the brief does not say to repeat: one run has to be done, which is over when the next phase
    begins, or at its deadline where that comes later.
    """
    phase = phase_of(brief, workload)
    if phase is None:
        return 0.0, float("inf")
    later = [p.need_month for p in brief.phases if p.need_month > phase.need_month]
    once = workload.kind == "training" and "runs_per_year" not in workload.model_fields_set
    if not later or not once:
        return float(phase.need_month), float("inf")
    deadline = phase.need_month + workload.deadline_days * MONTHS_PER_DAY
    return float(phase.need_month), max(float(min(later)), deadline)


def gpus_allowed(brief: Brief, month: float) -> float:
    """Return the most GPUs in service that the brief allows at a month; without a word: inf.

    The bound of a phase holds from its need month until the next one; that of the first phase also
    before. Where the fleet has bounds of its own, the tighter one holds.
    """
    bounds = [float("inf")]
    steps = brief.fleet.max_gpus
    if steps:
        bounds.append(max((float(s.count) for s in steps if s.month <= month), default=0.0))
    phases = sorted(brief.phases, key=lambda p: p.need_month)
    if phases:
        begun = [p for p in phases if p.need_month <= month] or phases[:1]
        if begun[-1].max_gpus_count is not None:
            bounds.append(float(begun[-1].max_gpus_count))
    return min(bounds)


def most_gpus(brief: Brief, workload: Any, months: tuple[int, ...]) -> float:
    """Return the most GPUs that a workload may ever use: its own limit, and that of the fleet."""
    start, end = window(brief, workload)
    fleet = [gpus_allowed(brief, m) for m in months if start <= m < end]
    own = getattr(workload, "max_gpus_count", None)
    return min(max(fleet, default=float("inf")), float("inf") if own is None else float(own))


def phase_notes(brief: Brief) -> list[tuple[str, Any, str, str]]:
    """Return what was assumed of phases: path, value, unit, reason."""
    found: list[tuple[str, Any, str, str]] = []
    for w in brief.workloads:
        start, end = window(brief, w)
        if end < float("inf"):
            reason = (
                "one run that has to be done: it is over when the next phase begins, "
                "and its GPUs are free for that phase"
            )
            found.append((f"workloads.{w.id}.phase", f"months {start:g} to {end:g}", "", reason))
    return found
