"""Queueing: waits of many servers, Poisson margins, and how many of many are up."""

from __future__ import annotations

from functools import lru_cache
from math import comb, exp, lgamma, log
from statistics import NormalDist

_P95 = 0.05
_SMALL = 500
"""Replicas up to which the ways to choose among them are numbers that a float can hold. [1]"""


def erlang_c(servers: int, load: float) -> float:
    r"""Return the probability that an arrival waits in an M/M/c queue.

    Parameters
    ----------
    servers : int
        Servers c. [1]
    load : float
        Offered load a = arrival rate x mean service time. [1]

    Returns
    -------
    float
        Probability of a wait; 1 where the load reaches the servers. [1]

    Notes
    -----
    .. math:: C(c,a) = \frac{B_c}{1 - (a/c)(1-B_c)},\qquad B_k = \frac{a B_{k-1}}{k + a B_{k-1}},
        \; B_0 = 1

    References
    ----------
    .. [1] A. K. Erlang, 1917; D. Gross et al., "Fundamentals of queueing theory", section 2.4.

    Examples
    --------
    >>> round(erlang_c(2, 1.0), 4)
    0.3333
    """
    if load >= servers:
        return 1.0
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def wait_tail(servers: int, rate: float, service_s: float, wait_s: float) -> float:
    r"""Return the probability that an arrival waits longer than a limit in an M/M/c queue.

    Parameters
    ----------
    servers : int
        Servers c. [1]
    rate : float
        Arrivals. [1/s]
    service_s, wait_s : float
        Mean service time and the limit. [s]

    Notes
    -----
    .. math:: P(W > x) = C(c,a)\, e^{-(c\mu-\lambda)\,x}

    Examples
    --------
    >>> round(wait_tail(7, 0.275, 12, 10), 4)
    0.0027
    """
    load = rate * service_s
    if load >= servers:
        return 1.0
    if wait_s < 0:
        return 1.0
    if load <= 0:
        return 0.0
    return erlang_c(servers, load) * exp(-(servers - load) / service_s * wait_s)


def rate_within_wait(
    servers: int, service_s: float, wait_s: float, late_frac: float = _P95
) -> float:
    """Return the largest arrival rate at which few enough arrivals wait longer than a limit.

    Parameters
    ----------
    servers : int
        Servers. [1]
    service_s, wait_s : float
        Mean service time and the limit of the wait. [s]
    late_frac : float
        Share of arrivals that may wait longer. [1]

    Returns
    -------
    float
        Rate. [1/s]
    """
    low, high = 0.0, servers / service_s
    for _ in range(60):
        middle = (low + high) / 2
        if wait_tail(servers, middle, service_s, wait_s) <= late_frac:
            low = middle
        else:
            high = middle
    return low


def jobs_busy_max_frac(
    servers: int, mean_service_s: float, wait_s: float, late_frac: float = 0.1
) -> float:
    """Return the load of a job pool up to which its promised queue wait holds.

    Parameters
    ----------
    servers : int
        Slots that one job takes: GPUs, servers or gangs. [1]
    mean_service_s, wait_s : float
        Mean job and the promised wait. [s]
    late_frac : float
        Share of jobs that may wait longer, 0.1 for a p90. [1]

    Returns
    -------
    float
        Busy share of the pool. [1]

    Examples
    --------
    >>> round(jobs_busy_max_frac(64, 3960, 7200), 2)
    0.98
    """
    if servers <= 0:
        return 0.0
    return rate_within_wait(servers, mean_service_s, wait_s, late_frac) * mean_service_s / servers


def up_probability(needed: int, total: int, availability_frac: float) -> float:
    """Return the probability that at least ``needed`` of ``total`` replicas are up.

    Parameters
    ----------
    needed, total : int
        Replicas. [1]
    availability_frac : float
        Share of time that one replica is up. [1]

    Examples
    --------
    >>> round(up_probability(2, 3, 0.99), 6)
    0.999702
    """
    return sum(down_probability(k, total, availability_frac) for k in range(total - needed + 1))


def down_probability(down: int, total: int, availability_frac: float) -> float:
    """Return the probability that exactly ``down`` of ``total`` replicas are down.

    Parameters
    ----------
    down, total : int
        Replicas. [1]
    availability_frac : float
        Share of time that one replica is up. [1]

    Examples
    --------
    >>> round(down_probability(1, 3, 0.99), 6)
    0.029403
    """
    away = 1 - availability_frac
    if total <= _SMALL or not 0 < availability_frac < 1:
        return comb(total, down) * availability_frac ** (total - down) * away**down
    ways = lgamma(total + 1) - lgamma(down + 1) - lgamma(total - down + 1)
    return exp(ways + (total - down) * log(availability_frac) + down * log(away))


@lru_cache(maxsize=4096)
def spare_replicas_count(
    needed: int, availability_frac: float, replica_availability_frac: float
) -> int:
    """Return the fewest extra replicas with which enough are up often enough.

    Parameters
    ----------
    needed : int
        Replicas that must be up. [1]
    availability_frac : float
        Share of time that ``needed`` must be up. [1]
    replica_availability_frac : float
        Share of time that one replica is up. [1]

    Examples
    --------
    >>> spare_replicas_count(4, 0.999, 0.99)
    1
    """
    if availability_frac <= 0:
        return 0
    if replica_availability_frac <= 0 or availability_frac >= 1 > replica_availability_frac:
        raise ValueError("no number of spares reaches this availability")
    extra = 0
    while up_probability(needed, needed + extra, replica_availability_frac) < availability_frac:
        extra += 1
    return extra


def poisson_margin(mean: float, late_frac: float = _P95) -> float:
    """Return the count that a Poisson variable exceeds for a share of the time only.

    Parameters
    ----------
    mean : float
        Mean count. [1]
    late_frac : float
        Share of time above. [1]

    Notes
    -----
    Normal approximation: mean + z sqrt(mean), the square-root staffing rule.

    References
    ----------
    .. [1] W. Whitt, "Understanding the efficiency of multi-server service systems",
       Management Science 38, 1992.

    Examples
    --------
    >>> round(poisson_margin(100), 1)
    116.4
    """
    margin: float = NormalDist().inv_cdf(1 - late_frac) * max(mean, 0.0) ** 0.5
    return mean + margin
