r"""Reliability: failures add up over parts; spares hold the promise against them.

References
----------
.. [1] A. Grattafiori et al., "The Llama 3 herd of models", arXiv 2407.21783, section 3.3.4:
       419 unexpected interruptions in 54 days on 16,384 GPUs.
.. [2] R. E. Barlow, F. Proschan, "Mathematical theory of reliability", Wiley, 1965: spares of
       independent units under repair are Poisson (Palm's theorem).
"""

from math import inf

from scipy.special import gammaincc

from designlib.physics.availability import (
    n_plus_k_availability,
    parallel_paths_availability,
    replicas_for_availability,
)

__all__ = [
    "mtti_hours",
    "n_plus_k_availability",
    "parallel_paths_availability",
    "replicas_for_availability",
    "server_hours_between_repairs",
    "spares_count",
    "spares_steps",
]

HOURS_PER_DAY = 24.0
SECONDS_PER_HOUR = 3600.0
SERVERS_MAX = 10**9
"""Servers that no fleet has; what covers so many covers all. [1]"""
SINGLY_MAX, LOT_FRAC = 100, 0.02
"""Spares that are added one by one [1], and the share of those beyond in which more come. [1]"""


def mtti_hours(gpus_count: int, gpu_hours_per_interruption: float) -> float:
    """Return the mean time to interruption of a job.

    Parameters
    ----------
    gpus_count : int
        GPUs of the job. [1]
    gpu_hours_per_interruption : float
        GPU-hours between interruptions; a job of 16,384 GPUs saw 50,677 [1]_. [h]

    Returns
    -------
    float
        Mean time to interruption; infinite for no GPUs. [h]

    Examples
    --------
    >>> round(mtti_hours(4096, 50677), 1)
    12.4
    """
    return gpu_hours_per_interruption / gpus_count if gpus_count else inf


def server_hours_between_repairs(
    gpu_hours_per_interruption: float, gpus_per_server_count: int, repair_share_frac: float = 1.0
) -> float:
    """Return the mean hours of one server between failures that need a repair.

    Parameters
    ----------
    gpu_hours_per_interruption : float
        GPU-hours between interruptions of any kind. [h]
    gpus_per_server_count : int
        GPUs of one server. [1]
    repair_share_frac : float
        Share of interruptions that take the server out for repair. [1]

    Returns
    -------
    float
        Hours between repairs; infinite where nothing needs a repair. [h]
    """
    if repair_share_frac == 0:
        return inf
    return gpu_hours_per_interruption / gpus_per_server_count / repair_share_frac


def spares_count(
    servers_count: int,
    repair_days: float,
    server_hours_between_repairs: float,
    probability: float,
) -> int:
    r"""Return the spares with which enough servers are up with a stated probability.

    Parameters
    ----------
    servers_count : int
        Servers that must be up. [1]
    repair_days : float
        Days from failure to return, shipping included. [d]
    server_hours_between_repairs : float
        Mean hours of one server between failures that need a repair. [h]
    probability : float
        Probability that no more servers are away than there are spares. [1]

    Returns
    -------
    int
        Spares. [1]

    Notes
    -----
    Servers away are Poisson with mean :math:`\lambda = n \cdot MTTR / M` [2]_; the spares are the
    smallest k with :math:`P(X \le k) \ge q`.

    Examples
    --------
    >>> spares_count(64, 5, 50677 / 8, 0.99)
    4
    """
    if not 0 <= probability < 1:
        raise ValueError(f"probability {probability} must be at least 0 and below 1")
    away = servers_count * repair_days * HOURS_PER_DAY / server_hours_between_repairs
    if away == inf:
        raise ValueError("servers fail faster than they can be counted")
    below, enough = -1, 1
    while _covered(enough, away) < probability:
        below, enough = enough, 2 * enough
    while enough - below > 1:
        middle = (below + enough) // 2
        below, enough = (
            (middle, enough) if _covered(middle, away) < probability else (below, middle)
        )
    return enough


def _covered(spares: int, away: float) -> float:
    """Return the probability that no more of a Poisson number are away than there are spares."""
    # The sum of the terms up to k is the upper incomplete gamma function at k + 1.
    return float(gammaincc(spares + 1.0, away))


def spares_steps(
    servers_max: int,
    *,
    repair_days: float,
    server_hours_between_repairs: float,
    probability: float,
) -> tuple[tuple[int, int], ...]:
    """Return how many spares pools of growing size need, as thresholds.

    Parameters
    ----------
    servers_max : int
        Servers of the largest pool. [1]
    repair_days : float
        Days from failure to return. [d]
    server_hours_between_repairs : float
        Mean hours of one server between failures that need a repair. [h]
    probability : float
        Probability that no more servers are away than there are spares. [1]

    Returns
    -------
    tuple of (int, int)
        Largest number of servers that so many spares cover, and the spares; increasing. The
        last threshold is at least ``servers_max`` and not cut off there, but at more servers than
        anybody has, for servers that never fail. Beyond ``SINGLY_MAX`` spares come in lots, each
        of which covers exactly as many servers as its spares can. [1]

    Examples
    --------
    >>> spares_steps(64, repair_days=5, server_hours_between_repairs=6334.6, probability=0.99)
    ((0, 0), (7, 1), (23, 2), (43, 3), (67, 4))
    """

    def needed(servers: int) -> int:
        return spares_count(servers, repair_days, server_hours_between_repairs, probability)

    each = repair_days * HOURS_PER_DAY / server_hours_between_repairs
    steps: list[tuple[int, int]] = []
    servers = 0
    while True:
        spares = needed(servers)
        spares += int(LOT_FRAC * max(0, spares - SINGLY_MAX))
        servers = _most(spares, each, probability, servers, max(servers_max, SERVERS_MAX))
        steps.append((servers, spares))
        if servers >= servers_max:
            return tuple(steps)
        servers += 1


def _most(spares: int, away_each: float, probability: float, enough: int, limit: int) -> int:
    """Return the most servers that some spares cover: those known to be enough, up to a limit."""
    above = enough + 1
    while above <= limit and _covered(spares, above * away_each) >= probability:
        enough, above = above, 2 * above
    above = min(above, limit + 1)
    while above - enough > 1:
        middle = (enough + above) // 2
        if _covered(spares, middle * away_each) >= probability:
            enough = middle
        else:
            above = middle
    return enough
