"""Latency: percentiles of first token, further tokens and whole requests under load."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from designlib.physics.batching import Engine

_STATES = 210
_PASSES_MAX = 450
_TAIL = 1e-9
_BISECTIONS = 60
_ROUNDS = 3
# Part of a change of the batch that is slow enough to feed back on itself within one request.
_SLOW_FRAC = 0.75


@dataclass(frozen=True, slots=True)
class Latency:
    """Latencies of one replica at a load.

    Parameters
    ----------
    batch : float
        Mean running requests. [1]
    ttft_s, tpot_s, latency_s : float
        Percentiles. [s]
    """

    batch: float
    ttft_s: float
    tpot_s: float
    latency_s: float


@dataclass(frozen=True, slots=True)
class _First:
    mean_s: float
    percentile_s: float
    pass_s: float
    deviation_s: float


def latency(
    engine: Engine,
    rate_requests_s: float,
    *,
    prompt_tokens: float,
    output_tokens: float,
    share: float = 0.95,
) -> Latency:
    r"""Return percentiles of the latencies of one replica under Poisson arrivals.

    Parameters
    ----------
    engine : Engine
        One replica.
    rate_requests_s : float
        Arrivals. [requests/s]
    prompt_tokens, output_tokens : float
        Lengths. [tokens]
    share : float
        Share of requests that are no slower. [1]

    Returns
    -------
    Latency
        Infinite where the replica is overloaded.

    Notes
    -----
    A pass takes the step of the running requests and the prompts that came during the pass
    before, :math:`S' = step(b) + t_{pre}\,\mathrm{Poisson}(r S)`, a Markov chain over the number
    of prompts. An arrival falls into a pass with a chance in proportion to its length, waits for
    its end, and gets its first token with the end of the next. A running request sees itself
    beside those that arrivals see: b + 1. Running requests are M/D/infinity:
    their mean over the life of one request has the variance :math:`\tfrac23 b`, the prompts that
    it meets have the variance b, and both have the covariance b / 2. The pass with its own prompt
    is long, so more prompts than usual follow it.
    """
    work = prompt_tokens * engine.prompt_token_s
    busy = rate_requests_s * work
    batch = mean_batch(engine, rate_requests_s, work, output_tokens)
    if busy >= 1 or batch > engine.slots:
        return Latency(batch, float("inf"), float("inf"), float("inf"))
    more = max(output_tokens - 1, 1.0)
    each = work / more / (1 - busy)
    own = _first_token(engine, rate_requests_s, batch, work, share)
    for _ in range(_ROUNDS):
        step = _step(engine, batch + 1) / (1 - busy)
        mean = step + rate_requests_s * each * max(0.0, own.pass_s - step)
        batch = min(rate_requests_s * more * mean, float(engine.slots))
        own = _first_token(engine, rate_requests_s, batch, work, share)
    slope = (_step(engine, batch + 2) - _step(engine, batch + 1)) / (1 - busy)
    spread = batch * (slope**2 * 2 / 3 + each**2 + slope * each)
    spread += each**2 * rate_requests_s * (own.pass_s + rate_requests_s * own.deviation_s**2)
    feedback = min(0.9, rate_requests_s * output_tokens * slope)
    tpot = _gamma_quantile(mean, sqrt(spread) / (1 - _SLOW_FRAC * feedback), share)
    return Latency(batch, own.percentile_s, tpot, own.mean_s + (output_tokens - 1) * tpot)


def _gamma_quantile(mean: float, deviation: float, share: float) -> float:
    """Return a quantile of a gamma distribution by the cube-root law of Wilson and Hilferty."""
    ninth = (deviation / mean) ** 2 / 9
    return mean * (1 - ninth + NormalDist().inv_cdf(share) * sqrt(ninth)) ** 3


def mean_batch(
    engine: Engine, rate_requests_s: float, work_s: float, output_tokens: float
) -> float:
    """Return the mean running requests at a rate; infinite where no number keeps up. [1].

    Parameters
    ----------
    engine : Engine
        One replica.
    rate_requests_s : float
        Arrivals. [requests/s]
    work_s : float
        Time that a prompt takes. [s]
    output_tokens : float
        Tokens of an answer. [tokens]
    """
    free = 1 - rate_requests_s * work_s
    if free <= 0:
        return float("inf")
    low, high = 0.0, 2.0 * engine.slots
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        needed = rate_requests_s * (output_tokens - 1) * _step(engine, middle + 1) / free
        low, high = (middle, high) if needed > middle else (low, middle)
    return float("inf") if high > 1.99 * engine.slots else high


def _first_token(engine: Engine, rate: float, batch: float, work: float, share: float) -> _First:
    """Return the first token and the pass that computes it."""
    base = _step(engine, batch)
    prompts = np.arange(_STATES)
    passes = base + work * prompts
    arrive = _poisson(np.asarray(rate * passes, dtype=np.float64))
    chance = np.full(_STATES, 1 / _STATES)
    for _ in range(_PASSES_MAX):
        again = chance @ arrive
        again /= again.sum()
        if np.abs(again - chance).max() < _TAIL:
            break
        chance = again
    seen = chance * passes / (chance * passes).sum()
    ends = base + work * (1 + prompts)
    idle = float(np.exp(-batch)) if batch < 30 else 0.0
    alone = engine.idle_pass_s + work
    mean = float(seen @ (passes / 2 + arrive @ ends))
    low, high = 0.0, float(passes[-1] + ends[-1])
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        over = np.clip(1 - (middle - ends[None, :]) / passes[:, None], 0.0, 1.0)
        late = float(seen @ (arrive * over).sum(axis=1))
        late = (1 - idle) * late + idle * (middle < alone)
        low, high = (middle, high) if late > 1 - share else (low, middle)
    own = float(seen @ (arrive @ ends))
    square = float(seen @ (arrive @ ends**2))
    return _First((1 - idle) * mean + idle * alone, high, own, sqrt(max(0.0, square - own**2)))


def _poisson(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chances of 0, 1, ... events, one row for each mean."""
    count = np.arange(_STATES)
    logs = np.concatenate([[0.0], np.cumsum(np.log(count[1:]))])
    with np.errstate(divide="ignore"):
        chances = np.exp(count * np.log(means)[:, None] - means[:, None] - logs)
    return np.asarray(chances)


def _step(engine: Engine, batch: float) -> float:
    """Return the step between whole numbers of requests."""
    below = int(batch)
    part = batch - below
    if part == 0:
        return engine.step_s(max(below, 1))
    near, far = engine.step_s(max(below, 1)), engine.step_s(below + 1)
    return near + part * (far - near)
