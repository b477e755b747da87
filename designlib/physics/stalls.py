"""Stalls: prompts of others hold up an answer while it is written, some more than others."""

from __future__ import annotations

from functools import lru_cache
from math import inf, sqrt
from statistics import NormalDist

from designlib.physics.first_token import first_token_s, overlap
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
    An answer of N tokens takes :math:`T = N\,t`. Meanwhile a Poisson number of prompts, rT on
    average, is computed on its replica, each of which holds it up for :math:`w`. Their mean is in
    the stretched step :math:`t`. What more of them come holds it up longer, so that more come yet:
    a deviation grows to :math:`1 / (1 - f r w)` of itself, with f = 1 up to two replicas and 2/n of
    n, for a balancer spares the one that is held up (so chosen by replays of every pass, which it
    meets within 10 %). It and that of the batch, in which an answer counts beside the few others
    that it meets, add as independent ones:

    .. math::
        t_{95} = t + \sqrt{(t_{b95} - t)^2
            + \Bigl(\frac{z \sqrt{r N t}\, w}{N (1 - f r w)}\Bigr)^2}
    """
    _, most, _ = fleet_state(replica, replicas_count, rate_requests_s)
    if most == inf or not rate_requests_s:
        return most
    each = rate_requests_s / replicas_count
    free = 1.0 - each * replica.prefill_work_s
    mean = _mean_tpot_s(replica, each, free, most)
    beside = overlap(rate_requests_s * replica.output_tokens * mean, replica.late_frac)
    most = max(most, step_at_s(replica.steps, (beside + 1.0) / replicas_count) / free)
    z = NormalDist().inv_cdf(1.0 - replica.late_frac)
    tokens = replica.output_tokens
    back = 1.0 - (1.0 - free) * min(1.0, 2.0 / replicas_count)
    stalls = z * sqrt(each * tokens * mean) * replica.prefill_work_s / tokens / back
    return mean + sqrt((most - mean) ** 2 + stalls**2)


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
