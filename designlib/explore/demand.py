"""Demand: the field of each kind of workload that says how much of it there is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief

DEMAND: Final[Mapping[str, tuple[str, str]]] = {
    "training": ("tokens_count", "tokens"),
    "fine-tuning": ("runs_per_month_count", "runs/month"),
    "dedicated-training": ("gpus_count", "GPUs"),
    "job-queue": ("jobs_per_day", "jobs/day"),
    "inference": ("peak_requests_s", "requests/s"),
    "tiered-inference": ("peak_requests_s", "requests/s"),
    "batch-inference": ("items_per_month_count", "items/month"),
    "image-inference": ("studies_per_day", "studies/day"),
    "cpu-inference": ("peak_requests_s", "requests/s"),
}
"""Kind of workload -> its field and the unit of that field in words."""

LIMITS: Final[Mapping[str, str]] = {
    "deadline_days": "done in {:g} days",
    "max_hours": "a run within {:g} h",
    "queue_wait_p90_hours": "90 % of jobs start within {:g} h",
    "ttft_p95_s": "95 % of first tokens within {:g} s",
    "tpot_p95_s": "95 % of tokens within {:g} s",
    "wait_p99_s": "99 % of items wait less than {:g} s",
    "latency_p99_s": "99 % of answers within {:g} s",
    "window": "between {}",
}
"""Field of a workload that bounds its time -> the promise in words."""

DEMANDS: Final = [
    "workload", "name", "workload_class", "kind", "amount", "unit", "growth_factor_24_months",
    "promise",
]  # fmt: skip

ROUNDING: Final = 1e-9
"""A whole number is scaled up to the next one; 1.1 x 10 is 11.000000000000002 and stays 11."""


def scaled(amount: float, factor: float) -> float | int:
    """Return an amount times a factor; a whole number stays whole, rounded up."""
    if isinstance(amount, int):
        return math.ceil(amount * factor - ROUNDING)
    return amount * factor


def scaled_demand(brief: Brief, factor: float) -> dict[str, Any]:
    """Return the changes of a brief under which every workload asks for a multiple of its work.

    Parameters
    ----------
    brief : Brief
        The brief.
    factor : float
        Multiple of the demand that it states. [1]

    Returns
    -------
    dict
        Dotted path -> value, for ``Brief.with_changes``.
    """
    fields = {w.id: (w, DEMAND[w.kind][0]) for w in brief.workloads if w.kind in DEMAND}
    return {
        f"workloads.{i}.{field}": scaled(getattr(w, field), factor)
        for i, (w, field) in fields.items()
    }


def demands(brief: Brief) -> pd.DataFrame:
    """Return what each workload asks for: how much, of which kind, how it grows, and by when.

    Parameters
    ----------
    brief : Brief
        The brief.

    Returns
    -------
    pandas.DataFrame, shape (workloads, columns)
        ``workload``, ``name``, ``workload_class``, ``kind``; ``amount`` of its ``unit`` at the
        start; ``growth_factor_24_months`` [1]; ``promise``: its limits of time in words, empty
        where it has none. A workload that takes a share of the fleet has no amount of its own.
    """
    rows = []
    for w in brief.workloads:
        field, unit = DEMAND.get(w.kind, ("", ""))
        amount = getattr(w, field, None) if field else None
        limits = [
            words.format(getattr(w, name))
            for name, words in LIMITS.items()
            if getattr(w, name, None) is not None
        ]
        rows.append(
            (
                w.id, w.name or w.id, w.workload_class, w.kind,
                math.nan if amount is None else float(amount), unit,
                w.growth_factor_24_months, "; ".join(limits),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=DEMANDS)
