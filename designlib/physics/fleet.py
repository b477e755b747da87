"""Fleet: the rate that pooled replicas sustain within limits, and how many a rate needs."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil

from designlib.physics.queueing import poisson_margin, spare_replicas_count, wait_tail
from designlib.physics.replica import Replica, step_at_s


def fleet_state(
    replica: Replica, replicas_count: int, rate_requests_s: float
) -> tuple[float, float, float]:
    r"""Return the 95th percentiles of batch, TPOT and the chance that a first token is late.

    Parameters
    ----------
    replica : Replica
        One replica.
    replicas_count : int
        Replicas behind one balancer. [1]
    rate_requests_s : float
        Arrivals at the fleet. [requests/s]

    Returns
    -------
    tuple of float
        Running requests of a replica [1], time per output token [s], share of late first tokens
        [1]; infinite where the fleet is overloaded.

    Notes
    -----
    A request takes :math:`t_{pre}` of machine time and then shares decode steps, so a step
    stretches to :math:`step/(1-r\,t_{pre})`. Running requests are Poisson; pooled over n replicas
    their relative spread falls with :math:`1/\sqrt{n}`. Prefills queue as M/M/n.
    """
    each = rate_requests_s / replicas_count
    free = 1 - each * replica.prefill_work_s
    if free <= 0:
        return float("inf"), float("inf"), 1.0
    mean = _mean_batch(replica, each / free)
    if mean == float("inf"):
        return mean, mean, 1.0
    batch = max(1.0, poisson_margin(mean * replicas_count, replica.late_frac) / replicas_count)
    step = step_at_s(replica.steps, batch)
    patience = replica.ttft_p95_s - replica.prefill_s - step
    late = wait_tail(replicas_count, rate_requests_s, replica.prefill_work_s, patience)
    return batch, step / free, late


def fleet_rate_requests_s(replica: Replica, replicas_count: int) -> float:
    """Return the largest rate that pooled replicas sustain within both limits.

    Parameters
    ----------
    replica : Replica
        One replica.
    replicas_count : int
        Replicas behind one balancer; more than n times one, for peaks even out. [1]

    Returns
    -------
    float
        Rate. [requests/s]
    """
    if replicas_count <= 0:
        return 0.0
    high = replicas_count / (replica.prefill_work_s + replica.output_tokens * _best_share(replica))
    low = 0.0
    for _ in range(45):
        middle = (low + high) / 2
        if short_of(replica, replicas_count, middle) is None:
            low = middle
        else:
            high = middle
    return low


def short_of(replica: Replica, replicas_count: int, rate_requests_s: float) -> str | None:
    """Return what a fleet lacks at a rate: "capacity", "tpot", "ttft", or None.

    Parameters
    ----------
    replica : Replica
        One replica.
    replicas_count : int
        Replicas. [1]
    rate_requests_s : float
        Arrivals. [requests/s]
    """
    batch, tpot, late = fleet_state(replica, replicas_count, rate_requests_s)
    if tpot > replica.tpot_p95_s:
        return "tpot"
    if late > replica.late_frac:
        return "ttft"
    return "capacity" if batch > replica.batch_max else None


@lru_cache(maxsize=65536)
def serving_replicas_count(replica: Replica, rate_requests_s: float) -> int:
    """Return the fewest replicas that sustain a rate with all of them up.

    Parameters
    ----------
    replica : Replica
        One replica.
    rate_requests_s : float
        Peak arrivals. [requests/s]
    """
    if rate_requests_s <= 0:
        return 0
    high = max(1, ceil(rate_requests_s / replica.rate_requests_s))  # pooling only helps
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if short_of(replica, middle, rate_requests_s) is None:
            high = middle
        else:
            low = middle
    return high


def replicas_needed(
    replica: Replica,
    rate_requests_s: float,
    *,
    ttft_p95_s: float | None = None,
    availability_frac: float = 0.0,
    replica_availability_frac: float = 1.0,
    ab_reserve_frac: float = 0.0,
) -> int:
    """Return the replicas of a service: enough for the peak, spares, and the next version.

    Parameters
    ----------
    replica : Replica
        One replica within its limits.
    rate_requests_s : float
        Peak arrivals. [requests/s]
    ttft_p95_s : float or None
        Another limit of the first token than the replica was sized for. [s]
    availability_frac : float
        Share of time that enough replicas must be up. [1]
    replica_availability_frac : float
        Share of time that one replica is up. [1]
    ab_reserve_frac : float
        Share of the serving replicas that a new version holds beside them, at least one. [1]

    Returns
    -------
    int
        Replicas to install. [1]
    """
    if ttft_p95_s is not None and ttft_p95_s != replica.ttft_p95_s:
        replica = replace(replica, ttft_p95_s=ttft_p95_s)
        replica = replace(replica, rate_requests_s=fleet_rate_requests_s(replica, 1))
        if replica.rate_requests_s <= 0:
            raise ValueError(f"no rate keeps the first token within {ttft_p95_s} s")
    serving = serving_replicas_count(replica, rate_requests_s)
    if serving == 0:
        return 0
    spares = spare_replicas_count(serving, availability_frac, replica_availability_frac)
    reserve = max(1, ceil(ab_reserve_frac * serving - 1e-9)) if ab_reserve_frac > 0 else 0
    return serving + spares + reserve


def _mean_batch(replica: Replica, rate: float) -> float:
    """Return the mean running requests: the smallest b with b = rate x output x step(b)."""
    steps, tokens = replica.steps, replica.output_tokens
    below = (0.0, steps[0][1])
    for batch, step in steps:
        if batch >= rate * tokens * step:  # crossed between the two batches, on a straight line
            x0, y0 = below
            slope = (step - y0) / (batch - x0)
            return rate * tokens * (y0 - slope * x0) / (1 - rate * tokens * slope)
        below = (batch, step)
    return float("inf")


def _best_share(replica: Replica) -> float:
    return min(step / batch for batch, step in replica.steps)
