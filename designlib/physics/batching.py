"""Batching: replicas that schedule requests continuously, replayed event by event.

Each pass gives every running request one token and computes prompts that wait, first come first
served, up to a budget of tokens. The balancer in front sees the prompts that each replica still has
to compute, as gateways for inference do [1]_. The decode progress of all running requests is one
counter, so a replay jumps from arrival to arrival or completion instead of walking through every
token.

References
----------
.. [1] Kubernetes SIG Network, "Gateway API Inference Extension",
       https://github.com/kubernetes-sigs/gateway-api-inference-extension: its endpoint picker
       routes by the length of the queue and the load of the cache of each model server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from designlib.physics.prefill import CHUNK_TOKENS

Series = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Engine:
    """What passes of one replica take.

    Parameters
    ----------
    step_s : callable
        Decode step by the number of running requests. [s]
    idle_pass_s : float
        Part of a pass without running requests that its prompts share: weights, fixed costs. [s]
    prompt_token_s : float
        Time that one prompt token adds to a pass. [s]
    slots : int
        Requests at once. [1]
    chunk_tokens : float
        Prompt tokens of one pass at most. [tokens]
    """

    step_s: Callable[[int], float]
    idle_pass_s: float
    prompt_token_s: float
    slots: int
    chunk_tokens: float = CHUNK_TOKENS


@dataclass(frozen=True, slots=True)
class Replay:
    """What each request saw, in the order of arrival.

    Parameters
    ----------
    ttft_s, tpot_s, latency_s : array
        First token, mean time of a further token (nan for answers of one token), whole
        request. [s]
    """

    ttft_s: Series
    tpot_s: Series
    latency_s: Series

    def percentile(self, name: str, share: float = 0.95, *, warm_up_frac: float = 0.1) -> float:
        """Return a percentile of a figure after the start, while the queue is filling, is cut off.

        Parameters
        ----------
        name : str
            "ttft_s", "tpot_s" or "latency_s".
        share : float
            Share of requests that are no slower. [1]
        warm_up_frac : float
            Share of requests to leave out at the start. [1]
        """
        values: Series = getattr(self, name)
        later = values[int(warm_up_frac * values.size) :]
        return float(np.nanquantile(later, share))


@dataclass(slots=True)
class _Replica:
    engine: Engine
    now: float = 0.0
    counter: int = 0
    running: list[tuple[int, int]] = field(default_factory=list)
    waiting: deque[list[float]] = field(default_factory=deque)
    in_pass: int = 0

    def load(self, when: float) -> tuple[bool, int, int]:
        """Return whether all slots are taken, prompts not yet computed, and all requests."""
        prompts = len(self.waiting) + (self.in_pass if self.now > when else 0)
        taken = len(self.running) + len(self.waiting)
        return taken >= self.engine.slots, prompts, taken


def replay(
    engine: Engine,
    arrivals_s: Series,
    prompt_tokens: Series,
    output_tokens: Series,
    *,
    replicas_count: int = 1,
) -> Replay:
    """Return what requests see on replicas behind a balancer that picks the least loaded one.

    That is the one with the fewest prompts to compute, and among equals the fewest requests.

    Parameters
    ----------
    engine : Engine
        One replica; all are alike.
    arrivals_s : array
        Times of arrival, ascending. [s]
    prompt_tokens, output_tokens : array
        Lengths of each request; at least one token each. [tokens]
    replicas_count : int
        Replicas. [1]
    """
    count = arrivals_s.size
    first, last = np.zeros(count), np.zeros(count)
    pool = [_Replica(engine) for _ in range(replicas_count)]
    answers = np.maximum(np.rint(output_tokens), 1).astype(int).tolist()
    for place, (when, prompt) in enumerate(zip(arrivals_s.tolist(), prompt_tokens, strict=True)):
        for one in pool:
            _advance(one, when, answers, first, last)
        chosen = min(pool, key=lambda one: one.load(when))
        chosen.waiting.append([float(place), float(prompt)])
    for one in pool:
        _advance(one, float("inf"), answers, first, last)
    more = np.array(answers) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        tpot = np.where(more > 0, (last - first) / more, np.nan)
    return Replay(first - arrivals_s, tpot, last - arrivals_s)


def poisson_arrivals(rate_requests_s: float, count: int, seed: int = 0) -> Series:
    """Return arrivals of a Poisson process. [s].

    Parameters
    ----------
    rate_requests_s : float
        Arrivals. [requests/s]
    count : int
        Requests. [1]
    seed : int
        Start of the random numbers; the same seed gives the same arrivals.
    """
    gaps = np.random.default_rng(seed).exponential(1 / rate_requests_s, count)
    return np.cumsum(gaps)


def lengths(mean_tokens: float, variation: float, count: int, seed: int = 1) -> Series:
    """Return lengths of a log-normal distribution, at least one token each. [tokens].

    Parameters
    ----------
    mean_tokens : float
        Mean. [tokens]
    variation : float
        Standard deviation over the mean; 0 makes all alike. [1]
    count : int
        Requests. [1]
    seed : int
        Start of the random numbers.
    """
    if variation <= 0:
        return np.full(count, mean_tokens)
    sigma = float(np.sqrt(np.log1p(variation**2)))
    drawn = np.random.default_rng(seed).lognormal(np.log(mean_tokens) - sigma**2 / 2, sigma, count)
    return np.maximum(drawn, 1.0)


def _advance(one: _Replica, until: float, answers: list[int], first: Series, last: Series) -> None:
    """Run passes that start before a time."""
    while one.now < until:
        if not one.running and not one.waiting:
            one.now = until if until < float("inf") else one.now
            return
        if one.waiting and len(one.running) < one.engine.slots:
            _mixed_pass(one, answers, first, last)
        else:
            _decode_passes(one, until, last)


def _mixed_pass(one: _Replica, answers: list[int], first: Series, last: Series) -> None:
    engine, budget = one.engine, one.engine.chunk_tokens
    done: list[int] = []
    free = engine.slots - len(one.running)
    while one.waiting and budget > 0 and len(done) < free:
        taken = min(budget, one.waiting[0][1])
        one.waiting[0][1] -= taken
        budget -= taken
        if one.waiting[0][1] <= 0:
            done.append(int(one.waiting.popleft()[0]))
    running = len(one.running)
    base = engine.step_s(running) if running else engine.idle_pass_s
    one.now += base + (engine.chunk_tokens - budget) * engine.prompt_token_s
    one.counter += 1
    one.in_pass = len(done)
    _finish(one, last)
    for place in done:
        first[place] = last[place] = one.now
        if answers[place] > 1:
            heappush(one.running, (one.counter + answers[place] - 1, place))


def _decode_passes(one: _Replica, until: float, last: Series) -> None:
    """Make the passes up to the next completion or the next arrival at once."""
    step = one.engine.step_s(len(one.running))
    passes = one.running[0][0] - one.counter
    if until < float("inf") and not one.waiting:
        passes = min(passes, max(1, int(np.ceil((until - one.now) / step))))
    one.now += passes * step
    one.counter += passes
    one.in_pass = 0
    _finish(one, last)


def _finish(one: _Replica, last: Series) -> None:
    while one.running and one.running[0][0] <= one.counter:
        last[heappop(one.running)[1]] = one.now
