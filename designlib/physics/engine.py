"""Engine: the passes of one replica as numbers that a replay of its scheduler needs."""

from __future__ import annotations

import numpy as np

from designlib.physics.batching import Engine
from designlib.physics.machine import Machine
from designlib.physics.prefill import CHUNK_TOKENS, new_tokens
from designlib.physics.shape import Shape
from designlib.physics.speculation import Draft, beside_draft, drafted_work
from designlib.physics.throughput import work_of
from designlib.physics.weights import shares_attention


def engine_of(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: int,
    weight_bits: float,
    kv_bits: float,
    prompt_tokens: float,
    output_tokens: float,
    prefix_hit_frac: float = 0.0,
    pipeline_parallel: int = 1,
    math_bits: float | None = None,
    draft: Draft | None = None,
) -> Engine:
    """Return the passes of one replica that serves requests of a mean length.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel, pipeline_parallel : int
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits : float
        Width of weights and of the cache. [bit]
    prompt_tokens, output_tokens : float
        Mean lengths. [tokens]
    prefix_hit_frac : float
        Share of a prompt found in the cache. [1]
    math_bits : float or None
        Width of the products; None means that of the weights. [bit]
    draft : Draft or None
        A small LLM on the same GPUs that proposes tokens.

    Raises
    ------
    ValueError
        Not one request fits beside the weights.
    """
    if draft is not None:
        machine = beside_draft(draft, shape, machine, tensor_parallel, weight_bits)
    asked = {
        "tensor_parallel": tensor_parallel,
        "pipeline_parallel": pipeline_parallel,
        "weight_bits": weight_bits,
        "kv_bits": kv_bits,
        "math_bits": math_bits,
        "prompt_tokens": prompt_tokens,
        "output_tokens": output_tokens,
    }
    cost = work_of(shape, machine, prefix_hit_frac=prefix_hit_frac, **asked)
    if draft is not None:
        cost = drafted_work(cost, draft, shape, machine, **asked)
    slots = int(cost.slots)
    if slots < 1:
        raise ValueError("not one request fits beside the weights")
    steps = np.asarray(cost.step_s(np.arange(1.0, slots + 1))).tolist()
    engines = tensor_parallel if shares_attention(shape, tensor_parallel) else 1
    # A pass is full of tokens that are computed; those found in the cache take no room in it.
    fresh = prompt_tokens / new_tokens(prompt_tokens, prefix_hit_frac)
    return Engine(
        step_s=lambda batch: float(steps[min(batch, slots) - 1]),
        idle_pass_s=max(0.0, float(cost.alone_s - cost.work_s)),
        prompt_token_s=float(cost.work_s) / prompt_tokens,
        slots=slots,
        chunk_tokens=CHUNK_TOKENS * engines * fresh,
    )
