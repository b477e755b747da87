"""Decode: a step reads the weights and each request's cache, computes, and talks.

Every law here takes numbers or arrays that broadcast, so a whole grid of replicas is one call.
"""

from __future__ import annotations

import numpy as np

from designlib.physics.exchange import exchange_s
from designlib.physics.machine import Machine
from designlib.physics.numbers import Numbers
from designlib.physics.shape import Shape, cached_tokens, kv_bytes_per_token
from designlib.physics.weights import (
    cache_ranks,
    expert_layers_count,
    head_params_count,
    shares_attention,
    weight_bytes,
)

_HALF_BITS, _BYTE_BITS, _FOUR_BITS_MAX = 16, 8, 6


def serve_flop_s(machine: Machine, math_bits: Numbers) -> Numbers:
    r"""Return the FLOP/s that the matrix products of serving reach on one GPU. [FLOP/s].

    Parameters
    ----------
    machine : Machine
        GPU and its constants; a missing unit computes at the next wider rate.
    math_bits : float or array
        Width of the products. [bit]

    Notes
    -----
    Power limits products before the peak does: a GPU of one generation spends the same energy on
    a FLOP whatever its peak is, and each halving of the width halves it.

    .. math:: \min(P_w\,\kappa,\; s_w\,P_{16}\,\eta), \qquad s_{16,8,4} = 1, 2, 4 f_4
    """
    fitted, peaks = machine.serving, machine.peak_tflops
    sustained = peaks["bf16"] * machine.serve_compute_frac

    def reached(name: str, gain: float, wider: Numbers) -> Numbers:
        peak = np.asarray(peaks.get(name, np.nan))
        found = np.minimum(fitted.compute_cap_frac * peak, gain * sustained)
        return np.where(np.isnan(peak), wider, found)

    half = reached("bf16", 1, 0.0)
    eight = reached("fp8", 2, half)
    four = reached("fp4", 4 * fitted.fp4_compute_frac, eight)
    bits = np.asarray(math_bits)
    narrow = np.where(bits < _FOUR_BITS_MAX, four, eight)
    return 1e12 * np.where(bits > _BYTE_BITS, half, narrow)


def products_s(
    shape: Shape,
    machine: Machine,
    ranks: Numbers,
    math_bits: Numbers,
    tokens: Numbers,
    answers: Numbers = None,
) -> Numbers:
    """Return the compute time of the matrix products of a forward pass.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    ranks : int or array
        GPUs of a stage. [1]
    math_bits : float or array
        Width of the products. [bit]
    tokens, answers : float or array
        Tokens of the pass, and those of them that ask for a next token. [tokens]

    Returns
    -------
    float or array
        Time; narrow experts run slower, the head runs in 16 bits. [s]
    """
    answers = tokens if answers is None else answers
    head = head_params_count(shape)
    body = np.maximum(shape.matmul_params_count - head, 0.0)
    routed = shape.top_k_count * shape.expert_params_count / np.maximum(shape.experts_count, 1)
    body = body + routed * machine.serving.half_width_count / shape.ffn_count
    body_s = body * tokens / serve_flop_s(machine, math_bits)
    return 2 * (body_s + head * answers / serve_flop_s(machine, _HALF_BITS)) / ranks


def hbm_bytes_s(machine: Machine) -> Numbers:
    """Return the bytes that one GPU reads from its memory. [B/s].

    Parameters
    ----------
    machine : Machine
        GPU and its constants.
    """
    return machine.hbm_bandwidth_gb_s * 1e9 * machine.serve_hbm_frac


