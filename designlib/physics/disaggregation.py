"""Disaggregation: some replicas compute prompts, others decode; caches travel between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from designlib.physics.fleet import fleet_rate_requests_s, serving_replicas_count
from designlib.physics.queueing import wait_tail
from designlib.physics.replica import Replica

_COUNTS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Pools:
    """Replicas of a service whose prompts and answers run apart.

    Parameters
    ----------
    prefill_count, decode_count : int
        Replicas of each kind. [1]
    transfer_s : float
        Time that a cache travels, part of the first token. [s]
    """

    prefill_count: int
    decode_count: int
    transfer_s: float


def transfer_s(cache_gb: float, links_count: int, link_gb_s: float, alpha_s: float = 0.0) -> float:
    """Return the time in which the cache of one request changes replicas. [s].

    Parameters
    ----------
    cache_gb : float
        Cache of the prompt. [GB]
    links_count : int
        GPUs that send side by side. [1]
    link_gb_s : float
        One-way rate of each. [GB/s]
    alpha_s : float
        Latency of a message. [s]

    Examples
    --------
    >>> round(transfer_s(1.31, 4, 50), 5)
    0.00655
    """
    return alpha_s + cache_gb / (links_count * link_gb_s)


def pools(replica: Replica, rate_requests_s: float, cache_transfer_s: float) -> Pools | None:
    """Return the fewest replicas of each kind that keep both limits, or None.

    Parameters
    ----------
    replica : Replica
        One replica that could do both.
    rate_requests_s : float
        Peak arrivals. [requests/s]
    cache_transfer_s : float
        Time that a cache travels. [s]

    Notes
    -----
    Prompts queue as M/M/n with the time of a prompt alone; steps of the others are no longer
    stretched by prompts, so they keep a tight limit with more running requests.
    """
    patience = replica.ttft_p95_s - replica.prefill_s - cache_transfer_s - replica.steps[0][1]
    if patience < 0:
        return None
    prefill = max(1, ceil(rate_requests_s * replica.prefill_s + 1e-9))
    while wait_tail(prefill, rate_requests_s, replica.prefill_s, patience) > replica.late_frac:
        prefill += 1
        if prefill > _COUNTS_MAX:
            return None
    alone = _without_prompts(replica)
    return Pools(prefill, serving_replicas_count(alone, rate_requests_s), cache_transfer_s)


def _without_prompts(replica: Replica) -> Replica:

    alone = replace(replica, prefill_s=0.0, prefill_work_s=1e-9)
    return replace(alone, rate_requests_s=fleet_rate_requests_s(alone, 1))
