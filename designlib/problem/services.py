"""Services: the ways to serve a model within its latency limits, and to work through a batch.

``physics.serving`` says what one replica sustains within the limits, ``physics.fleet`` how many
replicas a rate needs with pooling, spares and the reserve for a new version. Night traffic needs
fewer replicas; what they free can work on batches.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.physics.fleet import serving_replicas_count
from designlib.physics.misfit import Misfit
from designlib.physics.replica import Replica
from designlib.physics.serving import BatchReplica, batch_replica, replica
from designlib.physics.spread import spread_options
from designlib.physics.stalls import stalled_tpot_s, steady_replicas_count
from designlib.problem import versions
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option, shape_of
from designlib.problem.relief import Relief, rounded_up
from designlib.problem.tables import Candidate

LAW = "designlib.physics.serving; constants in calibration/serving.csv"
SECONDS_PER_HOUR = 3600
SPREADS = 2
"""Ways to spread a service that are looked at: the fewest servers, one and two more."""
_SAME = 1e-9


def degrees(option: Option) -> list[int]:
    """Return the tensor-parallel degrees that divide a server and stay in one scale-up domain."""
    top = min(option.machine.scale_up_gpus_count, option.gpus)
    return [t for t in (1, 2, 4, 8, 16) if t <= top and option.gpus % t == 0]


def serving(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a service.

    One a pool and tensor-parallel degree that meets the limits.
    """
    found: dict[str, Candidate] = {}
    shape = shape_of(ctx, workload)
    tried: dict[tuple[str, int], Replica | Misfit] = {}
    for option in versions.able(ctx, workload, options):
        for t in degrees(option):
            key = f"{workload.id}-{option.pool}-tp{t}"
            if (option.server.id, t) not in tried:
                tried[option.server.id, t] = one_replica(ctx, workload, option, t, shape)
            one = tried[option.server.id, t]
            if isinstance(one, Misfit):
                relief = _relief(ctx, workload, one)
                ctx.drop(workload.id, key, option.pool, option.server.id, one.reason, relief)
                continue
            for extra in range(SPREADS):
                found[f"{key}-spread{extra + 1}"] = _service(ctx, workload, option, t, one, extra)
    return found


def one_replica(
    ctx: Context, workload: Any, option: Option, t: int, shape: Any = None
) -> Replica | Misfit:
    """Return what one replica of a service sustains on so many GPUs, or why it cannot."""
    return replica(
        shape or shape_of(ctx, workload),
        option.machine,
        tensor_parallel=t,
        weight_bits=workload.weight_bits,
        kv_bits=workload.kv_bits,
        prompt_tokens=workload.prompt_tokens,
        output_tokens=workload.output_tokens,
        prefix_hit_frac=workload.prefix_hit_frac,
        ttft_p95_s=workload.ttft_p95_s,
        tpot_p95_s=workload.tpot_p95_s,
    )


def _relief(ctx: Context, workload: Any, misfit: Misfit) -> Relief | None:
    limits = {"ttft": "ttft_p95_s", "tpot": "tpot_p95_s"}
    if misfit.quantity not in limits:
        return None
    name = limits[misfit.quantity]
    return Relief(
        f"{workload.id}: {misfit.quantity.upper()} p95",
        f"{ctx.brief.path_of(workload.id)}.{name}",
        misfit.available,
        rounded_up(misfit.needed),
        misfit.unit,
    )


def _spread(
    ctx: Context, w: Any, one: Replica, rate: float, per_server: int, extra: int
) -> tuple[int, int]:
    """Return the servers apart and the replicas of a service at a rate."""
    serving = steady_replicas_count(one, rate, serving_replicas_count(one, rate))
    return apart(ctx, w, serving, per_server, extra)


def apart(ctx: Context, w: Any, serving: int, per_server: int, extra: int) -> tuple[int, int]:
    """Return the servers apart and the replicas of a service that needs so many of them.

    The reserve of the next version is the larger of what the workload and the brief ask for.
    """
    canary = ctx.brief.versions.canary_frac if ctx.brief.versions else None
    share = max(getattr(w, "ab_reserve_frac", 0.0), canary or 0.0)
    reserve = max(1, ceil(share * serving - _SAME)) if share > 0 else 0
    up = ctx.constant("server", "availability_frac")
    policy = ctx.brief.site_policy
    lost = int(policy is not None and policy.intra_site not in (None, "N"))
    ways = spread_options(serving, reserve, per_server, SPREADS, w.availability_frac, up, lost)
    return ways[extra]


