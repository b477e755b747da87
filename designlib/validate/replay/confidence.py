"""Confidence: the mean of replications and how far the true mean may lie from it.

References
----------
.. [1] A. M. Law, "Simulation modeling and analysis", 5th ed., McGraw-Hill, 2015, section 9.4:
       independent replications and Student's t.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from scipy.special import stdtrit

LEVEL: Final = 0.95


class Estimate(NamedTuple):
    """A simulated figure.

    Parameters
    ----------
    mean : float
        Mean of the replications, in their unit.
    spread : float
        Half of the 95 % confidence interval, in the same unit.
    """

    mean: float
    spread: float


def estimate(values: Sequence[float]) -> Estimate:
    r"""Return the mean of independent replications with its 95 % confidence.

    Parameters
    ----------
    values : sequence of float
        One figure of each replication; at least two.

    Notes
    -----
    .. math:: \bar x \pm t_{n-1,\,0.975}\, s / \sqrt n

    Examples
    --------
    >>> found = estimate([1.0, 2.0, 3.0])
    >>> round(found.mean, 2), round(found.spread, 2)
    (2.0, 2.48)
    """
    found = np.asarray(values, dtype=float)
    if found.size < 2:
        raise ValueError("one replication says nothing of its spread")
    scale = float(stdtrit(found.size - 1, (1 + LEVEL) / 2))
    return Estimate(float(found.mean()), scale * float(found.std(ddof=1)) / sqrt(found.size))
