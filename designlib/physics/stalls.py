"""Stalls: prompts of others hold up an answer while it is written, some more than others."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, sqrt
from statistics import NormalDist

from scipy.special import gammaincinv

from designlib.physics.first_token import all_busy_frac, first_token_s, overlap
from designlib.physics.fleet import fleet_state
from designlib.physics.replica import Replica, step_at_s

TRIES_MAX, COARSE = 256, 64
"""Numbers of replicas that are tried, one by one up to twice as many as the second. [1]"""


@lru_cache(maxsize=65536)
def stalled_tpot_s(replica: Replica, replicas_count: int, rate_requests_s: float) -> float:
    r"""Return the percentile of the time a further token, prompts of others by chance included.

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
        Time of a further token that ``late_frac`` of the answers exceed; infinite where the fleet
        is overloaded. [s]

    Notes
    -----
    While an answer of N tokens is written in :math:`N\,t`, a Poisson number of prompts, a on
    average, is computed on its replica, and first of all those that were left behind its own,

    .. math:: q = \rho^n \Bigl(1 + \frac{\rho}{2 (1 - \rho)}\Bigr), \qquad \rho = r w,

    for a wait takes all n replicas busy; of a queue with even work that is exact. Each prompt holds
    the answer up for :math:`w`, so that more come yet: what comes by chance grows to
    :math:`1 / (1 - f \rho)` of itself, with f = 1 up to two replicas and 2/n of n, for a balancer
    spares the one that is held up (so chosen by replays of every pass). The stretched step
    :math:`t` has the mean of a in it. Deviations of the batch, in which an answer counts beside the
    few others that it meets, and of the prompts add as independent ones:

    .. math::
        t_{95} = t + \frac{q\,w}{N (1 - f \rho)} + \sqrt{(t_{b95} - t)^2
            + \Bigl(\frac{d\,w}{N}\Bigr)^2}, \qquad
        \sigma^2 = \frac{a + 2 q / (1 - f \rho)}{(1 - f \rho)^2}

    with :math:`d = z \sigma` behind a balancer, the percentile of a gamma distribution on one
    replica, which no balancer spares, and a whole prompt at least where more than ``late_frac`` of
    the answers meet one, which takes all other replicas busy; where fewer do, none. A replay of
    every pass is met within 20 %.
    """
    _, most, _ = fleet_state(replica, replicas_count, rate_requests_s)
    if most == inf or not rate_requests_s:
        return most
    each = rate_requests_s / replicas_count
    free = 1.0 - each * replica.prefill_work_s
    mean = _mean_tpot_s(replica, each, free, most)
    beside = overlap(rate_requests_s * replica.output_tokens * mean, replica.late_frac)
    most = max(most, step_at_s(replica.steps, (beside + 1.0) / replicas_count) / free)
    busy = 1.0 - free
    back = 1.0 - busy * min(1.0, 2.0 / replicas_count)
    behind = busy**replicas_count * (1.0 + busy / (2.0 * free))
    prompts = each * replica.output_tokens * mean
    met = prompts * all_busy_frac(replica, replicas_count, rate_requests_s, but=1)
    if 1.0 - exp(-met - behind) <= replica.late_frac:
        return most  # those who meet a prompt at all are among the few that may be late
    more = _more_prompts(prompts, behind, back, replicas_count, replica.late_frac)
    more = max(more, (1.0 - prompts) / back)
    one = replica.prefill_work_s / replica.output_tokens
    return mean + one * behind / back + sqrt((most - mean) ** 2 + (one * more) ** 2)


def _more_prompts(
    prompts: float, behind: float, back: float, replicas_count: int, late_frac: float
) -> float:
    """Return the prompts beyond their mean that a share of the answers exceeds. [1]."""
    variance = (prompts + 2.0 * behind / back) / back**2
    more = NormalDist().inv_cdf(1.0 - late_frac) * sqrt(variance)
    mean = prompts + behind / back
    if replicas_count == 1 and mean > 0:
        scale = variance / mean
        more = max(more, scale * float(gammaincinv(mean / scale, 1.0 - late_frac)) - mean)
    return more


def _mean_tpot_s(replica: Replica, each: float, free: float, most: float) -> float:
    """Return the step at the mean batch, stretched by the prompts between steps. [s]."""
    tpot = most
    for _ in range(30):
        before = tpot
        tpot = step_at_s(replica.steps, max(1.0, each * replica.output_tokens * tpot)) / free
        if tpot == before:  # a further round gives the same
            break
    return min(tpot, most)


@lru_cache(maxsize=65536)
def steady_replicas_count(replica: Replica, rate_requests_s: float, at_least: int) -> int:
    """Return the fewest replicas that keep both promised times in spite of what others do.

    Parameters
    ----------
    replica : Replica
        One replica with its limits.
    rate_requests_s : float
        Peak arrivals. [requests/s]
    at_least : int
        Replicas that the rate takes without regard to stalls. [1]
    """
    if not at_least:
        return 0
    count = at_least
    for _ in range(TRIES_MAX):
        late = first_token_s(replica, count, rate_requests_s) > replica.ttft_p95_s
        if not late and stalled_tpot_s(replica, count, rate_requests_s) <= replica.tpot_p95_s:
            break
        count += max(1, count // COARSE)
    return count
