"""Queues: arrivals wait for the first free of several servers, first come first served.

References
----------
.. [1] J. Kiefer, J. Wolfowitz, "On the theory of queues with many servers", Transactions of the
       American Mathematical Society 78, 1955: the recursion over the servers' free times.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]


def waits_s(arrivals_s: Series, services_s: Series, servers: int) -> Series:
    """Return how long each arrival waits for a server. [s].

    Parameters
    ----------
    arrivals_s : array
        Times of arrival, ascending. [s]
    services_s : array
        Time that each takes a server. [s]
    servers : int
        Servers; all are alike. [1]

    Returns
    -------
    array, shape (arrivals,)
        Wait of each arrival, in order. [s]

    Examples
    --------
    >>> waits_s(np.array([0.0, 1.0, 2.0]), np.array([3.0, 3.0, 3.0]), 1).tolist()
    [0.0, 2.0, 4.0]
    """
    if servers < 1:
        return np.full(arrivals_s.size, np.inf)
    free = [0.0] * servers
    heapify(free)
    waits = np.empty(arrivals_s.size)
    for n, (when, work) in enumerate(zip(arrivals_s.tolist(), services_s.tolist(), strict=True)):
        begins = max(when, free[0])
        waits[n] = begins - when
        heapreplace(free, begins + work)
    return waits


def poisson_s(rate: float, count: int, random: np.random.Generator) -> Series:
    """Return arrivals of a Poisson process. [s].

    Parameters
    ----------
    rate : float
        Arrivals. [1/s]
    count : int
        How many. [1]
    random : Generator
        Source of the random numbers.
    """
    return np.cumsum(random.exponential(1.0 / rate, count))


def settled(waits: Series, warm_up_frac: float = 0.1) -> Series:
    """Return the waits after the start, while the queue fills, is cut off.

    Parameters
    ----------
    waits : array
        Waits in order of arrival. [s]
    warm_up_frac : float
        Share to leave out. [1]
    """
    return waits[int(warm_up_frac * waits.size) :]
