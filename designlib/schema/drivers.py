"""Drivers: what makes demand grow, stated once for all work that states no growth of its own."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from designlib.schema.base import Closed, Positive, absent

if TYPE_CHECKING:
    from designlib.schema.brief import BriefFields

FACTOR = "growth_factor_24_months"
OF_KIND = {
    "inference": "traffic_factor_24_months",
    "tiered-inference": "traffic_factor_24_months",
    "cpu-inference": "traffic_factor_24_months",
    "image-inference": "traffic_factor_24_months",
    "batch-inference": "traffic_factor_24_months",
    "training": "models_factor_24_months",
    "fine-tuning": "models_factor_24_months",
    "dedicated-training": "models_factor_24_months",
    "job-queue": "teams_factor_24_months",
}
"""Kind of workload -> the driver that it follows."""


class Growth(Closed):
    """The four drivers of growth, at month 24 over the start; what states its own keeps it."""

    traffic_factor_24_months: Positive | None = absent("Requests and items of services.")
    models_factor_24_months: Positive | None = absent("Models that are trained and tuned.")
    data_factor_24_months: Positive | None = absent("Data that storage keeps.")
    teams_factor_24_months: Positive | None = absent("Teams, and the jobs that they queue.")


def driven(brief: BriefFields) -> dict[str, Any]:
    """Return the fields of a brief that its drivers of growth change; a stated growth stays."""
    drivers = brief.growth
    if drivers is None:
        return {}
    workloads = tuple(
        _follows(w, FACTOR, getattr(drivers, OF_KIND.get(w.kind, ""), None))
        for w in brief.workloads
    )
    found: dict[str, Any] = {
        "workloads": workloads,
        "storage": _follows(brief.storage, FACTOR, drivers.data_factor_24_months),
    }
    if brief.teams is not None and drivers.teams_factor_24_months is not None:
        later = ceil(brief.teams.now_count * drivers.teams_factor_24_months)
        found["teams"] = _follows(brief.teams, "month_24_count", later)
    return found


def _follows(block: BaseModel, field: str, value: float | None) -> BaseModel:
    """Return a block with a value where it states none; the value stays one that is not stated."""
    if value is None or field in block.model_fields_set:
        return block
    copy = block.model_copy(update={field: value})
    copy.__pydantic_fields_set__.discard(field)
    return copy
