"""Shares: work that gets a share of the whole fleet instead of servers of its own."""

from __future__ import annotations

from typing import Any

from designlib.problem.context import Context
from designlib.problem.fleet_share import FleetShare
from designlib.problem.machines import Option
from designlib.problem.tables import Candidate


def share(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the one way to run a share of the fleet: on a part of every pool."""
    frac = workload.fleet_share_frac
    elastic = "given back on demand" if workload.elastic else "held all the time"
    figure = {"value": frac, "low": frac, "high": frac, "unit": "1", "source": "brief"}
    n = len(ctx.dates)
    return {
        f"{workload.id}-share": Candidate(
            workload.id,
            None,
            {},
            fleet_share=True,
            figures={"share_of_fleet": figure},
            layout=f"{frac:.1%} of the hours of every pool, {elastic}",
            precision="as given",
            gpus=(0.0,) * n,
            busy_frac=(1.0,) * n,
        )
    }


def fleet_shares(ctx: Context) -> dict[str, FleetShare]:
    """Return what each workload takes of every pool of GPUs."""
    return {
        w.id: FleetShare(w.fleet_share_frac, bool(w.elastic), float(w.gpus_min_count or 0))
        for w in ctx.brief.workloads
        if w.kind == "fleet-share"
    }
