"""Phases: when a workload has to run, and how many GPUs may be in service, by the brief alone."""

from __future__ import annotations

from math import inf
from typing import Any

from designlib.brief import Brief

DAYS_PER_MONTH = 365.25 / 12


def demanded(brief: Brief, w: Any, month: int) -> bool:
    """Return whether a workload has to run in the interval that begins at a month.

    Work of a phase begins at its need month. A single training run ends with the phase: at the need
    month of the next one, or at its deadline where that is later.
    """
    by_id = {phase.id: phase.need_month for phase in brief.phases}
    if w.phase is None:
        return True
    begin = by_id[w.phase]
    if month < begin:
        return False
    single = w.kind == "training" and "runs_per_year" not in w.model_fields_set
    following = min((m for m in by_id.values() if m > begin), default=None)
    if not single or following is None:
        return True
    return bool(month < max(following, begin + w.deadline_days / DAYS_PER_MONTH))


def gpus_in_service_max(brief: Brief, month: int) -> float:
    """Return the bound of the phase that a month lies in; before the first phase it is the first's.

    Without phases, or where the phase has no bound: inf.
    """
    ordered = sorted(brief.phases, key=lambda phase: phase.need_month)
    current = None
    for phase in ordered:
        if current is None or phase.need_month <= month:
            current = phase
    return inf if current is None or current.max_gpus_count is None else current.max_gpus_count
