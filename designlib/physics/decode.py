"""Decode: a step reads the weights and each request's cache, or computes, whichever is longer."""

from __future__ import annotations

from designlib.physics.collectives import group_all_to_all_s, group_gather_s
from designlib.physics.machine import (
    Machine,
    compute_precision,
    peak_flop_s,
    weight_precision,
)
from designlib.physics.shape import Shape, kv_bytes_per_token
from designlib.physics.weights import cache_ranks, shares_attention, weight_bytes


def serve_flop_s(machine: Machine, weight_bits: float) -> float:
    """Return the FLOP/s that the matrix products of serving reach on one GPU. [FLOP/s].

    Parameters
    ----------
    machine : Machine
        GPU and its constants; a missing 8-bit unit computes at the 16-bit rate.
    weight_bits : float
        Width of a stored weight. [bit]
    """
    used = compute_precision(machine, weight_precision(weight_bits))
    fitted = machine.serving
    ratio = {"fp8": fitted.fp8_compute_frac, "fp4": fitted.fp4_compute_frac}.get(used, 1.0)
    return peak_flop_s(machine, used) * machine.serve_compute_frac * ratio


def products_s(
    shape: Shape, machine: Machine, ranks: int, weight_bits: float, tokens: float
) -> float:
    """Return the compute time of the matrix products of a forward pass.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    ranks : int
        GPUs of the replica. [1]
    weight_bits : float
        Width of a stored weight. [bit]
    tokens : float
        Tokens of the pass. [tokens]

    Returns
    -------
    float
        Time; narrow experts run slower and the busiest GPU of several sets the pace. [s]
    """
    weights = shape.matmul_params_count
    if shape.experts_count:
        routed = shape.top_k_count * shape.expert_params_count / shape.experts_count
        slow = 1 + machine.serving.half_width_count / shape.ffn_count
        slow *= machine.serving.expert_imbalance_factor if ranks > 1 else 1.0
        weights += routed * (slow - 1)
    return 2 * weights * tokens / (ranks * serve_flop_s(machine, weight_bits))


def layers_exchange_s(shape: Shape, machine: Machine, ranks: int, tokens: float) -> float:
    """Return the tensor-parallel traffic of one forward pass.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and networks.
    ranks : int
        GPUs of the replica. [1]
    tokens : float
        Tokens of the pass. [tokens]

    Returns
    -------
    float
        Two all-reduces of 16-bit activations a layer; with shared attention one dispatch (8 bits)
        and one combine (16 bits) of each token to the GPUs of its experts. [s]
    """
    if ranks <= 1:
        return 0.0
    if shares_attention(shape, ranks):
        sent = tokens / ranks * min(shape.top_k_count, ranks) * shape.hidden_count
        both = group_all_to_all_s(machine, sent, ranks) + group_all_to_all_s(
            machine, 2 * sent, ranks
        )
        return shape.layers_count * (2 * machine.serving.all_reduce_alpha_s + both)
    size = tokens * shape.hidden_count * 2
    once = machine.serving.all_reduce_alpha_s + 2 * group_gather_s(machine, size, ranks)
    return 2 * shape.layers_count * once


def decode_step_s(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: int,
    weight_bits: float,
    kv_bits: float,
    batch: float,
    context_tokens: float,
) -> float:
    r"""Return the time of one decode step.

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
    batch : float
        Running requests. [1]
    context_tokens : float
        Mean context of a request. [tokens]

    Returns
    -------
    float
        Step: every running request gains one token. [s]

    Notes
    -----
    .. math:: \max\!\left(\frac{2 N_a b}{t P \eta_c}, \frac{W}{t B \eta_b}\right)
        + \max\!\left(\frac{b\,K\,c}{t B \eta_b}, \frac{F_{att}}{t P \eta_c}\right)
        + t_{comm} + t_{fixed}

    References
    ----------
    .. [1] J. Austin et al., "How to scale your model", chapter "Inference",
       https://jax-ml.github.io/scaling-book/inference/
    """
    t, constants = tensor_parallel, machine.serving
    bytes_s = t * machine.hbm_bandwidth_gb_s * 1e9 * machine.serve_hbm_frac
    cache_bytes_s = bytes_s * cache_ranks(shape, t) / t
    products = max(
        products_s(shape, machine, t, weight_bits, batch),
        weight_bytes(shape, weight_bits, t, batch) * t / bytes_s,
    )
    half = t * serve_flop_s(machine, 16)
    attention = max(
        batch * kv_bytes_per_token(shape, kv_bits) * context_tokens / cache_bytes_s,
        batch * attention_token_flops(shape, context_tokens, absorbed=True) / half,
    )
    fixed = fixed_s(shape, machine) + batch * constants.token_overhead_s
    exchange = layers_exchange_s(shape, machine, t, batch)
    return products + attention + exchange + fixed


def fixed_s(shape: Shape, machine: Machine) -> float:
    """Return the time of a forward pass that no roofline explains. [s].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    """
    constants = machine.serving
    layer = constants.layer_overhead_s + (constants.expert_overhead_s if shape.experts_count else 0)
    return machine.serve_step_overhead_s + shape.layers_count * layer


def attention_token_flops(shape: Shape, context_tokens: float, *, absorbed: bool = False) -> float:
    """Return the FLOPs with which one new token attends to its context.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    context_tokens : float
        Tokens attended to. [tokens]
    absorbed : bool
        Latent attention in decode works on the compressed cache, which costs FLOPs, not bytes.

    Returns
    -------
    float
        Scores and their use over all layers. [FLOP]
    """
    width = 2 * shape.attention_width
    if absorbed and shape.kv_latent:
        width = shape.heads_count * (2 * shape.kv_latent + shape.kv_rope)
    return 2.0 * shape.layers_count * width * context_tokens
