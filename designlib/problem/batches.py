"""Batches: the ways to work through batch inference in its window, without a latency limit."""

from __future__ import annotations

from typing import Any

from designlib.physics.misfit import Misfit
from designlib.physics.serving import BatchReplica, batch_replica
from designlib.problem.context import Context
from designlib.problem.machines import Option, shape_of
from designlib.problem.replicas import Layout, layouts
from designlib.problem.services import LAW
from designlib.problem.tables import Candidate

SECONDS_PER_HOUR = 3600


def batch(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of batch inference.

    Server-hours in the window, on the best layout of each pool.
    """
    found: dict[str, Candidate] = {}
    shape = shape_of(ctx, workload)
    slices = ctx.window_slices(workload.window)
    items = ctx.demand(workload, workload.items_per_month_count)
    tried: dict[str, tuple[BatchReplica | Misfit, Layout]] = {}
    for option in options:
        key = f"{workload.id}-{option.pool}"
        if option.server.id not in tried:
            tried[option.server.id] = _best_batch(workload, shape, option)
        best, layout = tried[option.server.id]
        if isinstance(best, Misfit):
            ctx.drop(workload.id, key, option.pool, option.server.id, best.reason)
            continue
        share = layout.gpus / option.gpus
        hours = tuple(share * n / best.requests_s / SECONDS_PER_HOUR for n in items)
        window = sum(ctx.slice_hours[s] for s in slices)
        rates = {
            "requests_per_s": (
                best.requests_s,
                best.low_requests_s,
                best.high_requests_s,
                "requests/s",
            ),
        }
        found[key] = Candidate(
            workload.id,
            option.pool,
            {},
            hours=hours,
            slices=slices,
            figures={
                name: {"value": v, "low": low, "high": high, "unit": unit, "source": LAW}
                for name, (v, low, high, unit) in rates.items()
            },
            layout=f"{layout.word}, {best.binding}-bound",
            precision=f"{workload.weight_bits}-bit weights",
            gpus=tuple(h / window * option.gpus for h in hours),
            busy_frac=(1.0,) * len(hours),
            batch=float(best.batch),
        )
    return found


def _best_batch(workload: Any, shape: Any, option: Option) -> tuple[BatchReplica | Misfit, Layout]:
    """Return the layout with the most requests a second and GPU."""
    best: tuple[BatchReplica | Misfit, Layout] | None = None
    for layout in layouts(option, shape):
        one = batch_replica(
            shape,
            option.machine,
            tensor_parallel=layout.tensor,
            pipeline_parallel=layout.stages,
            weight_bits=workload.weight_bits,
            kv_bits=workload.kv_bits,
            prompt_tokens=workload.prompt_tokens,
            output_tokens=workload.output_tokens,
        )
        if best is None or _faster(one, layout.gpus, *best):
            best = (one, layout)
    assert best is not None
    return best


def _faster(
    one: BatchReplica | Misfit, gpus: int, best: BatchReplica | Misfit, its: Layout
) -> bool:
    """Return whether a replica works through more requests with each of its GPUs."""
    if isinstance(one, Misfit):
        return False
    return isinstance(best, Misfit) or one.requests_s / gpus > best.requests_s / its.gpus
