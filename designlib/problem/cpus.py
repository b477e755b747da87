"""Cpus: servers without GPUs as a kind of their own, and the services that run on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designlib.physics.job_queue import servers_within_wait
from designlib.problem.context import Context
from designlib.problem.hardware import make_kind
from designlib.problem.rack_fit import placeable
from designlib.problem.relief import Relief, rounded_up
from designlib.problem.services import SPREADS, apart, rising
from designlib.problem.tables import Candidate, Kind, Pool, RackKind

KINDS = ("cpu-inference",)
LAW = "designlib.physics.queueing: M/M/c over the cores"
_LATE = 0.01


def servers(ctx: Context, racks: dict[str, RackKind]) -> dict[str, Any]:
    """Return the servers without GPUs that can run services, by item id.

    None where no workload of the brief runs on them. The item is one of its own, beside the
    control servers, because it stands in the racks of the pools.
    """
    if not any(w.kind in KINDS for w in ctx.brief.workloads):
        return {}
    found: dict[str, Any] = {}
    plain = [server for server in ctx.catalog.servers.values() if server.gpu is None]
    for server in placeable(ctx, plain, racks):
        if server.specs.cores_count is None:
            ctx.drop("*", server.id, "", server.id, "its processor cores are not stated")
            continue
        draws = {
            "storage_ports": 1.0,
            "in_band_ports": max(1.0, server.specs.front_ports_count.value - 1.0),
            "oob_ports": float(server.specs.oob_ports_count.value),
        }
        found[ctx.item(server, "compute", item_id=f"{server.id}-cpu", draws=draws)] = server
    return found


def pools(found: dict[str, Any]) -> dict[str, Pool]:
    """Return one pool for each kind of server without GPUs; it has no compute fabric."""
    return {f"{item}-alone": Pool(item, None, 0) for item in found}


def kinds(
    ctx: Context, found: dict[str, Any], racks: dict[str, RackKind], most: dict[str, int]
) -> dict[str, Kind]:
    """Return the kinds of servers without GPUs that some candidate uses."""
    return {i: make_kind(ctx, s, racks, most[i]) for i, s in found.items() if most.get(i)}


def serving(
    ctx: Context, workload: Any, pools_: dict[str, Pool], found: dict[str, Any]
) -> dict[str, Candidate]:
    """Return the candidates of a service that needs no GPU, in pools of the given servers."""
    made: dict[str, Candidate] = {}
    for key, pool in pools_.items():
        server = found[pool.kind]
        name = f"{workload.id}-{key}"
        patience = workload.latency_p99_s - workload.core_seconds_per_request
        if patience <= 0:
            work = workload.core_seconds_per_request
            reason = f"a request takes {work:g} s of a core, {workload.latency_p99_s:g} s allowed"
            ctx.drop(workload.id, name, key, server.id, reason, _relief(workload))
            continue
        for extra in range(SPREADS):
            made[f"{name}-spread{extra + 1}"] = _candidate(ctx, workload, key, server, extra)
    return made


def _relief(w: Any) -> Relief:
    path = f"workloads.{w.id}.latency_p99_s"
    needed = rounded_up(2 * w.core_seconds_per_request)
    return Relief(f"{w.id}: latency p99", path, w.latency_p99_s, needed, "s")


def _candidate(ctx: Context, w: Any, pool: str, server: Any, extra: int) -> Candidate:
    seconds, cores = w.core_seconds_per_request, int(server.specs.cores_count.value)
    rates = ctx.demand(w, w.peak_requests_s)
    serving_ = [servers_within_wait(r, seconds, w.latency_p99_s - seconds, _LATE) for r in rates]
    ways = [apart(ctx, w, n, cores)[extra] for n in serving_]
    busy = rising([n for _, n in ways])
    held = tuple(n / cores for n in busy)
    figure = {"low": seconds, "high": seconds, "unit": "s", "source": LAW}
    return Candidate(
        w.id,
        pool,
        dict.fromkeys(ctx.slices, held),
        apart=rising([n for n, _ in ways]),
        figures={
            "core_seconds_per_request": {"value": seconds, **figure},
            "serving_cores": {
                **figure,
                **dict.fromkeys(("value", "low", "high"), float(serving_[-1])),
                "unit": "cores",
            },
        },
        layout=f"{busy[-1]:.0f} cores over {ways[-1][0]} servers",
        precision="as given",
        gpus=(0.0,) * len(rates),
        replicas=busy,
        busy_frac=tuple(min(1.0, r * seconds / n) for r, n in zip(rates, busy, strict=True)),
        batch=1.0,
    )


def in_zone(pools_: dict[str, Pool], zone: str) -> dict[str, Pool]:
    """Return the pools that are kept for a class of data."""
    return {key: pool for key, pool in pools_.items() if pool.zone == zone}


def zoned(pools_: dict[str, Pool], zones: tuple[str, ...]) -> dict[str, Pool]:
    """Return the pools once for each class of data that may not share a server with another."""
    return {
        f"{key}-{zone}" if zone else key: replace(pool, zone=zone)
        for key, pool in pools_.items()
        for zone in zones
    }
