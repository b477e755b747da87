"""Records: the storage that images and audit trails take, on top of what the brief states."""

from __future__ import annotations

from typing import Any

from designlib.physics.records import DAYS_PER_YEAR, audit_tb, images_tb
from designlib.problem.context import Context
from designlib.problem.images import peak_per_s
from designlib.problem.tables import Series

SECONDS_PER_DAY = 86_400.0


def with_records(ctx: Context, needs: dict[str, Series]) -> dict[str, Series]:
    """Return the storage needs with images and audit trails added. [TB].

    The whole time that a record is kept is provided for at the rate of each date: what a law or a
    hospital keeps for years must have its place before it comes.
    """
    found = dict(needs)
    for resource, more in [*_images(ctx), *_audit(ctx)]:
        found[resource] = tuple(a + b for a, b in zip(found[resource], more, strict=True))
    return found


def _images(ctx: Context) -> list[tuple[str, Series]]:
    need, found = ctx.brief.storage, []
    for w in ctx.brief.workloads:
        if w.kind != "image-inference":
            continue
        days = {
            "hot_tb": need.images_hot_days or 0.0,
            "object_tb": (need.images_kept_years or 0.0) * DAYS_PER_YEAR,
        }
        for resource, kept in days.items():
            tb = ctx.demand(w, images_tb(w.studies_per_day, w.mb_per_study, kept))
            found.append((resource, tb))
            path = f"storage.{resource}.{w.id}"
            reason = f"images of {kept:,.0f} days at the rate of the last date"
            ctx.notes.append((path, round(tb[-1], 3), "TB", reason))
    return found


def _audit(ctx: Context) -> list[tuple[str, Series]]:
    block = ctx.brief.compliance
    if block is None or block.audit is None:
        return []
    audit, found = block.audit, []
    for w in ctx.brief.work():
        if w.id not in audit.workloads and _owner(ctx, w) not in audit.workloads:
            continue
        rate, mean = _rate(w)
        tb = audit_tb(rate, mean, audit.bytes_per_request, audit.retention_years)
        found.append(("object_tb", ctx.demand(w, tb)))
        reason = f"audit trail of {audit.retention_years:g} years at {mean:.0%} of the peak rate"
        ctx.notes.append((f"storage.audit.{w.id}", round(tb, 3), "TB", reason))
    return found


def _owner(ctx: Context, w: Any) -> str:
    """Return the id of the tiered service that a tier belongs to, else the workload's own."""
    for service in ctx.brief.workloads:
        if service.kind == "tiered-inference" and w.id in {tier.id for tier in service.tiers}:
            return str(service.id)
    return str(w.id)


def _rate(w: Any) -> tuple[float, float]:
    """Return the peak rate of the requests of a workload and its mean over its peak."""
    if w.kind == "image-inference":
        return peak_per_s(w), w.studies_per_day / SECONDS_PER_DAY / peak_per_s(w)
    day = getattr(w, "diurnal", None)
    return getattr(w, "peak_requests_s", 0.0), 1.0 / day.peak_to_mean if day else 1.0
