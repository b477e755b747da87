"""Serving: one replica's memory, steps and the rate it sustains within TTFT and TPOT."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil

import numpy as np

from designlib.physics.fleet import fleet_rate_requests_s, fleet_state, short_of
from designlib.physics.machine import Machine
from designlib.physics.misfit import Misfit
from designlib.physics.prefill import CHUNK_TOKENS, new_tokens
from designlib.physics.queueing import wait_tail
from designlib.physics.replica import BatchReplica, Replica, step_at_s
from designlib.physics.shape import Shape
from designlib.physics.slots import request_slots
from designlib.physics.speculation import Draft, beside_draft, drafted_work
from designlib.physics.throughput import Work, work_of
from designlib.physics.weights import cache_ranks, shares_attention

__all__ = ["BatchReplica", "Replica", "batch_replica", "replica"]


@lru_cache(maxsize=4096)
def replica(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: int,
    weight_bits: float = 16,
    kv_bits: float = 16,
    prompt_tokens: float,
    output_tokens: float,
    prefix_hit_frac: float = 0.0,
    ttft_p95_s: float,
    tpot_p95_s: float,
    pipeline_parallel: int = 1,
    math_bits: float | None = None,
    late_frac: float = 0.05,
    draft: Draft | None = None,
) -> Replica | Misfit:
    """Return what one replica sustains within its latency limits, or why it cannot.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel : int
        GPUs of the replica. [1]
    weight_bits, kv_bits : float
        Width of weights and of the cache. [bit]
    prompt_tokens, output_tokens : float
        Tokens of a prompt and of an answer. [tokens]
    prefix_hit_frac : float
        Share of a prompt found in the cache: saves prefill, not memory. [1]
    ttft_p95_s, tpot_p95_s : float
        Limits of the first token and of the mean time per further token. [s]
    pipeline_parallel : int
        Stages of the replica. [1]
    math_bits : float or None
        Width of the products; None means that of the weights, 16 a format that is unpacked. [bit]
    late_frac : float
        Share of requests that may miss a limit; 0.05 makes the limits 95th percentiles. [1]
    draft : Draft or None
        A small LLM on the same GPUs that proposes tokens.

    Returns
    -------
    Replica or Misfit
        ``memory``, ``ttft`` or ``tpot`` with the predicted and the allowed number.
    """
    tokens = prompt_tokens + output_tokens
    stages = pipeline_parallel
    if draft is not None:
        machine = beside_draft(draft, shape, machine, tensor_parallel, weight_bits)
    room = request_slots(shape, machine, tensor_parallel, weight_bits, kv_bits, tokens, stages)
    if isinstance(room, Misfit):
        return room
    slots, request_gb, fixed_gb = room
    asked = {
        "tensor_parallel": tensor_parallel,
        "weight_bits": weight_bits,
        "kv_bits": kv_bits,
        "prompt_tokens": prompt_tokens,
        "output_tokens": output_tokens,
        "pipeline_parallel": pipeline_parallel,
        "math_bits": math_bits,
    }
    cost = work_of(shape, machine, prefix_hit_frac=prefix_hit_frac, **asked)
    if draft is not None:
        cost = drafted_work(cost, draft, shape, machine, **asked)
    steps = _steps(cost, slots)
    chunk = CHUNK_TOKENS * (tensor_parallel if shares_attention(shape, tensor_parallel) else 1)
    alone, work = float(cost.alone_s), float(cost.work_s)
    refusal = _late(alone, steps[0][1], ttft_p95_s, tpot_p95_s)
    if refusal:
        return refusal
    found = Replica(
        gpus_count=tensor_parallel * stages,
        batch_max=slots,
        rate_requests_s=0.0,
        low_rate_requests_s=0.0,
        high_rate_requests_s=0.0,
        ttft_s=0.0,
        tpot_s=0.0,
        prefill_s=alone,
        prefill_work_s=work,
        memory_gb=fixed_gb + _cache_gb(shape, tensor_parallel, stages, slots * request_gb),
        kv_gb_per_request=request_gb,
        binding="",
        steps=steps,
        output_tokens=output_tokens,
        ttft_p95_s=ttft_p95_s,
        tpot_p95_s=tpot_p95_s,
        late_frac=late_frac,
        prompt_passes=ceil(new_tokens(prompt_tokens, prefix_hit_frac) / chunk),
    )
    rate = fleet_rate_requests_s(found, 1)
    _, tpot, _ = fleet_state(found, 1, rate)
    lacks = short_of(found, 1, rate * 1.001)
    binding = {"capacity": "capacity", "ttft": "compute"}.get(lacks or "", "bandwidth")
    band = machine.serve_band_frac
    return replace(
        found,
        rate_requests_s=rate,
        low_rate_requests_s=rate / (1 + band),
        high_rate_requests_s=rate * (1 + band),
        ttft_s=_ttft_p95_s(found, rate),
        tpot_s=tpot,
        binding=binding,
    )


@lru_cache(maxsize=4096)
def batch_replica(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: int,
    weight_bits: float = 16,
    kv_bits: float = 16,
    prompt_tokens: float,
    output_tokens: float,
    prefix_hit_frac: float = 0.0,
    pipeline_parallel: int = 1,
    math_bits: float | None = None,
) -> BatchReplica | Misfit:
    r"""Return the offline throughput of one replica, or why it cannot run.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel : int
        GPUs of the replica. [1]
    weight_bits, kv_bits : float
        Width of weights and of the cache. [bit]
    prompt_tokens, output_tokens : float
        Tokens of a prompt and of an answer. [tokens]
    prefix_hit_frac : float
        Share of a prompt found in the cache. [1]
    pipeline_parallel : int
        Stages of the replica. [1]
    math_bits : float or None
        Width of the products; None means that of the weights. [bit]

    Notes
    -----
    .. math:: r = \frac{1}{t_{pre} + \mathrm{OSL}\,step(b)/b}
    """
    tokens = prompt_tokens + output_tokens
    stages = pipeline_parallel
    room = request_slots(shape, machine, tensor_parallel, weight_bits, kv_bits, tokens, stages)
    if isinstance(room, Misfit):
        return room
    slots, request_gb, fixed_gb = room
    cost = work_of(
        shape,
        machine,
        tensor_parallel=tensor_parallel,
        weight_bits=weight_bits,
        kv_bits=kv_bits,
        prompt_tokens=prompt_tokens,
        output_tokens=output_tokens,
        prefix_hit_frac=prefix_hit_frac,
        pipeline_parallel=pipeline_parallel,
        math_bits=math_bits,
    )
    steps = _steps(cost, slots)
    work = float(cost.work_s)
    fitting = [*(b for b, _ in steps if b < slots), float(slots)]
    batch = min(fitting, key=lambda b: step_at_s(steps, b) / b)
    decode = output_tokens * step_at_s(steps, batch) / batch
    rate = 1 / (work + decode)
    band = machine.serve_band_frac
    binding = "compute" if work > decode else "bandwidth"
    return BatchReplica(
        gpus_count=tensor_parallel * stages,
        batch=int(batch),
        requests_s=rate,
        output_tokens_s=rate * output_tokens,
        total_tokens_s=rate * (prompt_tokens + output_tokens),
        low_requests_s=rate / (1 + band),
        high_requests_s=rate * (1 + band),
        memory_gb=fixed_gb + _cache_gb(shape, tensor_parallel, stages, batch * request_gb),
        binding="capacity" if batch == slots and binding != "compute" else binding,
    )


def _steps(cost: Work, slots: int) -> tuple[tuple[float, float], ...]:
    # The same batches whatever fits, so that less memory or a longer prompt never looks faster.
    batches = [1.0]
    while batches[-1] < slots:
        batches.append(float(round(1.5 * batches[-1] + 0.5)))
    steps = np.asarray(cost.step_s(np.array(batches)))
    return tuple(zip(batches, steps.tolist(), strict=True))


def _cache_gb(shape: Shape, ranks: int, stages: int, cache_gb: float) -> float:
    return float(cache_gb / cache_ranks(shape, ranks)) / stages


def _late(alone: float, step: float, ttft_p95_s: float, tpot_p95_s: float) -> Misfit | None:
    if step > tpot_p95_s:
        text = f"TPOT {1e3 * step:.0f} ms > {1e3 * tpot_p95_s:.0f} ms at batch 1"
        return Misfit(text, "tpot", step, tpot_p95_s, "s")
    first = alone + step
    if first > ttft_p95_s:
        text = f"TTFT {1e3 * first:.0f} ms > {1e3 * ttft_p95_s:.0f} ms without any queue"
        return Misfit(text, "ttft", first, ttft_p95_s, "s")
    return None


def _ttft_p95_s(found: Replica, rate: float) -> float:
    low, high = found.prefill_s, found.ttft_p95_s
    for _ in range(40):
        middle = (low + high) / 2
        wait = middle - found.prefill_s
        late = wait_tail(1, rate, found.prefill_work_s, wait)
        low, high = (low, middle) if late <= found.late_frac else (middle, high)
    return high
