"""Runs: a job saves, fails, restarts and repeats what it lost, until its work is done.

A failure strikes at any time, in a save or a restart too; after it the job needs the restart and
the whole cycle since the last save without another failure, which is the model behind Daly's law.

References
----------
.. [1] J. T. Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps",
       Future Generation Computer Systems 22(3), 2006, equation 13.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
DRAWS_MAX = 4_000_000
"""Cycles drawn at a time, so that long runs of many replications fit in memory."""


@dataclass(frozen=True)
class Cycle:
    """How a job saves and fails.

    Attributes
    ----------
    interval_s : float
        Work between two saves. [s]
    save_s : float
        Time that a save takes from the work. [s]
    mtti_s : float
        Mean time between failures of the whole job. [s]
    restart_s : float
        From a failure to work again. [s]
    """

    interval_s: float
    save_s: float
    mtti_s: float
    restart_s: float


def runs_s(work_s: float, cycle: Cycle, count: int, random: np.random.Generator) -> Series:
    """Return how long runs of a stated work last with saves and failures. [s].

    Parameters
    ----------
    work_s : float
        Work of one run without saves or failures. [s]
    cycle : Cycle
        How it saves and fails.
    count : int
        Runs to draw. [1]
    random : Generator
        Source of the random numbers.

    Returns
    -------
    array, shape (count,)
        Time of each run. [s]
    """
    whole, rest = divmod(work_s, cycle.interval_s)
    cycles = int(whole)
    total = np.zeros(count)
    batch = max(1, DRAWS_MAX // max(1, cycles))
    for start in range(0, count, batch):
        some = min(batch, count - start)
        if cycles:
            lengths = _cycles_s(cycle.interval_s + cycle.save_s, cycle, some * cycles, random)
            total[start : start + some] = lengths.reshape(some, cycles).sum(axis=1)
    if rest > 0:
        total += _cycles_s(rest, cycle, count, random)
    return total


def _cycles_s(length_s: float, cycle: Cycle, count: int, random: np.random.Generator) -> Series:
    """Return how long it takes to get through a stretch, restarts and repeats included. [s]."""
    time = random.exponential(cycle.mtti_s, count)
    left = np.flatnonzero(time < length_s)
    spent = np.where(time < length_s, time, length_s)
    again = cycle.restart_s + length_s
    while left.size:
        tried = random.exponential(cycle.mtti_s, left.size)
        failed = tried < again
        spent[left] += np.where(failed, tried, again)
        left = left[failed]
    return spent


def ettr(work_s: float, runs: Series) -> Series:
    """Return the share of each run's time that advanced its work. [1].

    Parameters
    ----------
    work_s : float
        Work of one run. [s]
    runs : array
        Time of each run. [s]
    """
    return work_s / runs