def _service(ctx: Context, w: Any, option: Option, t: int, one: Replica, extra: int) -> Candidate:
    share = t / option.gpus
    per_server = option.gpus // t
    peaks = ctx.demand(w, w.peak_requests_s)

    def ways(load: float) -> list[tuple[int, int]]:
        return [_spread(ctx, w, one, load * r, per_server, extra) for r in peaks]

    held = {
        s: tuple(share * n for n in rising([n for _, n in ways(ctx.load_frac(w, s))]))
        for s in ctx.slices
    }
    peak = ways(1.0)
    replicas = rising([n for _, n in peak])
    tpot = stalled_tpot_s(one, max(1, round(replicas[-1])), peaks[-1])
    return Candidate(
        w.id,
        option.pool,
        held,
        apart=rising([servers for servers, _ in peak]),
        figures={
            **latency_figures(w, one, tpot, option.machine.serve_band_frac),
            **versions.figures(ctx, w, option),
        },
        layout=f"TP{t} over {peak[-1][0]} servers, {one.binding}-bound",
        precision=f"{w.weight_bits}-bit weights, {w.kv_bits}-bit KV cache",
        gpus=tuple(float(n * t) for n in replicas),
        replicas=tuple(float(n) for n in replicas),
        busy_frac=tuple(
            min(1.0, r / (n * one.rate_requests_s)) if n else 0.0
            for r, n in zip(peaks, replicas, strict=True)
        ),
        batch=float(one.batch_max),
    )


def latency_figures(
    w: Any, one: Replica, tpot_s: float, band_frac: float
) -> dict[str, dict[str, Any]]:
    """Return the predicted latencies, rate and memory of a service, each with its limit."""
    figures = {
        "ttft_p95": (one.ttft_s, w.ttft_p95_s, "s", band_frac),
        "tpot_p95": (min(tpot_s, w.tpot_p95_s), w.tpot_p95_s, "s", band_frac),
        "rate_per_replica": (one.rate_requests_s, None, "requests/s", band_frac),
        "memory_per_gpu": (one.memory_gb, None, "GB", 0.0),
    }
    return {
        name: {
            "value": v,
            "low": v / (1 + spread),
            "high": v * (1 + spread),
            "unit": unit,
            "limit": limit,
            "source": LAW,
        }
        for name, (v, limit, unit, spread) in figures.items()
    }


def rising(counts: list[int]) -> tuple[float, ...]:
    """Return counts that never fall, for nothing is torn out."""
    return tuple(float(max(counts[: n + 1])) for n in range(len(counts)))


def batch(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of batch inference.

    Server-hours in the window, on the best degree of each pool.
    """
    found: dict[str, Candidate] = {}
    shape = shape_of(ctx, workload)
    slices = ctx.window_slices(workload.window)
    items = ctx.demand(workload, workload.items_per_month_count)
    tried: dict[str, tuple[BatchReplica | Misfit, int]] = {}
    for option in options:
        key = f"{workload.id}-{option.pool}"
        if option.server.id not in tried:
            tried[option.server.id] = _best_batch(workload, shape, option)
        best, t = tried[option.server.id]
        if isinstance(best, Misfit):
            ctx.drop(workload.id, key, option.pool, option.server.id, best.reason)
            continue
        share = t / option.gpus
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
            layout=f"TP{t}, {best.binding}-bound",
            precision=f"{workload.weight_bits}-bit weights",
            gpus=tuple(h / window * option.gpus for h in hours),
            busy_frac=(1.0,) * len(hours),
            batch=float(best.batch),
        )
    return found


def _best_batch(workload: Any, shape: Any, option: Option) -> tuple[BatchReplica | Misfit, int]:
    """Return the degree with the most requests a second and GPU."""
    best: tuple[BatchReplica | Misfit, int] | None = None
    for t in degrees(option):
        one = batch_replica(
            shape,
            option.machine,
            tensor_parallel=t,
            weight_bits=workload.weight_bits,
            kv_bits=workload.kv_bits,
            prompt_tokens=workload.prompt_tokens,
            output_tokens=workload.output_tokens,
        )
        if best is None or (
            isinstance(one, BatchReplica)
            and (isinstance(best[0], Misfit) or one.requests_s / t > best[0].requests_s / best[1])
        ):
            best = (one, t)
    assert best is not None
    return best


__all__ = ["HOURS_PER_MONTH", "batch", "serving"]
