"""Serving cases: what one published configuration asks of the physics, and what it answers.

A case holds numbers for one configuration, or columns for many; its layouts lie along the last
axis, and the fastest of them counts where the configuration does not say which one ran.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from designlib.physics.throughput import (
    Work,
    backlog_rate,
    rate_at_batch,
    rate_within,
    wait_tails,
    work_of,
)

P99_FRAC, P99_MARGIN = 0.01, 2.326
"""Limits of published services hold for 99 % of requests."""
PROMPT_VARIATION = 0.0
"""Engines cut and join prompts into passes of one size, so the queue is that of equal work."""
_BISECTIONS = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration, or columns of them.

    Parameters
    ----------
    shape, machine : object
        Architecture and machine: one of each, or stacked into columns.
    gpus_count : float or array
        GPUs of the whole system. [1]
    tensor_parallel, pipeline_parallel : array
        Layouts to choose from; 0 where there is none. [1]
    weight_bits, kv_bits, math_bits : float or array
        Width of weights, of the cache and of the products. [bit]
    prompt_tokens, output_tokens : float or array
        Tokens of a prompt and of an answer. [tokens]
    batch, offered_requests_s, requests_count : float or array
        Running requests [1], arrivals [requests/s] and the backlog [1] where stated, else nan.
    sequences_max : float or array
        Requests that an engine runs at most. [1]
    ttft_limit_s, tpot_limit_s : float or array
        Limits for 99 % of requests, else nan. [s]
    """

    shape: Any
    machine: Any
    gpus_count: Any
    tensor_parallel: Any
    pipeline_parallel: Any
    weight_bits: Any
    kv_bits: Any
    math_bits: Any
    prompt_tokens: Any
    output_tokens: Any
    batch: Any
    offered_requests_s: Any
    requests_count: Any
    sequences_max: Any
    ttft_limit_s: Any
    tpot_limit_s: Any

    @property
    def replicas_count(self) -> Any:
        """Return the replicas of each layout. [1]."""
        gpus = np.maximum(self.tensor_parallel, 1) * np.maximum(self.pipeline_parallel, 1)
        return self.gpus_count / gpus


def work(case: Case) -> Work:
    """Return what requests cost a replica of each layout.

    Stages are for LLMs that fit in no scale-up network: engines advise tensor parallelism inside.
    """
    found = work_of(
        case.shape,
        case.machine,
        tensor_parallel=np.maximum(case.tensor_parallel, 1),
        pipeline_parallel=np.maximum(case.pipeline_parallel, 1),
        weight_bits=case.weight_bits,
        kv_bits=case.kv_bits,
        math_bits=case.math_bits,
        prompt_tokens=case.prompt_tokens,
        output_tokens=case.output_tokens,
        sequences_max=case.sequences_max,
    )
    whole = (found.slots >= 1) & (case.tensor_parallel > 0) & (case.pipeline_parallel == 1)
    spare = (case.pipeline_parallel > 1) & whole.any(axis=-1, keepdims=True)
    real = np.where((case.tensor_parallel > 0) & ~spare, found.slots, 0.0)
    return Work(real, found.alone_s, found.work_s, found.step_s, found.output_tokens)


def backlog(case: Case) -> tuple[Any, Any]:
    """Return the rate at which each layout works through a backlog, and its step.

    Returns
    -------
    tuple of array
        Requests a second of the system [requests/s] and time per output token [s].
    """
    cost, pool = work(case), case.replicas_count
    queue = np.where(np.isnan(case.requests_count), np.inf, case.requests_count)
    rate = backlog_rate(cost, queue / pool)
    batch = np.minimum(np.maximum(cost.slots, 1.0), queue / pool)
    with np.errstate(divide="ignore"):
        return rate * pool, batch / (rate * case.output_tokens)


def limited(case: Case) -> tuple[Any, Any]:
    """Return the rate that each layout sustains within both limits, and the limit of a step.

    Returns
    -------
    tuple of array
        Requests a second of the system [requests/s] and time per output token [s].
    """
    rate = limited_rate(case)
    return rate, _online(work(case), case, rate)[1]


def limited_rate(case: Case) -> Any:
    """Return the rate that each layout sustains within both limits. [requests/s].

    Parameters
    ----------
    case : Case
        A configuration with limits.

    Notes
    -----
    Published systems split the requests before they queue: 16 and 32 GPUs serve twice and four
    times what 8 serve, so nothing is pooled.
    """
    alone = rate_within(
        work(case),
        replicas_count=1,
        ttft_s=case.ttft_limit_s,
        tpot_s=case.tpot_limit_s,
        late_frac=P99_FRAC,
        margin=P99_MARGIN,
        variation=PROMPT_VARIATION,
    )
    return case.replicas_count * alone


def stated(case: Case) -> tuple[Any, Any]:
    """Return the rate and the step of a stated number of running requests.

    Returns
    -------
    tuple of array
        Requests a second of the system [requests/s] and time per output token [s].
    """
    cost, pool = work(case), case.replicas_count
    batch = np.maximum(case.batch / pool, 1.0)
    fits = cost.slots >= 1
    return np.where(fits, pool * rate_at_batch(cost, batch), 0.0), cost.step_s(batch)


def online(case: Case) -> tuple[Any, Any, Any]:
    """Return rate, time per output token and first token under stated arrivals.

    Returns
    -------
    tuple of array
        Requests a second of the system [requests/s] and two means [s].

    Notes
    -----
    A run of a stated number of requests ends when the last of them does.
    """
    cost = work(case)
    rate, tpot = _online(cost, case, case.offered_requests_s)
    first = cost.alone_s + _mean_wait_s(cost, case, rate) + tpot / 2
    drain = first + case.output_tokens * tpot
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = case.requests_count / (case.requests_count / rate + drain)
    return np.where(np.isnan(whole), rate, whole), tpot, first


def _online(cost: Work, case: Case, offered: Any) -> tuple[Any, Any]:
    pool = case.replicas_count
    known = np.where(np.isnan(case.requests_count), np.inf, case.requests_count)
    slots = np.maximum(np.minimum(cost.slots, known / pool), 1.0)
    low, high = np.log(1e-3) + 0.0 * slots, np.log(slots)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        more = pool * rate_at_batch(cost, np.exp(middle)) < offered
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    batch = np.exp(high)
    rate = rate_at_batch(cost, batch)
    return np.where(cost.slots >= 1, pool * rate, 0.0), batch / (rate * case.output_tokens)


def _mean_wait_s(cost: Work, case: Case, rate: Any) -> Any:
    pool = case.replicas_count
    load = np.minimum(rate * cost.work_s, pool * 0.98)
    waits = wait_tails(pool, load, cost.work_s, 0.0)
    return waits * cost.work_s / (pool - load)
