"""Software: the capabilities that the workloads need.

And the orchestrators and components that provide them.
"""

from __future__ import annotations

from designlib.problem import compliance
from designlib.problem.context import Context
from designlib.problem.tables import Demand, Software

STACK = ("orchestrator", "component")
SERVING = (
    "inference",
    "tiered-inference",
    "batch-inference",
    "image-inference",
    "cpu-inference",
    "fleet-share",
)


def software(ctx: Context) -> dict[str, Software]:
    """Return the orchestrators and components of the catalog."""
    fte = ctx.staff_per_fte_month()
    extra = ctx.constant("staff", "fte_per_extra_scheduler_count")
    found: dict[str, Software] = {}
    useful = {*capabilities(ctx), "identity"}
    for part in ctx.catalog.software.values():
        if part.kind not in STACK:
            continue
        if part.kind == "component" and not useful.intersection(part.provides):
            continue
        servers = part.specs.control_servers_count
        joins = "identity" in part.provides
        found[part.id] = Software(
            tuple(part.provides),
            tuple(part.requires),
            0.0 if servers is None else servers.value,
            0.0,
            staff_per_month=fte * extra if joins else 0.0,
            orchestrator=part.kind == "orchestrator",
        )
    return found


def capabilities(ctx: Context) -> dict[str, str]:
    """Return the capabilities that the workloads need, each with the reason."""
    needs: dict[str, str] = {}
    for w in ctx.brief.workloads:
        if w.kind in SERVING:
            needs.setdefault("services", f"{w.id} is a service or a batch of one")
            if getattr(w, "diurnal", None) is not None:
                needs.setdefault("autoscaling", f"{w.id} follows the day")
        else:
            needs.setdefault("gang", f"{w.id} starts on all its GPUs at once")
    if ctx.brief.teams is not None:
        needs.setdefault("quotas", "teams have guaranteed quotas")
        if ctx.brief.teams.chargeback:
            needs.setdefault("metering", "teams are charged for what they use")
    if any(w.kind == "job-queue" for w in ctx.brief.workloads):
        needs.setdefault("fair-share", "a queue of many small jobs promises a wait")
    if ctx.brief.versions is not None:
        needs.setdefault("rolling-updates", "versions follow each other without a pause")
    return {**compliance.capabilities(ctx.brief), **needs}


def software_demands(ctx: Context) -> list[Demand]:
    """Return the capabilities and the control servers that every design needs."""
    ones = (1.0,) * len(ctx.dates)
    found = [Demand("capability", c, ones, "workloads", scales=False) for c in capabilities(ctx)]
    base = ctx.constant("control", "base_servers_count")
    found.append(
        Demand(
            "control_servers",
            ctx.site.id,
            tuple(base for _ in ctx.dates),
            "orchestration",
            scales=False,
        )
    )
    return found
