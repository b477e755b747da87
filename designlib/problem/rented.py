"""Rented: capacity by the hour, for a whole service or for the peaks of one.

A brief that allows ``cloud_burst`` makes rented capacity a candidate like any other. It is opex: it
takes no rack, port or spare, and costs by the GPU-hour that the day's load asks for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designlib.physics.fleet import serving_replicas_count
from designlib.physics.load_curve import load_curve
from designlib.physics.misfit import Misfit
from designlib.physics.replica import Replica
from designlib.physics.stalls import stalled_tpot_s, steady_replicas_count
from designlib.problem import services
from designlib.problem.compliance import outside
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option, machine_of
from designlib.problem.replicas import Layout, degrees, one_replica
from designlib.problem.tables import Candidate, Limit, Series

RESOURCE = "rented_requests"
PATH = "cloud_burst.peak_requests_max_frac"


def limits(ctx: Context) -> tuple[Limit, ...]:
    """Return the most requests that a site may send to rented capacity, where it may send any."""
    burst = ctx.brief.cloud_burst
    if burst is None:
        return ()
    peaks = [ctx.demand(w, w.peak_requests_s) for w in ctx.brief.services()]
    total = [sum(now) for now in zip(*peaks, strict=True)] or [0.0] * len(ctx.dates)
    most = tuple(burst.peak_requests_max_frac * x for x in total)
    words = "rented share of the peak"
    return (Limit(RESOURCE, ctx.site.id, most, words, PATH, "requests/s", scales=True),)


def candidates(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a service that rent, wholly or for the peaks above a share.

    Parameters
    ----------
    ctx : Context
        The site.
    workload : Any
        A service.
    options : list of Option
        Pools that may carry the rest.
    """
    burst = ctx.brief.cloud_burst
    if burst is None:
        return {}
    found: dict[str, Candidate] = {}
    for offer, option in _offers(ctx):
        best = _best(ctx, workload, option)
        if isinstance(best, Misfit):
            ctx.drop(workload.id, f"{workload.id}-{offer.id}", "", offer.id, best.reason)
            continue
        one, t = best
        hour = t * _price(ctx, offer)
        share = burst.peak_requests_max_frac
        found[f"{workload.id}-{offer.id}"] = _whole(ctx, workload, option, one, t, hour)
        if share >= 1.0:
            continue
        base = workload.model_copy(
            update={"peak_requests_s": (1.0 - share) * workload.peak_requests_s}
        )
        rent, requests = _rent(ctx, workload, one, hour, share)
        for key, own in services.serving(ctx, base, options).items():
            found[f"{key}-burst-{offer.id}"] = replace(
                own,
                rent_per_month=rent,
                draws={**own.draws, RESOURCE: requests},
                figures={**own.figures, "rented_frac": _frac(share)},
                layout=f"{own.layout}; peaks above {1 - share:.0%} on rented {offer.gpu}",
            )
    return found


def _offers(ctx: Context) -> list[tuple[Any, Option]]:
    """Return the offers that the brief's word names, each with a machine of its GPU."""
    burst = ctx.brief.cloud_burst
    assert burst is not None
    found = []
    for offer in ctx.catalog.cloud.values():
        family = ctx.catalog.gpus[offer.gpu].family.lower()
        if burst.gpu.lower() not in (offer.id, offer.gpu, family):
            continue
        if outside(ctx, offer):
            continue
        count = offer.specs.gpus_count.value
        like = next(
            (
                s
                for s in ctx.catalog.servers.values()
                if s.gpu == offer.gpu and s.specs.gpus_count.value == count
            ),
            None,
        )
        if like is not None:
            found.append((offer, Option(offer.id, like, None, None, machine_of(ctx, like, None))))
    # A price that the brief states holds for the class: one offer then stands for all.
    if burst.price_per_gpu_hour is not None:
        return found[:1]
    return sorted(found, key=lambda pair: ctx.price(pair[0].id, "per-gpu-hour"))[:1]


def _price(ctx: Context, offer: Any) -> float:
    stated = ctx.brief.cloud_burst.price_per_gpu_hour if ctx.brief.cloud_burst else None
    return ctx.price(offer.id, "per-gpu-hour") if stated is None else float(stated)


def _best(ctx: Context, workload: Any, option: Option) -> tuple[Replica, int] | Misfit:
    """Return the replica with the most requests a second and GPU, and its GPUs."""
    best: tuple[Replica, int] | None = None
    misfit: Misfit | None = None
    for t in degrees(option):
        one = one_replica(ctx, workload, option, Layout(t))
        if isinstance(one, Misfit):
            misfit = one
        elif best is None or one.rate_requests_s / t > best[0].rate_requests_s / best[1]:
            best = (one, t)
    if best is None:
        assert misfit is not None
        return misfit
    return best


def _rent(
    ctx: Context, w: Any, one: Replica, per_replica_hour: float, share: float
) -> tuple[Series, Series]:
    """Return the rent a month of what lies above a share of the peak, and its requests a second."""
    day = load_curve(w.diurnal.peak_to_mean)
    rents, requests = [], []
    for peak in ctx.demand(w, w.peak_requests_s):
        above = [max(0.0, x - (1.0 - share)) * peak for x in day]
        replicas = sum(serving_replicas_count(one, rate) for rate in above) / len(day)
        rents.append(replicas * per_replica_hour * HOURS_PER_MONTH)
        requests.append(share * peak)
    return tuple(rents), tuple(requests)


def _frac(share: float) -> dict[str, Any]:
    """Return the figure that says what share of the peak is rented."""
    return {"value": share, "low": share, "high": share, "unit": "", "source": PATH}


def _whole(
    ctx: Context, w: Any, option: Option, one: Replica, t: int, per_replica_hour: float
) -> Candidate:
    rent, requests = _rent(ctx, w, one, per_replica_hour, 1.0)
    peaks = ctx.demand(w, w.peak_requests_s)
    counts = [steady_replicas_count(one, r, serving_replicas_count(one, r)) for r in peaks]
    replicas = tuple(float(n) for n in counts)
    tpot = stalled_tpot_s(one, max(1, counts[-1]), peaks[-1])
    return Candidate(
        w.id,
        None,
        {},
        draws={RESOURCE: requests},
        rent_per_month=rent,
        figures={
            **services.latency_figures(w, one, tpot, option.machine.serve_band_frac),
            "rented_frac": _frac(1.0),
        },
        layout=f"TP{t} on rented {option.server.gpu}, as many by the hour as the load asks",
        precision=f"{w.weight_bits}-bit weights, {w.kv_bits}-bit KV cache",
        gpus=tuple(t * n for n in replicas),
        replicas=replicas,
        batch=float(one.batch_max),
    )
