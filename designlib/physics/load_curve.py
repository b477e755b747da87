"""Load curve: the hours of a day at each share of the peak, from the ratio of peak to mean."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi

HOURS = 24


@lru_cache(maxsize=256)
def load_curve(peak_to_mean: float) -> tuple[float, ...]:
    r"""Return the load of each hour of a day as a share of its peak.

    Parameters
    ----------
    peak_to_mean : float
        Peak rate over the mean rate of the day, at least 1. [1]

    Returns
    -------
    tuple of float
        24 shares whose largest is 1 and whose mean is the inverse of the ratio. [1]

    Raises
    ------
    ValueError
        The ratio is below 1.

    Notes
    -----
    A day with one peak, :math:`(\tfrac12 + \tfrac12 \cos x)^k`: the power k makes the peak as
    narrow as the ratio asks. Below a ratio of 2 the curve stands on a floor instead (k = 1).

    Examples
    --------
    >>> curve = load_curve(3.2)
    >>> max(curve), round(sum(curve) / 24, 6)
    (1.0, 0.3125)
    """
    if peak_to_mean < 1:
        raise ValueError("the peak is never below the mean")
    wave = [0.5 + 0.5 * cos(2 * pi * h / HOURS) for h in range(HOURS)]
    mean = 1.0 / peak_to_mean
    if mean >= sum(wave) / HOURS:
        height = (1.0 - mean) / (1.0 - sum(wave) / HOURS)
        return tuple(1.0 - height * (1.0 - x) for x in wave)
    low, high = 1.0, 2.0
    while sum(x**high for x in wave) / HOURS > mean and high < 1e6:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        if sum(x**middle for x in wave) / HOURS > mean:
            low = middle
        else:
            high = middle
    return tuple(x**high for x in wave)
