"""Dedicated training: GPUs that a workload holds all the time, in whole servers where it spans.

A stated number of GPUs is one of reference GPUs: a slower kind takes as many more as it is slower.

What its GPUs read comes from shared storage at line rate, or from the drives of its own servers
once they hold the data set; the two are candidates side by side.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.physics.loading import cache_hit_frac
from designlib.problem import stated
from designlib.problem.context import Context
from designlib.problem.hardware import storage_gb_s
from designlib.problem.machines import Option
from designlib.problem.relief import Relief, rounded_down
from designlib.problem.tables import Candidate, Series

GB_PER_TB = 1000
SECONDS_PER_HOUR = 3600


def dedicated(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of GPUs that a workload holds all the time.

    In whole servers across servers; reading from shared storage, or from local caches.
    """
    found: dict[str, Candidate] = {}
    stated.note(ctx, f"workloads.{workload.id}.gpus_count")
    reads = ctx.demand(workload, workload.gpus_count * workload.read_gb_s_per_gpu)
    for option in options:
        key = f"{workload.id}-{option.pool}"
        # A slower GPU needs more of them for the same work; a faster one may not do with fewer,
        # for the workload may run one job on each.
        slower = max(1.0, stated.slowdown(ctx, option, "bf16"))
        wanted = ctx.demand(workload, workload.gpus_count * slower)
        many = max(wanted) > option.machine.scale_up_gpus_count
        if many and option.fabric is None:
            reason = (
                f"{ceil(max(wanted))} GPUs train together over more than one scale-up domain: "
                "they need a compute fabric with RDMA"
            )
            ctx.drop(workload.id, key, option.pool, option.server.id, reason)
            continue
        whole = [
            ceil(g / option.gpus - 1e-9) if many else ceil(g - 1e-9) / option.gpus for g in wanted
        ]
        servers = tuple(float(max(whole[: n + 1])) for n in range(len(whole)))
        if not _too_narrow(ctx, workload, option, servers, reads, key):
            found[key] = _candidate(ctx, workload, option, servers, wanted, reads, many)
        cached = _cached(ctx, workload, option, servers, reads, f"{key}-cached")
        if cached is not None:
            found[f"{key}-cached"] = _candidate(
                ctx, workload, option, servers, wanted, cached, many, cached=True
            )
    return found


def _too_narrow(
    ctx: Context, workload: Any, option: Option, servers: Series, reads: Series, key: str
) -> bool:
    """Drop a way whose servers do not get what they read through their storage ports."""
    each = storage_gb_s(ctx, option.server)
    lacking = [(r, _whole(n)) for r, n in zip(reads, servers, strict=True) if r > each * _whole(n)]
    if not lacking:
        return False
    asked, count = max(lacking, key=lambda pair: pair[0] / pair[1])
    carried = each * count
    reason = (
        f"its GPUs read {asked:,.4g} GB/s, the storage ports of {count:,.0f} servers carry"
        f" {carried:,.4g} GB/s"
    )
    rate = workload.read_gb_s_per_gpu
    relief = Relief(
        f"{workload.id}: reads of a GPU",
        f"workloads.{workload.id}.read_gb_s_per_gpu",
        rate,
        rounded_down(rate * carried / asked),
        "GB/s",
    )
    ctx.drop(workload.id, key, option.pool, option.server.id, reason, relief)
    return True


def _candidate(
    ctx: Context,
    workload: Any,
    option: Option,
    servers: Series,
    gpus: Series,
    reads: Series,
    many: bool,
    cached: bool = False,
) -> Candidate:
    figures = {}
    if workload.read_gb_s_per_gpu:
        peak = max(reads)
        figures["shared_read"] = _figure(peak, "GB/s")
    if cached:
        held = workload.dataset_tb / max(1.0, _whole(min(n for n in servers if n)))
        figures["cached_per_server"] = _figure(held, "TB")
    return Candidate(
        workload.id,
        option.pool,
        {s: servers for s in ctx.slices},
        exclusive=servers if many else (),
        draws={"read_gb_s": reads} if workload.read_gb_s_per_gpu else {},
        layout="data parallel" + (", data set cached in the servers" if cached else ""),
        precision="as given",
        gpus=tuple(float(ceil(g - 1e-9)) for g in gpus),
        busy_frac=(1.0,) * len(servers),
        figures=figures,
    )


def _figure(value: float, unit: str) -> dict[str, Any]:
    source = "designlib.physics.loading"
    return {"value": value, "low": value, "high": value, "unit": unit, "source": source}


def _cached(
    ctx: Context, workload: Any, option: Option, servers: Series, reads: Series, key: str
) -> Series | None:
    """Return the shared reads of a workload whose data set lies in its own servers. [GB/s].

    None where it has nothing to read, or where the drives are too small or too slow; a data set
    that does not fit is dropped with both numbers.
    """
    if not workload.read_gb_s_per_gpu or not workload.dataset_tb:
        return None
    room = option.server.specs.local_nvme_tb.value * ctx.constant("local", "usable_fill_frac")
    least = _whole(min((n for n in servers if n), default=0.0))
    hit = cache_hit_frac(room, int(least), workload.dataset_tb)
    if hit < 1:
        reason = (
            f"a data set of {workload.dataset_tb:g} TB does not fit the local drives of "
            f"{least:g} servers, {room * least:.3g} TB usable"
        )
        path = f"workloads.{workload.id}.dataset_tb"
        needed = rounded_down(room * least)
        words = f"{workload.id}: size of the data set"
        relief = Relief(words, path, workload.dataset_tb, needed, "TB") if needed else None
        ctx.drop(workload.id, key, option.pool, option.server.id, reason, relief)
        return None
    per_server = workload.read_gb_s_per_gpu * option.gpus
    local = local_read_gb_s(ctx, option.server)
    if local < per_server:
        reason = (
            f"its GPUs read {per_server:.3g} GB/s a server, the local drives give {local:.3g} GB/s"
        )
        ctx.drop(workload.id, key, option.pool, option.server.id, reason)
        return None
    hours = ctx.constant("local", "fill_hours")
    fill = workload.dataset_tb * GB_PER_TB / (hours * SECONDS_PER_HOUR)
    reason = "local drives are filled from shared storage in this time, each server with its share"
    ctx.notes.append((f"workloads.{workload.id}.dataset_tb", hours, "h", reason))
    return tuple(min(x, fill) for x in reads)


def _whole(servers: float) -> float:
    """Return the servers whose drives a workload may fill: at least the one that it stands on."""
    return float(max(1, ceil(servers - 1e-9)))


def local_read_gb_s(ctx: Context, server: Any) -> float:
    """Return what the local drives of a server read: its own figure, else that of the drives.

    A server without a figure is taken to hold drives of the catalog's local tier.
    """
    stated = server.specs.local_nvme_read_gb_s
    if stated is not None:
        return float(stated.value)
    drives = [s for s in ctx.catalog.storage.values() if s.tier == "local"]
    rates = [d.specs.read_gb_s.value / d.specs.usable_tb.value for d in drives]
    return float(min(rates, default=0.0) * server.specs.local_nvme_tb.value)
