"""Fleet share: what a workload takes of every pool of GPUs, instead of servers of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FleetShare:
    """What a workload takes of every pool of GPUs."""

    share_frac: float
    elastic: bool
    """Given back when others need the servers: then it takes hours only."""
    gpus_min_count: float = 0.0
