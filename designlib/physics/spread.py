"""Spread: replicas on one server fail together, so a service keeps them on several servers."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from designlib.physics.queueing import down_probability

_FEWEST_APART = 2


def failures_tolerated(
    servers_count: int, availability_frac: float, server_availability_frac: float
) -> int | None:
    r"""Return how many of some servers may be down at once without breaking a promise.

    Parameters
    ----------
    servers_count : int
        Servers that carry the service. [1]
    availability_frac : float
        Share of time that the promise holds. [1]
    server_availability_frac : float
        Share of time that one server is up. [1]

    Returns
    -------
    int or None
        Fewest failures that must be survived; None where even all of them are not enough.

    Notes
    -----
    .. math:: \min k : \sum_{j \le k} \binom{m}{j} (1-a)^j a^{m-j} \ge A

    Examples
    --------
    >>> failures_tolerated(3, 0.999, 0.991)
    1
    """
    held = 0.0
    for lost in range(servers_count):
        held += down_probability(lost, servers_count, server_availability_frac)
        if held >= availability_frac:
            return lost
    return None


def replicas_apart(serving_count: int, servers_count: int, lost_count: int) -> int | None:
    """Return the replicas over servers, as even as they go, of which enough stay when some fail.

    Parameters
    ----------
    serving_count : int
        Replicas that must stay. [1]
    servers_count, lost_count : int
        Servers that carry the replicas, and those of them that may be down. [1]

    Returns
    -------
    int or None
        Replicas to run; None where every server may be down.

    Examples
    --------
    >>> replicas_apart(7, 3, 1), replicas_apart(7, 2, 1)
    (11, 14)
    """
    if lost_count >= servers_count:
        return None
    replicas = serving_count
    while replicas - lost_count * ceil(replicas / servers_count) < serving_count:
        replicas += 1
    return replicas


@lru_cache(maxsize=4096)
def spread_options(
    serving_count: int,
    reserve_count: int,
    per_server_count: int,
    options_count: int,
    availability_frac: float,
    server_availability_frac: float,
    lost_min_count: int = 0,
) -> tuple[tuple[int, int], ...]:
    """Return ways to keep a service up: (servers apart, replicas), from the fewest servers on.

    Parameters
    ----------
    serving_count, reserve_count : int
        Replicas that must stay up, and replicas of a new version that need not. [1]
    per_server_count : int
        Replicas that one server holds. [1]
    options_count : int
        Ways to return, each with one server more than the last. [1]
    availability_frac, server_availability_frac : float
        Share of time promised, and that one server is up. [1]
    lost_min_count : int
        Servers that may be down in any case, 1 for N+1. [1]

    Examples
    --------
    >>> spread_options(7, 1, 8, 3, 0.999, 0.991)
    ((2, 15), (3, 12), (4, 11))
    """
    found: list[tuple[int, int]] = []
    servers = 1 if availability_frac <= server_availability_frac else _FEWEST_APART
    servers = max(servers, lost_min_count + 1)
    servers = max(servers, ceil((serving_count + reserve_count) / per_server_count))
    while len(found) < options_count:
        lost = failures_tolerated(servers, availability_frac, server_availability_frac)
        lost = None if lost is None else max(lost, lost_min_count)
        replicas = None if lost is None else replicas_apart(serving_count, servers, lost)
        if replicas is not None and replicas + reserve_count <= servers * per_server_count:
            found.append((servers, replicas + reserve_count))
        servers += 1
    return tuple(found)
