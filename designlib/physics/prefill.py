"""Prefill: a prompt computes its new tokens once, each attending to what came before it."""

from __future__ import annotations

from designlib.physics.decode import (
    attention_token_flops,
    fixed_s,
    layers_exchange_s,
    products_s,
    serve_flop_s,
)
from designlib.physics.machine import Machine
from designlib.physics.shape import Shape
from designlib.physics.weights import weight_bytes

# Under load prompts are joined into passes of about this many tokens, the usual engine setting.
CHUNK_TOKENS = 8192.0


def prefill_s(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: int,
    weight_bits: float,
    prompt_tokens: float,
    prefix_hit_frac: float = 0.0,
) -> tuple[float, float]:
    r"""Return the time to the first token of a request alone, and the work it adds under load.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel : int
        GPUs of the replica. [1]
    weight_bits : float
        Width of weights. [bit]
    prompt_tokens : float
        Tokens of a prompt. [tokens]
    prefix_hit_frac : float
        Share of the prompt whose cache is there already. [1]

    Returns
    -------
    tuple of float
        Latency alone and machine time under load, where reading the weights, fixed costs and
        latencies are shared with the prompts and decode steps beside it. [s]

    Notes
    -----
    .. math:: \frac{2 N_a n + 4 L h\, n\,(c + n/2)}{t P \eta_c}, \qquad n = \text{new},\;
        c = \text{cached tokens}
    """
    t = tensor_parallel
    cached = max(0.0, min(prompt_tokens * prefix_hit_frac, prompt_tokens - 1))  # one token at least
    new = max(1.0, prompt_tokens - cached)
    products = products_s(shape, machine, t, weight_bits, new)
    scores = new * attention_token_flops(shape, cached + new / 2)
    attention = scores / (t * serve_flop_s(machine, 16))
    exchange = layers_exchange_s(shape, machine, t, new)
    bytes_s = t * machine.hbm_bandwidth_gb_s * 1e9 * machine.serve_hbm_frac
    read = weight_bytes(shape, weight_bits, t, new) * t / bytes_s
    alone = max(products, read) + attention + exchange + fixed_s(shape, machine)
    shared = new / CHUNK_TOKENS * layers_exchange_s(shape, machine, t, CHUNK_TOKENS)
    return alone, products + attention + min(shared, exchange)
