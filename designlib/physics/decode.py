"""Decode: a step reads the weights and each request's cache, or computes, whichever is longer."""

from __future__ import annotations

from designlib.physics.collectives import group_gather_s
from designlib.physics.machine import (
    Machine,
    compute_precision,
    peak_flop_s,
    weight_precision,
)
from designlib.physics.shape import Shape, kv_bytes_per_token


def experts_touched(experts_count: int, top_k_count: int, tokens: float) -> float:
    r"""Return the experts of a layer that at least one token visits.

    Parameters
    ----------
    experts_count, top_k_count : int
        Experts of a layer and experts a token visits. [1]
    tokens : float
        Tokens of the step. [tokens]

    Notes
    -----
    .. math:: E\,(1-(1-k/E)^{B})

    Examples
    --------
    >>> [round(experts_touched(256, 8, batch)) for batch in (1, 32, 64, 256)]
    [8, 163, 222, 256]
    """
    return float(experts_count * (1 - (1 - top_k_count / experts_count) ** tokens))


def weight_bytes(shape: Shape, weight_bits: float, tokens: float | None = None) -> float:
    """Return the weights of a replica, or those that a step of ``tokens`` reads.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    weight_bits : float
        Width of a stored weight. [bit]
    tokens : float or None
        Tokens of the step; None counts every expert. [tokens]

    Returns
    -------
    float
        Weights. [B]
    """
    experts = shape.expert_params_count
    count = shape.params_count
    if tokens is not None and experts:
        touched = experts_touched(shape.experts_count, shape.top_k_count, tokens)
        count -= experts * (1 - touched / shape.experts_count)
    return count * weight_bits / 8


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
    ratio = {"fp8": fitted.fp8_compute_ratio, "fp4": fitted.fp4_compute_ratio}.get(used, 1.0)
    return peak_flop_s(machine, used) * machine.serve_compute_frac * ratio


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
        Two all-reduces of 16-bit activations a layer. [s]
    """
    if ranks <= 1:
        return 0.0
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
    imbalance = constants.expert_imbalance if shape.experts_count and t > 1 else 1.0
    flops = 2 * shape.matmul_params_count * batch
    products = max(
        flops / (t * serve_flop_s(machine, weight_bits)),
        weight_bytes(shape, weight_bits, batch) / bytes_s,
    )
    half = t * serve_flop_s(machine, 16)
    attention = max(
        batch * kv_bytes_per_token(shape, kv_bits) * context_tokens / bytes_s,
        batch * attention_token_flops(shape, context_tokens, absorbed=True) / half,
    )
    fixed = machine.serve_step_overhead_s + shape.layers_count * constants.layer_overhead_s
    exchange = layers_exchange_s(shape, machine, t, batch)
    return products * imbalance + attention + exchange + fixed


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
        Latency alone and machine time under load, where reading the weights and fixed costs are
        shared with the decode steps that run beside it. [s]

    Notes
    -----
    .. math:: \frac{2 N_a n + 4 L h\, n\,(c + n/2)}{t P \eta_c}, \qquad n = \text{new},\;
        c = \text{cached tokens}
    """
    t = tensor_parallel
    cached = prompt_tokens * prefix_hit_frac
    new = max(1.0, prompt_tokens - cached)
    products = 2 * shape.matmul_params_count * new / (t * serve_flop_s(machine, weight_bits))
    scores = new * attention_token_flops(shape, cached + new / 2)
    attention = scores / (t * serve_flop_s(machine, 16))
    exchange = layers_exchange_s(shape, machine, t, new)
    if shape.experts_count and t > 1:
        products *= machine.serving.expert_imbalance
    bytes_s = t * machine.hbm_bandwidth_gb_s * 1e9 * machine.serve_hbm_frac
    read = weight_bytes(shape, weight_bits, new) / bytes_s
    fixed = machine.serve_step_overhead_s + shape.layers_count * machine.serving.layer_overhead_s
    work = products + attention + exchange
    return max(products, read) + attention + exchange + fixed, work
