"""Availability: units on top of those needed, and parallel paths, carry the promise.

References
----------
.. [1] R. E. Barlow, F. Proschan, "Mathematical theory of reliability", Wiley, 1965: systems of
       k out of n.
"""

from math import exp, fsum, lgamma, log, log1p


def n_plus_k_availability(needed_count: int, spare_count: int, availability_each: float) -> float:
    r"""Return the probability that at least n of n + k equal, independent units are up.

    Parameters
    ----------
    needed_count : int
        Units that the load needs, n. [1]
    spare_count : int
        Units on top, k. [1]
    availability_each : float
        Probability that one unit is up. [1]

    Returns
    -------
    float
        Probability that enough units are up [1]_. [1]

    Notes
    -----
    .. math:: \sum_{i=0}^{k} \binom{n+k}{i} (1-A)^i A^{n+k-i}

    Examples
    --------
    >>> round(n_plus_k_availability(3, 1, 0.99), 6)
    0.999408
    """
    units, up = needed_count + spare_count, availability_each
    if up in (0.0, 1.0):
        return up if needed_count else 1.0
    # The tail of too many units down is summed, in logarithms: binomials overflow a float.
    short = (
        exp(
            lgamma(units + 1)
            - lgamma(i + 1)
            - lgamma(units - i + 1)
            + i * log1p(-up)
            + (units - i) * log(up)
        )
        for i in range(spare_count + 1, units + 1)
    )
    return max(0.0, 1 - fsum(short))


def parallel_paths_availability(paths_count: int, availability_each: float) -> float:
    """Return the probability that at least one of several independent paths is up.

    Parameters
    ----------
    paths_count : int
        Independent paths. [1]
    availability_each : float
        Probability that one path is up. [1]

    Returns
    -------
    float
        Probability that a path is up. [1]

    Examples
    --------
    >>> round(parallel_paths_availability(2, 0.999), 9)
    0.999999
    """
    return 1 - (1 - availability_each) ** paths_count


def replicas_for_availability(
    needed_count: int, availability_each: float, availability_target: float
) -> int:
    """Return the fewest extra replicas with which enough are up with a stated probability.

    Parameters
    ----------
    needed_count : int
        Replicas that carry the load. [1]
    availability_each : float
        Probability that one replica is up. [1]
    availability_target : float
        Probability that enough replicas are up. [1]

    Returns
    -------
    int
        Extra replicas, k of N + k. [1]

    Examples
    --------
    >>> replicas_for_availability(8, 0.99, 0.999)
    2
    """
    if not 0 < availability_each <= 1 or not 0 <= availability_target <= 1:
        raise ValueError("availabilities must lie between 0 and 1, that of a replica above 0")
    if availability_target == 1 and availability_each < 1:
        raise ValueError("no number of replicas is always up")
    spare = 0
    while n_plus_k_availability(needed_count, spare, availability_each) < availability_target:
        spare += 1
    return spare
