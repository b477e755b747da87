"""Services: the ways to serve a model within its latency limits.

``physics.serving`` says what one replica sustains within the limits, ``physics.fleet`` how many
replicas a rate needs with pooling, spares and the reserve for a new version. Night traffic needs
fewer replicas; what they free can work on batches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from math import ceil
from typing import Any

from designlib.physics.first_token import first_token_s
from designlib.physics.fleet import fleet_state, serving_replicas_count
from designlib.physics.misfit import Misfit
from designlib.physics.replica import Replica
from designlib.physics.shape import Shape
from designlib.physics.spread import spread_options
from designlib.physics.stalls import stalled_tpot_s, steady_replicas_count
from designlib.problem import disaggregated, versions
from designlib.problem.context import Context
from designlib.problem.machines import Option, shape_of
from designlib.problem.relief import Relief, rounded_up
from designlib.problem.replicas import Layout, Refused, replicas
from designlib.problem.tables import Candidate

LAW = "designlib.physics.serving; constants in calibration/serving.csv"
SPREADS = 2
"""Ways to spread a service that are looked at: the fewest servers, one and two more."""
_SAME = 1e-9
Count = Callable[[float], int]
"""Requests a second -> replicas."""


@dataclass(frozen=True)
class _Run:
    """A way to run a service: its layout, one replica, and the replicas that a rate needs."""

    word: str
    one: Replica
    count: Count
    tpot_s: Callable[[int, float], float]
    """Replicas and requests a second -> percentile of the time a further token. [s]"""


def serving(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a service: one a pool and layout that meets the limits."""
    found: dict[str, Candidate] = {}
    shape = shape_of(ctx, workload)
    tried: dict[str, tuple[list[tuple[Layout, Replica, Count]], list[Refused]]] = {}
    sized: dict[tuple[str, str, Replica], list[Candidate]] = {}  # whatever joins the servers
    for option in versions.able(ctx, workload, options):
        if option.server.id not in tried:
            fit, no_fit = replicas(ctx, workload, option, shape)
            # Pools of the same servers and ways to spread them ask for the same rates.
            tried[option.server.id] = [(x, y, cache(partial(_steady, y))) for x, y in fit], no_fit
        able, refused = tried[option.server.id]
        for no in refused:
            key = f"{workload.id}-{option.pool}-{no.layout.key}"
            relief = _relief(ctx, workload, no.misfit) if no.misfit else None
            ctx.drop(workload.id, key, option.pool, option.server.id, no.reason, relief)
        for layout, one, count in able:
            key = f"{workload.id}-{option.pool}-{layout.key}"
            run = _Run(layout.word, one, count, partial(stalled_tpot_s, one))
            runs = [(key, run)]
            if workload.disaggregation_allowed:
                runs += _apart(ctx, workload, option, layout, one, shape)
            for name, way in runs:
                like = (option.server.id, way.word, way.one)
                if like not in sized:
                    sized[like] = _spread(ctx, workload, option, way)
                for n, candidate in enumerate(sized[like], 1):
                    found[f"{name}-spread{n}"] = replace(candidate, pool=option.pool)
    return found


def _apart(
    ctx: Context, w: Any, option: Option, layout: Layout, one: Replica, shape: Shape
) -> list[tuple[str, _Run]]:
    """Return the way in which prompts and answers run apart, if it saves replicas."""
    key = f"{w.id}-{option.pool}-{layout.key}-apart"
    peak = max(ctx.demand(w, w.peak_requests_s))
    travel = disaggregated.travel_s(w, option, layout, shape)
    found = disaggregated.split(one, peak, travel, _steady(one, peak))
    if isinstance(found, str):
        ctx.drop(w.id, key, option.pool, option.server.id, found)
        return []
    word = f"{layout.word}, {found.prefill_count} for prompts and {found.decode_count} for answers"
    counted = cache(partial(disaggregated.count, one, travel=travel))
    slowed = disaggregated.slowed(one, travel)
    # No prompt runs between the steps of an answer, so none holds it up.
    return [(key, _Run(word, slowed, counted, lambda n, r: fleet_state(slowed, n, r)[1]))]


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


def _steady(one: Replica, rate: float) -> int:
    """Return the replicas of a rate whose answers keep their pace beside the prompts of others."""
    return steady_replicas_count(one, rate, serving_replicas_count(one, rate))


def apart(ctx: Context, w: Any, serving: int, per_server: int) -> tuple[tuple[int, int], ...]:
    """Return the ways to spread a service that needs so many replicas: servers apart and replicas.

    The reserve of the next version is the larger of what the workload and the brief ask for.
    """
    canary = ctx.brief.versions.canary_frac if ctx.brief.versions else None
    share = max(getattr(w, "ab_reserve_frac", 0.0), canary or 0.0)
    reserve = max(1, ceil(share * serving - _SAME)) if share > 0 else 0
    up = ctx.constant("server", "availability_frac")
    policy = ctx.brief.site_policy
    lost = int(policy is not None and policy.intra_site not in (None, "N"))
    return spread_options(serving, reserve, per_server, SPREADS, w.availability_frac, up, lost)


def _spread(ctx: Context, w: Any, option: Option, run: _Run) -> list[Candidate]:
    """Return the candidates of one way to run a service, for each way to spread it."""
    per_server = option.gpus // run.one.gpus_count
    peaks = ctx.demand(w, w.peak_requests_s)

    @cache
    def ways(load: float) -> list[tuple[tuple[int, int], ...]]:
        return [apart(ctx, w, run.count(load * r), per_server) for r in peaks]

    loads = {s: ways(ctx.load_frac(w, s)) for s in ctx.slices}
    known = versions.figures(ctx, w, option)
    return [
        _service(
            ctx,
            w,
            option,
            run,
            {s: [found[n] for found in by_date] for s, by_date in loads.items()},
            [found[n] for found in ways(1.0)],
            known,
        )
        for n in range(SPREADS)
    ]


def _service(
    ctx: Context,
    w: Any,
    option: Option,
    run: _Run,
    by_slice: dict[str, list[tuple[int, int]]],
    peak: list[tuple[int, int]],
    known: dict[str, dict[str, Any]],
) -> Candidate:
    """Return a service from its servers apart and replicas by date, in each slice and at its peak.

    ``known`` are figures that it has however it is spread.
    """
    one, gpus = run.one, run.one.gpus_count
    share = gpus / option.gpus
    peaks = ctx.demand(w, w.peak_requests_s)
    held = {
        s: tuple(share * n for n in rising([n for _, n in ways])) for s, ways in by_slice.items()
    }
    replicas = rising([n for _, n in peak])
    last = max(1, round(replicas[-1]))
    tpot = run.tpot_s(last, peaks[-1])
    one = replace(
        one, ttft_s=max(one.ttft_s, min(first_token_s(one, last, peaks[-1]), w.ttft_p95_s))
    )
    return Candidate(
        w.id,
        option.pool,
        held,
        apart=rising([servers for servers, _ in peak]),
        figures={
            **latency_figures(w, one, tpot, option.machine.serve_band_frac),
            **known,
        },
        layout=f"{run.word} over {peak[-1][0]} servers, {one.binding}-bound",
        precision=f"{w.weight_bits}-bit weights, {w.kv_bits}-bit KV cache",
        gpus=tuple(float(n * gpus) for n in replicas),
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
