"""First token: a prompt waits for the pass in progress, then shares its own with other prompts."""

from __future__ import annotations

from math import exp, inf, log, sqrt
from statistics import NormalDist

from scipy.special import gammainc, gammaincinv

from designlib.physics.queueing import wait_tail
from designlib.physics.replica import Replica, step_at_s

SPREAD = 1.25
"""Prompts of a pass vary more than Poisson ones: a long pass is followed by more of them. [1]"""
ROUNDS = 30


def first_token_s(replica: Replica, replicas_count: int, rate_requests_s: float) -> float:
    r"""Return the percentile of the time to the first token that passes alone make. [s].

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
    float
        Time that ``late_frac`` of the requests exceed, the queue of prompts apart, which
        ``physics.fleet`` knows; infinite where the fleet is overloaded. [s]

    Notes
    -----
    A pass takes the step of those that run and the prompts that came during the pass before,
    :math:`P = step(b) / (1 - r w)` on average. Where every replica is busy, an arrival waits for
    the rest of a pass and gets its first token with the end of the last of its own k passes:

    .. math::
        E = \tfrac12 P + k P + w, \qquad
        D^2 = \tfrac1{12} P^2 + 1.25\, r P\, w^2 (1 - e^{-r E})^{n-1}

    for the balancer sends prompts together only where the other replicas have some as well. All n
    replicas are busy as often as a Poisson number of requests, :math:`n r (E + N t)` on average,
    is n or more; others find an idle replica. A prompt of several passes also holds up the next
    one by the steps between its passes: prompts queue as M/M/n with a service of
    :math:`w + (k - 1)\,step`, which lasts if that is longer.
    """
    if not rate_requests_s:
        return replica.prefill_s
    each = rate_requests_s / replicas_count
    free = 1.0 - each * replica.prefill_work_s
    if free <= 0:
        return inf
    step = _step_s(replica, each, free)
    mean = _mean_s(replica, step)
    busy = all_busy_frac(replica, replicas_count, rate_requests_s)
    if busy <= replica.late_frac:
        return replica.prefill_s
    late = NormalDist().inv_cdf(1.0 - replica.late_frac / busy)
    joined = SPREAD * each * step * (1.0 - exp(-each * mean)) ** (replicas_count - 1)
    deviation = sqrt(step**2 / 12 + joined * replica.prefill_work_s**2)
    queued = mean - step / 2 + _queue_s(replica, replicas_count, rate_requests_s, step * free)
    return max(replica.prefill_s, mean + late * deviation, queued)


def _queue_s(replica: Replica, replicas_count: int, rate: float, step_s: float) -> float:
    """Return the percentile of the wait behind prompts of several passes. [s]."""
    if replica.prompt_passes < 2:
        return 0.0
    service = replica.prefill_work_s + (replica.prompt_passes - 1) * step_s
    free = replicas_count - rate * service
    if free <= 0:
        return inf
    waits = wait_tail(replicas_count, rate, service, 0.0)
    return max(0.0, log(waits / replica.late_frac) * service / free) if waits else 0.0


def all_busy_frac(
    replica: Replica, replicas_count: int, rate_requests_s: float, *, but: int = 0
) -> float:
    """Return how often an arrival finds no idle replica. [1].

    Parameters
    ----------
    replica : Replica
        One replica.
    replicas_count : int
        Replicas behind one balancer. [1]
    rate_requests_s : float
        Arrivals at the fleet. [requests/s]
    but : int
        Replicas that are known to be busy. [1]
    """
    if replicas_count <= but:
        return 1.0
    each = rate_requests_s / replicas_count
    free = 1.0 - each * replica.prefill_work_s
    if free <= 0:
        return 1.0
    step = _step_s(replica, each, free)
    present = each * (_mean_s(replica, step) + (replica.output_tokens - 1) * step)
    return float(gammainc(replicas_count - but, replicas_count * present))


def _step_s(replica: Replica, each: float, free: float) -> float:
    """Return the step at the mean batch, stretched by the prompts between steps. [s]."""
    step = step_at_s(replica.steps, 1.0) / free
    for _ in range(ROUNDS):
        batch = max(1.0, each * replica.output_tokens * step)
        step = step_at_s(replica.steps, batch) / free
    return step


def _mean_s(replica: Replica, step_s: float) -> float:
    """Return the mean time to the first token where every replica is busy. [s]."""
    return step_s / 2 + replica.prompt_passes * step_s + replica.prefill_work_s


def overlap(mean: float, late_frac: float) -> float:
    r"""Return the requests beside one's own that a share of requests exceeds. [1].

    Parameters
    ----------
    mean : float
        Mean running requests, as arrivals see them. [1]
    late_frac : float
        Share of requests that see more. [1]

    Notes
    -----
    Requests that run as long as one's own overlap with it for a part of its time that is even
    between none and all: a Poisson number, 2b on average, of even parts. Where hardly more than
    one comes the percentile is that one's, else that of the gamma distribution with mean b and
    variance 2b/3.

    Examples
    --------
    >>> overlap(0.02, 0.05), round(overlap(0.048, 0.05), 2), round(overlap(100, 0.05), 1)
    (0.0, 0.48, 113.8)
    """
    if 2.0 * mean <= late_frac:
        return 0.0
    one = 1.0 - late_frac / (2.0 * mean)
    return max(one, 2.0 / 3.0 * float(gammaincinv(1.5 * mean, 1.0 - late_frac)))
