"""Ways: every piece of work of a brief and the candidates that can run it.

A workload sees only the pools that the rules on its data leave it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designlib.problem import (
    batches,
    compliance,
    cpus,
    dedicated,
    existing,
    images,
    jobs,
    queues,
    rented,
    services,
    shares,
    tiers,
)
from designlib.problem.context import Context
from designlib.problem.machines import Option
from designlib.problem.tables import Candidate, Pool

Way = Callable[[Context, Any, list[Option]], dict[str, Candidate]]


def _tuned(ctx: Context, w: Any, options: list[Option]) -> dict[str, Candidate]:
    return jobs.candidates(ctx, jobs.fine_tuning(ctx, w), options)


def _trained(ctx: Context, w: Any, options: list[Option]) -> dict[str, Candidate]:
    return jobs.candidates(ctx, jobs.pretraining(ctx, w), options)


def _served(ctx: Context, w: Any, options: list[Option]) -> dict[str, Candidate]:
    return _served_here(ctx, w, options) | rented.candidates(ctx, w, options)


def _served_here(ctx: Context, w: Any, options: list[Option]) -> dict[str, Candidate]:
    return services.serving(ctx, w, options) | tiers.smaller_weights(ctx, w, options)


WAYS: dict[str, Way] = {
    "fine-tuning": _tuned,
    "training": _trained,
    "dedicated-training": dedicated.dedicated,
    "job-queue": queues.queue,
    "inference": _served,
    "batch-inference": batches.batch,
    "image-inference": images.images,
    "fleet-share": shares.share,
}
"""Kind of work -> its candidates on pools of GPU servers."""

IN_POOLS: dict[str, Way] = {"inference": _served_here}
"""Kind of work -> its candidates that rent nothing, where some of the above do."""


def candidates(
    ctx: Context,
    options: list[Option],
    cpu_pools: dict[str, Pool],
    cpu_servers: dict[str, Any],
    old: dict[str, existing.Old],
) -> dict[str, Candidate]:
    """Return the candidates of every piece of work, each only in pools that may hold its data."""
    found: dict[str, Candidate] = {}
    for w in ctx.brief.work():
        zone = compliance.zone_of(ctx.brief, w)
        if w.kind in cpus.KINDS:
            found |= cpus.serving(ctx, w, cpus.in_zone(cpu_pools, zone), cpu_servers)
            continue
        mine = [option for option in options if option.zone == zone]
        mine = compliance.allowed(ctx, w, mine)
        found |= WAYS[w.kind](ctx, w, mine)
        found |= existing.beside(ctx, w, IN_POOLS.get(w.kind, WAYS[w.kind]), mine, old)
    return found
