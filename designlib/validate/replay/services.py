"""Services: a day of requests through replicas that schedule continuously, hour by hour.

Every level of the day is played in windows of its own, the peak in several, from which the
confidence of its percentiles follows. Replicas that fail as often as the promise allows are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.batching import Engine, lengths, replay
from designlib.physics.load_curve import load_curve
from designlib.validate.replay.confidence import Estimate, estimate
from designlib.validate.replay.demand import Load, busiest, loads, random_of, replicas_up
from designlib.validate.replay.machines import engine
from designlib.validate.replay.queues import poisson_s

WINDOWS: Final = 6
"""Windows of the peak hour; their percentiles are the replications."""
REQUESTS_MIN: Final = 850
RESIDENCES: Final = 6.0
"""A window lasts so many times as long as a request stays, at least."""
REPLAYS_MAX: Final = 5500
SAMPLES: Final = (8, 64)
"""Replicas that are played: more only where fewer do not keep the promise. [1]"""
HOURS: Final = 24


@dataclass(frozen=True)
class Day:
    """What a service's requests see.

    Attributes
    ----------
    load : Load
        Workload, site and date.
    replicas : int
        Replicas that are up. [1]
    peak_requests_s : float
        Arrivals in the busiest hour. [requests/s]
    ttft_s, tpot_s : Estimate
        95th percentiles in the busiest hour. [s]
    kept_hours : int
        Hours of the day in which both limits hold.
    """

    load: Load
    replicas: int
    peak_requests_s: float
    ttft_s: Estimate
    tpot_s: Estimate
    kept_hours: int


def days(design: Design, brief: Brief, catalog: Catalog) -> list[Day]:
    """Return the busiest day of every service of a language model at every site."""
    found = []
    for load in busiest(loads(design, brief, ("inference",))):
        one = engine(load.row, load.w, catalog, brief)
        if one is not None:
            found.append(_day(load, one, replicas_up(load, design, brief, catalog)))
    return found


def _day(load: Load, one: Engine, replicas: int) -> Day:
    w = load.w
    peak = load.factor * w.peak_requests_s
    if not replicas:
        never = Estimate(float("inf"), 0.0)
        return Day(load, 0, peak, never, never, 0)
    for sample in SAMPLES:
        day = _played(load, one, replicas, sample)
        if day.kept_hours == HOURS or replicas <= sample:
            break
    return day


def _played(load: Load, one: Engine, replicas: int, sample: int) -> Day:
    """Return the day as a part of the replicas sees it that is no larger than a sample."""
    w = load.w
    peak = load.factor * w.peak_requests_s
    levels = load_curve(max(1.0, w.diurnal.peak_to_mean))
    seen = [
        window(one, w, peak, replicas, (load.place, "peak", n), sample=sample)
        for n in range(WINDOWS)
    ]
    ttft, tpot = (estimate([pair[k] for pair in seen]) for k in (0, 1))
    kept = 0
    # One window of a level is as sure as one window of the peak.
    sure = (sqrt(WINDOWS) * ttft.spread, sqrt(WINDOWS) * tpot.spread)
    known: dict[float, bool] = {1.0: _within(ttft.mean, tpot.mean, w, (ttft.spread, tpot.spread))}
    for level in levels:
        near = round(level, 1) or 0.05
        if near not in known:
            seen_here = window(one, w, near * peak, replicas, (load.place, near), sample=sample)
            known[near] = _within(*seen_here, w, sure)
        kept += known[near]
    return Day(load, replicas, peak, ttft, tpot, kept)


def _within(ttft_s: float, tpot_s: float, w: Any, sure: tuple[float, float]) -> bool:
    return bool(ttft_s - sure[0] <= w.ttft_p95_s and tpot_s - sure[1] <= w.tpot_p95_s)


def window(
    one: Engine, w: Any, rate: float, replicas: int, words: tuple[object, ...],
    *, variation: float = 0.0, sample: int = 8,
) -> tuple[float, float]:  # fmt: skip
    """Return the 95th percentiles of first token and of time a further token in a window. [s].

    Parameters
    ----------
    one : Engine
        A replica; all are alike.
    w : Inference
        Lengths of prompt and answer.
    rate : float
        Arrivals. [requests/s]
    replicas : int
        Replicas behind one balancer. [1]
    words : tuple
        What the random numbers depend on.
    variation : float
        Standard deviation of the lengths over their mean. [1]
    sample : int
        Replicas that are played at most. [1]
    """
    # Balanced replicas are alike. A part of them with its part of the rate is a little worse off
    # than all together, for the more there are, the rarer it is that all are busy.
    part = min(replicas, sample)
    rate = rate * part / replicas
    stay = w.output_tokens * one.step_s(max(1, min(one.slots, 8)))
    count = int(min(REPLAYS_MAX, max(REQUESTS_MIN, RESIDENCES * stay * rate)))
    random = random_of(*words)
    arrivals = poisson_s(rate, count, random)
    seed = int(random.integers(2**31))
    found = replay(
        one,
        arrivals,
        lengths(w.prompt_tokens, variation, count, seed),
        lengths(w.output_tokens, variation, count, seed + 1),
        replicas_count=part,
    )
    warm = min(0.5, max(0.1, 2 * stay * rate / count))
    ttft = found.percentile("ttft_s", warm_up_frac=warm)
    tpot = found.percentile("tpot_s", warm_up_frac=warm) if w.output_tokens >= 2 else 0.0
    return ttft, float(np.nan_to_num(tpot))
