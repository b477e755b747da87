"""Images: the ways to serve studies of images, each a measured time of one GPU."""

from __future__ import annotations

from math import inf
from typing import Any

from designlib.physics.job_queue import servers_within_wait
from designlib.physics.queueing import wait_tail
from designlib.problem import stated
from designlib.problem.context import Context
from designlib.problem.machines import Option
from designlib.problem.services import SPREADS, apart, rising
from designlib.problem.tables import Candidate

LAW = "designlib.physics.queueing: M/M/c, which bounds the wait of studies of equal length"
SECONDS_PER_HOUR = 3600
_LATE = 0.01


def peak_per_s(workload: Any) -> float:
    """Return the studies a second in the busiest time of a day. [1/s]."""
    mean = workload.studies_per_day / (workload.busy_hours * SECONDS_PER_HOUR)
    return float(mean * workload.peak_factor)


def images(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of image inference, one a pool and way to keep servers apart."""
    stated.note(ctx, f"workloads.{workload.id}.gpu_seconds_per_study")
    found: dict[str, Candidate] = {}
    for option in options:
        for extra in range(SPREADS):
            key = f"{workload.id}-{option.pool}-spread{extra + 1}"
            found[key] = _candidate(ctx, workload, option, extra)
    return found


def _candidate(ctx: Context, w: Any, option: Option, extra: int) -> Candidate:
    seconds = w.gpu_seconds_per_study * stated.slowdown(ctx, option, w.precision)
    rates = ctx.demand(w, peak_per_s(w))
    serving = [servers_within_wait(rate, seconds, w.wait_p99_s, _LATE) for rate in rates]
    ways = [apart(ctx, w, n, option.gpus)[extra] for n in serving]
    replicas = rising([n for _, n in ways])
    held = tuple(n / option.gpus for n in replicas)
    late = wait_tail(serving[-1], rates[-1], seconds, w.wait_p99_s)
    return Candidate(
        w.id,
        option.pool,
        dict.fromkeys(ctx.slices, held),
        apart=rising([servers for servers, _ in ways]),
        figures={
            "seconds_per_study": _figure(seconds, "s"),
            "offered_gpus": _figure(rates[-1] * seconds, "GPUs"),
            "serving_gpus": _figure(float(serving[-1]), "GPUs"),
            "late_share": _figure(late, "1", limit=_LATE),
        },
        layout=f"one GPU a study over {ways[-1][0]} servers",
        precision=w.precision,
        gpus=replicas,
        replicas=replicas,
        busy_frac=tuple(r * seconds / n for r, n in zip(rates, replicas, strict=True)),
        batch=1.0,
    )


def _figure(value: float, unit: str, limit: float = inf) -> dict[str, Any]:
    found = {"value": value, "low": value, "high": value, "unit": unit, "source": LAW}
    return found if limit == inf else {**found, "limit": limit}
