"""Queues: the ways to run a queue of small jobs so that its promised wait holds.

The jobs of each size get the slots that an M/M/c queue of their own needs. Those servers must be
there while everything else runs, and their hours are the queue's up to that load.
"""

from __future__ import annotations

from typing import Any

from designlib.physics.job_queue import offered_gpus, queue_servers, queue_wait_hours
from designlib.problem import stated
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option
from designlib.problem.tables import Candidate

LAW = "designlib.physics.job_queue: each size an M/M/c queue of its own, which bounds the wait"


def queue(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a queue of small jobs, one a pool."""
    found: dict[str, Candidate] = {}
    largest = max(g for g, share in workload.gpus_per_job.items() if share > 0)
    stated.note(ctx, f"workloads.{workload.id}.mean_hours")
    for option in options:
        key = f"{workload.id}-{option.pool}"
        if largest > option.machine.scale_up_gpus_count and option.fabric is None:
            reason = (
                f"jobs of {largest} GPUs span more than one scale-up domain of "
                f"{option.machine.scale_up_gpus_count}: they need a compute fabric"
            )
            ctx.drop(workload.id, key, option.pool, option.server.id, reason)
            continue
        found[key] = _candidate(ctx, workload, option)
    return found


def _candidate(ctx: Context, w: Any, option: Option) -> Candidate:
    sizes, wait = w.gpus_per_job, w.queue_wait_p90_hours
    hours = w.mean_hours * stated.slowdown(ctx, option, "bf16")
    arrivals = ctx.demand(w, w.jobs_per_day)
    needed = [queue_servers(rate, sizes, hours, wait, option.gpus) for rate in arrivals]
    servers = tuple(max(needed[: n + 1]) for n in range(len(needed)))
    offered = tuple(offered_gpus(rate, sizes, hours) for rate in arrivals)
    gpus = tuple(n * option.gpus for n in servers)
    waits = max(queue_wait_hours(rate, sizes, hours, wait) for rate in arrivals)
    busy = tuple(a / g for a, g in zip(offered, gpus, strict=True))
    return Candidate(
        w.id,
        option.pool,
        {},
        gang=servers,
        hours=tuple(n * HOURS_PER_MONTH for n in servers),
        slices=tuple(ctx.slices),
        spread=True,
        figures={
            "queue_wait_p90": _figure(waits, "h", low=0.0, limit=wait),
            "offered_gpus": _figure(offered[-1], "GPUs"),
            "hours_per_job": _figure(hours, "h"),
        },
        layout=f"jobs of {min(sizes)} to {max(sizes)} GPUs in slots of their size",
        precision="as given",
        gpus=gpus,
        busy_frac=busy,
    )


def _figure(
    value: float, unit: str, low: float | None = None, limit: float | None = None
) -> dict[str, Any]:
    found = {"value": value, "low": value if low is None else low, "high": value, "unit": unit}
    return {**found, "source": LAW} | ({} if limit is None else {"limit": limit})
