"""Throughput: what replicas sustain, for whole grids of replicas in one call.

Every law here takes numbers or arrays that broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from designlib.physics.decode import decode_step_s
from designlib.physics.machine import Machine
from designlib.physics.numbers import Numbers
from designlib.physics.prefill import prefill_s
from designlib.physics.shape import Shape
from designlib.physics.slots import SEQUENCES_MAX, slots_count

_BISECTIONS = 18


@dataclass(frozen=True, slots=True)
class Work:
    """What requests cost a replica; numbers or arrays that broadcast.

    Parameters
    ----------
    slots : float or array
        Requests that fit at once; below one nothing runs. [1]
    alone_s, work_s : float or array
        First token of a request alone, and the machine time that its prompt takes. [s]
    step_s : callable
        Decode step by the number of running requests. [s]
    output_tokens : float or array
        Tokens of an answer. [tokens]
    """

    slots: Numbers
    alone_s: Numbers
    work_s: Numbers
    step_s: Callable[[Numbers], Numbers]
    output_tokens: Numbers


def work_of(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: Numbers,
    weight_bits: Numbers,
    kv_bits: Numbers,
    prompt_tokens: Numbers,
    output_tokens: Numbers,
    prefix_hit_frac: Numbers = 0.0,
    pipeline_parallel: Numbers = 1,
    math_bits: Numbers = None,
    sequences_max: Numbers = SEQUENCES_MAX,
) -> Work:
    """Return what requests cost the replicas of a grid.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel, pipeline_parallel : int or array
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits, math_bits : float or array
        Width of weights, cache and products; None means products as wide as weights. [bit]
    prompt_tokens, output_tokens : float or array
        Tokens of a prompt and of an answer. [tokens]
    prefix_hit_frac : float or array
        Share of a prompt found in the cache. [1]
    sequences_max : float or array
        Requests that an engine runs at most. [1]
    """
    slots = slots_count(
        shape,
        machine,
        tensor_parallel=tensor_parallel,
        weight_bits=weight_bits,
        kv_bits=kv_bits,
        tokens=prompt_tokens + output_tokens,
        pipeline_parallel=pipeline_parallel,
        sequences_max=sequences_max,
    )
    alone, work = prefill_s(
        shape,
        machine,
        tensor_parallel=tensor_parallel,
        weight_bits=weight_bits,
        prompt_tokens=prompt_tokens,
        prefix_hit_frac=prefix_hit_frac,
        pipeline_parallel=pipeline_parallel,
        math_bits=math_bits,
    )

    def step(batch: Numbers) -> Numbers:
        return decode_step_s(
            shape,
            machine,
            tensor_parallel=tensor_parallel,
            weight_bits=weight_bits,
            kv_bits=kv_bits,
            batch=batch,
            context_tokens=prompt_tokens + output_tokens / 2,
            pipeline_parallel=pipeline_parallel,
            math_bits=math_bits,
        )

    return Work(slots, alone, work, step, output_tokens)


def rate_at_batch(work: Work, batch: Numbers) -> Numbers:
    r"""Return the rate that keeps a mean number of requests running. [requests/s].

    Parameters
    ----------
    work : Work
        What requests cost.
    batch : float or array
        Mean running requests. [1]

    Notes
    -----
    Little's law with a step that the prompts between steps stretch to
    :math:`step/(1 - r\,t_{pre})`:

    .. math:: r = \frac{b}{\mathrm{OSL}\,step(b) + b\,t_{pre}}
    """
    return batch / (work.output_tokens * work.step_s(np.maximum(batch, 1.0)) + batch * work.work_s)


def backlog_rate(work: Work, requests_count: Numbers = np.inf) -> Numbers:
    """Return the rate at which a replica works through a backlog. [requests/s].

    Parameters
    ----------
    work : Work
        What requests cost.
    requests_count : float or array
        Requests of the backlog for this replica; the last wave may be a small one. [1]

    Returns
    -------
    float or array
        Zero where not one request fits.
    """
    slots = np.where(work.slots >= 1, work.slots, 1.0)
    batch = np.minimum(slots, requests_count)
    steady = rate_at_batch(work, batch)
    waves = np.where(np.isfinite(requests_count), requests_count, 0.0)
    full = np.floor(waves / batch + 1e-9) * batch
    rest = np.maximum(waves - full, 0.0)
    last = np.where(rest > 0.5, rest / rate_at_batch(work, np.maximum(rest, 1.0)), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(waves > 0, waves / (full / steady + last), steady)
    return np.where(work.slots >= 1, whole, 0.0)


def rate_within(
    work: Work,
    *,
    replicas_count: Numbers,
    ttft_s: Numbers,
    tpot_s: Numbers,
    late_frac: float,
    margin: float,
    variation: float = 1.0,
) -> Numbers:
    """Return the rate that pooled replicas sustain within their limits. [requests/s].

    Parameters
    ----------
    work : Work
        What requests cost one replica.
    replicas_count : float or array
        Replicas behind one balancer. [1]
    ttft_s, tpot_s : float or array
        Limits of the first token and of the time per further token. [s]
    late_frac : float
        Share of requests that may miss a limit. [1]
    margin : float
        Standard deviations of running requests that the limits hold at. [1]
    variation : float
        Deviation of the work of a prompt over its mean: 1 for M/M/n, 0 where all are alike. [1]

    Notes
    -----
    The law of ``fleet.short_of``: running requests are Poisson, prefills queue as M/M/n. Waits of
    other work are longer or shorter by half of one plus its squared variation.
    """
    pool, spread = replicas_count, (1 + variation**2) / 2
    slots = np.where(work.slots >= 1, work.slots, 1.0)
    low, high = np.log(1e-3) + 0 * slots * pool, np.log(slots) + 0.0 * pool
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        mean = np.exp(middle)
        rate = rate_at_batch(work, mean)
        batch = np.maximum(1.0, mean + margin * np.sqrt(mean / pool))
        step = work.step_s(batch)
        tpot = step / (1 - rate * work.work_s)
        patience = ttft_s - work.alone_s - step
        late = wait_tails(pool, rate * work.work_s * pool, work.work_s * spread, patience)
        good = (tpot <= tpot_s) & (late <= late_frac) & (batch <= slots)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    least = low > np.log(1e-3)
    return np.where(least & (work.slots >= 1), pool * rate_at_batch(work, np.exp(low)), 0.0)


def wait_tails(servers: Numbers, load: Numbers, service_s: Numbers, wait_s: Numbers) -> Numbers:
    """Return the probability of a longer wait in M/M/c queues, for arrays. [1].

    Parameters
    ----------
    servers : float or array
        Servers. [1]
    load : float or array
        Offered load, arrivals times service time. [1]
    service_s, wait_s : float or array
        Mean service time and the limit. [s]
    """
    servers, load = np.broadcast_arrays(np.asarray(servers, float), np.asarray(load, float))
    blocked = np.ones_like(load)
    for k in range(1, int(servers.max(initial=1.0)) + 1):
        blocked = np.where(k <= servers, load * blocked / (k + load * blocked), blocked)
    free = np.maximum(servers - load, 1e-12)
    waits = blocked / (1 - np.minimum(load / servers, 1 - 1e-12) * (1 - blocked))
    tail = waits * np.exp(-free / service_s * np.maximum(wait_s, 0.0))
    return np.where((wait_s < 0) | (load >= servers), 1.0, tail)
