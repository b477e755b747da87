"""Prefill: a prompt computes its new tokens once, each attending to what came before it."""

from __future__ import annotations

import numpy as np

from designlib.physics.decode import (
    attention_token_flops,
    fixed_s,
    hbm_bytes_s,
    products_s,
    serve_flop_s,
)
from designlib.physics.exchange import exchange_s
from designlib.physics.machine import Machine
from designlib.physics.numbers import Numbers
from designlib.physics.shape import Shape
from designlib.physics.weights import shares_attention, weight_bytes

# Under load prompts are joined into passes of about this many tokens, the usual engine setting.
CHUNK_TOKENS = 8192.0


def prefill_s(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: Numbers,
    weight_bits: Numbers,
    prompt_tokens: Numbers,
    prefix_hit_frac: Numbers = 0.0,
    pipeline_parallel: Numbers = 1,
    math_bits: Numbers = None,
) -> tuple[Numbers, Numbers]:
    r"""Return the time to the first token of a request alone, and the work it adds under load.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel, pipeline_parallel : int or array
        GPUs of a stage, and stages of the replica. [1]
    weight_bits : float or array
        Width of weights. [bit]
    prompt_tokens : float or array
        Tokens of a prompt. [tokens]
    prefix_hit_frac : float or array
        Share of the prompt whose cache is there already. [1]
    math_bits : float, array or None
        Width of the products; None means that of the weights. [bit]

    Returns
    -------
    tuple of float or array
        Latency alone and machine time under load, where reading the weights, fixed costs and
        latencies are shared with the prompts and decode steps beside it. [s]

    Notes
    -----
    .. math:: \frac{2 N_a n + 4 L h\, n\,(c + n/2)}{t P \eta_c}, \qquad n = \text{new},\;
        c = \text{cached tokens}
    """
    t, stages = tensor_parallel, pipeline_parallel
    math_bits = weight_bits if math_bits is None else math_bits
    new = new_tokens(prompt_tokens, prefix_hit_frac)
    cached = np.maximum(prompt_tokens - new, 0.0)
    mean = cached + new / 2
    half = t * serve_flop_s(machine, 16)

    def computed(tokens: Numbers) -> Numbers:
        products = products_s(shape, machine, t, math_bits, tokens, tokens / new)
        return products + tokens * attention_token_flops(shape, mean) / half

    def shared(tokens: Numbers) -> Numbers:
        read = weight_bytes(shape, weight_bits, t, tokens) / hbm_bytes_s(machine)
        return read + fixed_s(shape, machine) + exchange_s(shape, machine, t, tokens, stages=stages)

    chunk = CHUNK_TOKENS * np.where(shares_attention(shape, t), t, 1)
    alone = computed(new) + shared(new)
    joined = computed(new) + np.minimum(shared(chunk) * new / chunk, shared(new))
    return alone, joined / stages


def new_tokens(prompt_tokens: Numbers, prefix_hit_frac: Numbers) -> Numbers:
    """Return the tokens of a prompt that are computed, at least one. [tokens].

    Parameters
    ----------
    prompt_tokens : float or array
        Tokens of a prompt. [tokens]
    prefix_hit_frac : float or array
        Share of the prompt whose cache is there already. [1]
    """
    return np.maximum(1.0, prompt_tokens * (1.0 - prefix_hit_frac))
