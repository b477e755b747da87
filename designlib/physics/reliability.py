r"""Reliability: failures add up over parts; spares hold the promise against them.

References
----------
.. [1] A. Grattafiori et al., "The Llama 3 herd of models", arXiv 2407.21783, section 3.3.4:
       419 unexpected interruptions in 54 days on 16,384 GPUs.
.. [2] R. E. Barlow, F. Proschan, "Mathematical theory of reliability", Wiley, 1965: spares of
       independent units under repair are Poisson (Palm's theorem).
"""

from bisect import bisect_right
from math import exp, inf, lgamma, log

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
    if away == 0:
        return 0
    k, term = 0, -away
    total = exp(term)
    # Terms are taken in logarithms: e^-away alone underflows above 745. Past the mean, terms of
    # no size end the sum even where rounding keeps it below a probability next to 1.
    while total < probability and (k <= away or exp(term) > 1e-18):
        k += 1
        term = k * log(away) - away - lgamma(k + 1)
        total += exp(term)
    return k


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
        last threshold is at least ``servers_max`` and, where servers fail, not cut off there. [1]

    Examples
    --------
    >>> spares_steps(64, repair_days=5, server_hours_between_repairs=6334.6, probability=0.99)
    ((0, 0), (7, 1), (23, 2), (43, 3), (67, 4))
    """

    def needed(servers: int) -> int:
        return spares_count(servers, repair_days, server_hours_between_repairs, probability)

    if repair_days / server_hours_between_repairs == 0:
        return ((servers_max, 0),)
    steps: list[tuple[int, int]] = []
    servers = 0
    while True:
        spares = needed(servers)
        ahead = servers + 1
        while needed(ahead) == spares:
            ahead = 2 * ahead
        servers = bisect_right(range(ahead + 1), spares, key=needed) - 1
        steps.append((servers, spares))
        if servers >= servers_max:
            return tuple(steps)
        servers += 1
