"""Versions: the weights that are kept on the servers, and the time back to the last version.

Every server that runs a service keeps the weights of all versions on its own drives, so that a
rollback reads from there and needs no shared storage.
"""

from __future__ import annotations

from typing import Any

from designlib.physics.loading import load_s
from designlib.physics.records import versions_gb
from designlib.problem.context import Context
from designlib.problem.machines import Option, shape_of
from designlib.problem.relief import Relief, rounded_up

GB_PER_TB = 1000.0
SECONDS_PER_MINUTE = 60.0


def able(ctx: Context, workload: Any, options: list[Option]) -> list[Option]:
    """Return the pools whose servers can keep and reload the versions of a service.

    The others are dropped with the number that decided it.
    """
    block = ctx.brief.versions
    if block is None:
        return options
    params = shape_of(ctx, workload).params_count
    kept = versions_gb(params, workload.weight_bits, block.kept_count)
    one = versions_gb(params, workload.weight_bits, 1)
    found = []
    for option in options:
        room = option.server.specs.local_nvme_tb.value * GB_PER_TB
        minutes = rollback_minutes(ctx, option, one)
        limit = block.rollback_minutes
        reason, relief = "", None
        if kept > room:
            reason = (
                f"{block.kept_count} versions take {kept:,.0f} GB, a server keeps {room:,.0f} GB"
            )
            fit = int(room // one)
            if fit:
                path = "versions.kept_count"
                relief = Relief("versions kept", path, block.kept_count, fit, "versions")
        elif limit is not None and minutes > limit:
            reason = f"the last version is back after {minutes:.1f} min, {limit:g} min are allowed"
            path = "versions.rollback_minutes"
            relief = Relief("time of a rollback", path, limit, rounded_up(minutes), "min")
        if not reason:
            found.append(option)
            continue
        key = f"{workload.id}-{option.pool}-{workload.weight_bits}bit"
        ctx.drop(workload.id, key, option.pool, option.server.id, reason, relief)
    return found


def rollback_minutes(ctx: Context, option: Option, weights_gb: float) -> float:
    """Return the time until every replica of a server runs the last version again. [min].

    The replicas of a server start together and read one copy of the weights, which the memory of
    the host then gives to all of them.
    """
    stated = option.server.specs.local_nvme_read_gb_s
    rate = ctx.constant("local-nvme", "read_gb_s") if stated is None else float(stated.value)
    start = ctx.constant("engine", "start_s")
    return load_s(weights_gb, rate, warm_up_s=start) / SECONDS_PER_MINUTE


def figures(ctx: Context, workload: Any, option: Option) -> dict[str, dict[str, Any]]:
    """Return the time of a rollback and the weights kept, as figures of a service."""
    block = ctx.brief.versions
    if block is None:
        return {}
    params = shape_of(ctx, workload).params_count
    minutes = rollback_minutes(ctx, option, versions_gb(params, workload.weight_bits, 1))
    kept = versions_gb(params, workload.weight_bits, block.kept_count)
    law = "designlib.physics.loading and records; constants in calibration/operations.csv"
    return {
        "rollback": {
            **dict.fromkeys(("value", "low", "high"), minutes),
            "unit": "min",
            "limit": block.rollback_minutes,
            "source": law,
        },
        "weights_kept": {
            **dict.fromkeys(("value", "low", "high"), kept),
            "unit": "GB",
            "source": law,
        },
    }