def decode_parts(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: Numbers,
    weight_bits: Numbers,
    kv_bits: Numbers,
    batch: Numbers,
    context_tokens: Numbers,
    pipeline_parallel: Numbers = 1,
    math_bits: Numbers = None,
) -> dict[str, Numbers]:
    r"""Return what the time of one decode step goes into.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel, pipeline_parallel : int or array
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits : float or array
        Width of weights and of the cache. [bit]
    batch : float or array
        Running requests. [1]
    context_tokens : float or array
        Mean context of a request. [tokens]
    math_bits : float, array or None
        Width of the products; None means that of the weights. [bit]

    Returns
    -------
    dict of str to float or array
        Seconds by "weights", "products", "cache", "exchange" and "fixed".

    Notes
    -----
    Measured steps are sums and not the longest of the parts: kernels that read and kernels that
    compute run one after the other. With p stages b / p requests are in a pass, and p passes are
    under way.

    .. math:: \frac{W}{t B \eta_b} + \frac{2 N_a b}{t P \eta_c}
        + \max\!\left(\frac{b\,K\,c}{t B \eta_b}, \frac{F_{att}}{t P \eta_c}\right)
        + t_{comm} + t_{fixed}

    References
    ----------
    .. [1] J. Austin et al., "How to scale your model", chapter "Inference",
       https://jax-ml.github.io/scaling-book/inference/
    """
    t, stages = tensor_parallel, pipeline_parallel
    math_bits = weight_bits if math_bits is None else math_bits
    aboard = np.maximum(batch / stages, np.minimum(batch, 1.0))
    rate = hbm_bytes_s(machine)
    kept = aboard * kv_bytes_per_token(shape, kv_bits) * cached_tokens(shape, context_tokens)
    scores = aboard * attention_token_flops(shape, context_tokens, absorbed=True)
    engines = np.where(shares_attention(shape, t), t, 1)
    return {
        "weights": weight_bytes(shape, weight_bits, t, aboard) / rate,
        "products": products_s(shape, machine, t, math_bits, aboard),
        "cache": np.maximum(
            kept / (rate * cache_ranks(shape, t)),
            scores / (t * serve_flop_s(machine, _HALF_BITS)),
        ),
        "exchange": exchange_s(shape, machine, t, aboard, stages=stages),
        "fixed": fixed_s(shape, machine) + batch / engines * machine.serving.token_overhead_s,
    }


def decode_step_s(
    shape: Shape,
    machine: Machine,
    *,
    tensor_parallel: Numbers,
    weight_bits: Numbers,
    kv_bits: Numbers,
    batch: Numbers,
    context_tokens: Numbers,
    pipeline_parallel: Numbers = 1,
    math_bits: Numbers = None,
) -> Numbers:
    """Return the time of one decode step: every running request gains one token. [s].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU, server and constants.
    tensor_parallel, pipeline_parallel : int or array
        GPUs of a stage, and stages of the replica. [1]
    weight_bits, kv_bits : float or array
        Width of weights and of the cache. [bit]
    batch : float or array
        Running requests. [1]
    context_tokens : float or array
        Mean context of a request. [tokens]
    math_bits : float, array or None
        Width of the products; None means that of the weights. [bit]
    """
    parts = decode_parts(
        shape,
        machine,
        tensor_parallel=tensor_parallel,
        weight_bits=weight_bits,
        kv_bits=kv_bits,
        batch=batch,
        context_tokens=context_tokens,
        pipeline_parallel=pipeline_parallel,
        math_bits=math_bits,
    )
    return sum(parts.values())


def fixed_s(shape: Shape, machine: Machine) -> Numbers:
    """Return the time of a forward pass that no roofline explains. [s].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    """
    fitted = machine.serving
    routing = expert_layers_count(shape) * fitted.expert_overhead_s
    layers = shape.layers_count * fitted.layer_overhead_s
    return machine.serve_step_overhead_s + layers + routing


def attention_token_flops(
    shape: Shape, context_tokens: Numbers, *, absorbed: bool = False
) -> Numbers:
    """Return the FLOPs with which one new token attends to its context.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    context_tokens : float or array
        Tokens attended to. [tokens]
    absorbed : bool
        Latent attention in decode works on the compressed cache, which costs FLOPs, not bytes.

    Returns
    -------
    float or array
        Scores and their use over all layers. [FLOP]
    """
    width: Numbers = 2 * shape.attention_width
    if absorbed:
        latent = shape.heads_count * (2 * shape.kv_latent + shape.kv_rope)
        width = np.where(np.asarray(shape.kv_latent) > 0, latent, width)
    return 2.0 * shape.layers_count * width * cached_tokens(shape, context_tokens)
