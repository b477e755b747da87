"""Job queue: the servers that small jobs of several sizes need so that few wait too long."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import ceil, floor, log

from designlib.physics.queueing import erlang_c, wait_tail

HOURS_PER_DAY = 24.0
_P90 = 0.1


def mean_gpus(gpus_per_job: Mapping[int, float]) -> float:
    """Return the mean GPUs of a job.

    Parameters
    ----------
    gpus_per_job : mapping of int to float
        GPUs of a job -> share of jobs. [1]

    Examples
    --------
    >>> round(mean_gpus({1: 0.6, 2: 0.2, 4: 0.1, 8: 0.1}), 6)
    2.2
    """
    return sum(gpus * share for gpus, share in gpus_per_job.items())


def offered_gpus(
    jobs_per_day: float, gpus_per_job: Mapping[int, float], mean_hours: float
) -> float:
    """Return the GPUs that a queue keeps busy on average.

    Parameters
    ----------
    jobs_per_day : float
        Arrivals. [1/d]
    gpus_per_job : mapping of int to float
        GPUs of a job -> share of jobs. [1]
    mean_hours : float
        Mean time of a job. [h]

    Examples
    --------
    >>> round(offered_gpus(700, {1: 0.6, 2: 0.2, 4: 0.1, 8: 0.1}, 1.1), 1)
    70.6
    """
    return jobs_per_day / HOURS_PER_DAY * mean_gpus(gpus_per_job) * mean_hours


def server_share(gpus: int, gpus_per_server: int) -> float:
    """Return the servers that a job takes: an equal part of one, or whole ones.

    Parameters
    ----------
    gpus, gpus_per_server : int
        GPUs of the job and of a server. [1]

    Examples
    --------
    >>> server_share(2, 8), server_share(3, 8), server_share(12, 8)
    (0.25, 0.5, 2.0)
    """
    if gpus >= gpus_per_server:
        return float(ceil(gpus / gpus_per_server))
    return 1.0 / floor(gpus_per_server / gpus)


def queue_servers(
    jobs_per_day: float,
    gpus_per_job: Mapping[int, float],
    mean_hours: float,
    wait_hours: float,
    gpus_per_server: int,
    late_frac: float = _P90,
) -> float:
    r"""Return the servers with which few enough jobs of every size wait too long.

    Parameters
    ----------
    jobs_per_day : float
        Arrivals, at random. [1/d]
    gpus_per_job : mapping of int to float
        GPUs of a job -> share of jobs. [1]
    mean_hours, wait_hours : float
        Mean time of a job and the promised wait. [h]
    gpus_per_server : int
        GPUs of a server. [1]
    late_frac : float
        Share of jobs that may wait longer, 0.1 for a p90. [1]

    Returns
    -------
    float
        Servers; a part of one where small jobs leave the rest of it free. [1]

    Notes
    -----
    Each size gets the slots that an M/M/c queue of its own needs. A scheduler can keep to these
    shares, so the promise holds whatever the mixture does: one common first-come-first-served
    queue may do with fewer servers or, where a large job drains them, need more.

    .. math:: n = \sum_g s_g \min\{c : C(c, a_g)\, e^{-(c - a_g) x / T} \le p\}

    References
    ----------
    .. [1] D. Gross et al., "Fundamentals of queueing theory", section 2.4.

    Examples
    --------
    >>> queue_servers(700, {1: 0.6, 2: 0.2, 4: 0.1, 8: 0.1}, 1.1, 2, 8)
    12.125
    """
    slots = _slots(jobs_per_day, gpus_per_job, mean_hours, wait_hours, late_frac)
    shares = {g: server_share(g, gpus_per_server) for g in slots}
    each = [n * shares[g] for g, n in slots.items()]
    sizes = sorted(set(shares.values()))
    nested = all((b / a).is_integer() for a, b in pairwise(sizes))
    return float(sum(each) if nested else sum(ceil(n) for n in each))


def queue_wait_hours(
    jobs_per_day: float,
    gpus_per_job: Mapping[int, float],
    mean_hours: float,
    wait_hours: float,
    late_frac: float = _P90,
) -> float:
    r"""Return the wait that only few jobs exceed, of the size that waits longest.

    Parameters
    ----------
    jobs_per_day : float
        Arrivals, at random. [1/d]
    gpus_per_job : mapping of int to float
        GPUs of a job -> share of jobs. [1]
    mean_hours, wait_hours : float
        Mean time of a job and the promised wait for which the slots are counted. [h]
    late_frac : float
        Share of jobs that wait longer. [1]

    Notes
    -----
    .. math:: x = \max\left(0, \frac{\ln(C(c,a)/p)}{c-a}\right) T
    """
    longest = 0.0
    slots = _slots(jobs_per_day, gpus_per_job, mean_hours, wait_hours, late_frac)
    for gpus, count in slots.items():
        load = jobs_per_day / HOURS_PER_DAY * gpus_per_job[gpus] * mean_hours
        late = erlang_c(count, load)
        if late > late_frac:
            longest = max(longest, log(late / late_frac) / (count - load) * mean_hours)
    return longest


def _slots(
    jobs_per_day: float,
    gpus_per_job: Mapping[int, float],
    mean_hours: float,
    wait_hours: float,
    late_frac: float,
) -> dict[int, int]:
    """Return the slots that the jobs of each size need."""
    rate = jobs_per_day / HOURS_PER_DAY
    return {
        gpus: servers_within_wait(rate * part, mean_hours, wait_hours, late_frac)
        for gpus, part in gpus_per_job.items()
        if part > 0
    }


def servers_within_wait(rate: float, service_s: float, wait_s: float, late_frac: float) -> int:
    """Return the fewest units with which few enough arrivals wait longer than a limit.

    Parameters
    ----------
    rate : float
        Arrivals. [1/s]
    service_s, wait_s : float
        Mean service time and the limit of the wait. [s]
    late_frac : float
        Share of arrivals that may wait longer. [1]

    Examples
    --------
    >>> servers_within_wait(3300 / 10 / 3600 * 3, 12, 10, 0.01)
    7
    """
    units = max(1, floor(rate * service_s))
    while wait_tail(units, rate, service_s, wait_s) > late_frac:
        units += 1
    return units
