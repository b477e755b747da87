"""Demand: the field of each kind of workload that says how much of it there is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

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
