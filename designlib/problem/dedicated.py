"""Dedicated training: GPUs that a workload holds all the time.

In whole servers where it spans several.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.problem.context import Context
from designlib.problem.machines import Option
from designlib.problem.tables import Candidate


def dedicated(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of GPUs that a workload holds all the time.

    In whole servers across servers.
    """
    found: dict[str, Candidate] = {}
    wanted = ctx.demand(workload, workload.gpus_count)
    reads = ctx.demand(workload, workload.gpus_count * workload.read_gb_s_per_gpu)
    for option in options:
        key = f"{workload.id}-{option.pool}"
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
        found[key] = Candidate(
            workload.id,
            option.pool,
            {s: servers for s in ctx.slices},
            exclusive=servers if many else (),
            draws={"read_gb_s": reads} if workload.read_gb_s_per_gpu else {},
            layout="data parallel",
            precision="as given",
            gpus=tuple(float(ceil(g - 1e-9)) for g in wanted),
            busy_frac=(1.0,) * len(servers),
        )
    return found
