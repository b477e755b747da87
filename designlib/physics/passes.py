"""Passes: the time of one micro-batch on one pipeline stage, kernels and exposed traffic."""

from __future__ import annotations

import numpy as np

from designlib.physics.collectives import domain_ranks, group_gather_s
from designlib.physics.machine import (
    Machine,
    compute_precision,
    network_rate_gb_s,
    peak_flop_s,
    scale_up_rate_gb_s,
)
from designlib.physics.memory import ADAPTER_FRAC, params_per_gpu, trained_frac
from designlib.physics.numbers import Numbers, Words
from designlib.physics.shape import Shape
from designlib.physics.split import Split, stage_layers_count

_ACTIVATION_BYTES = 2.0
# A pass reads the weights forward and backward and adds its gradients to an fp32 sum.
_WEIGHT_READS_BYTES, _GRADIENT_SUM_BYTES = 4.0, 8.0
# Unfused attention keeps 5 bytes a score [1] and writes and reads them forward, again and backward.
_SCORE_BYTES = 30.0
# Fused attention loses a quarter at a head width of 64 against 128 (FlashAttention-2, figures 4-7).
_HALF_HEAD, _HEAD_GAIN_MAX = 64.0, 1.25
REFERENCE_YEAR = 2026.0
"""Release year of the training software that the constants of launches refer to."""


def work_factors(mode: Words, recompute: Words) -> tuple[Numbers, Numbers, Numbers]:
    """Return the multipliers of forward work: matrix products, attention and elementwise.

    Parameters
    ----------
    mode : str
        "pretrain" and "full" add both gradients of a product, "lora" only that of activations.
    recompute : str
        "full" adds one forward pass.

    Returns
    -------
    tuple of float
        Total over forward work. Fused attention spends 2.5 forward passes on its gradient [1]_.

    References
    ----------
    .. [1] T. Dao, "FlashAttention-2", 2023, section 4.1, https://arxiv.org/abs/2307.08691
    """
    again = np.where(np.asarray(recompute) == "full", 1.0, 0.0)[()]
    products = np.where(np.asarray(mode) == "lora", 2.0 + ADAPTER_FRAC, 3.0)[()]
    scores = again + (np.asarray(recompute) == "selective")
    return products + again, 3.5 + scores, 3.0 + again


def product_rate_flop_s(machine: Machine, precision: Words) -> Numbers:
    """Return the rate of large matrix products at a precision. [FLOP/s].

    Parameters
    ----------
    machine : Machine
        GPU and its constants.
    precision : str or array of str
        Precision of the products; an array names only precisions that the GPU has.
    """
    fitted = machine.training
    factor = {"fp8": fitted.fp8_kernel_frac, "fp4": fitted.fp4_kernel_frac}
    if isinstance(precision, str):
        used = compute_precision(machine, precision)
        return peak_flop_s(machine, used) * machine.train_kernel_frac * factor.get(used, 1.0)
    names = list(machine.peak_tflops)
    rates = [machine.peak_tflops[n] * 1e12 * factor.get(n, 1.0) for n in names]
    return np.select([precision == n for n in names], rates) * machine.train_kernel_frac


def pass_math_s(
    shape: Shape,
    machine: Machine,
    split: Split,
    *,
    mode: Words,
    precision: Words,
    sequence_tokens: Numbers,
    software_year: Numbers = REFERENCE_YEAR,
) -> Numbers:
    """Return the kernel time of one pass on one stage.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and its constants.
    split : Split
        Degrees of the job.
    mode, precision : str
        Kind of training and precision of the matrix products.
    sequence_tokens : float
        Tokens of a sequence. [tokens]
    software_year : float
        Release of the training software as a year and its fraction. [yr]

    Returns
    -------
    float
        Matrix products, attention, elementwise traffic and launches. [s]
    """
    products, _, elementwise = work_factors(mode, split.recompute)
    tokens = split.micro_batch * sequence_tokens / split.context_parallel
    layers = stage_layers_count(split, shape.layers_count)
    share = tokens / split.tensor_parallel * layers / shape.layers_count
    fitted = machine.training
    aging = np.exp(-fitted.routing_progress_frac * (software_year - REFERENCE_YEAR))
    time = _products_s(shape, machine, split, mode, precision, 2 * products * share)
    time = time + share * _attention_s(shape, machine, split, mode, sequence_tokens)
    sharded = np.asarray(split.sharding_stage) >= 2
    each = fitted.elementwise_bytes + fitted.sharded_bytes * sharded
    traffic = elementwise / 3 * each * shape.layers_count * shape.hidden_count
    time = time + share * traffic / (machine.hbm_bandwidth_gb_s * 1e9)
    local = shape.experts_count / split.expert_parallel
    routing = fitted.expert_overhead_s * (local > 0) + fitted.expert_launch_s * local
    return (time + layers * elementwise / 3 * routing * aging)[()]


def _products_s(
    shape: Shape,
    machine: Machine,
    split: Split,
    mode: Words,
    precision: Words,
    flops_per_weight: Numbers,
) -> Numbers:
    """Return the time of the matrix products: the longer of their math and their weights' bytes."""
    fitted = machine.training
    rate = product_rate_flop_s(machine, precision)
    experts = np.maximum(1, shape.experts_count)
    routed = shape.top_k_count * shape.expert_params_count / experts
    head = shape.vocab_count * shape.hidden_count  # logits stay in 16 bits
    body = np.maximum(0.0, shape.matmul_params_count - routed - head)
    # Small matrices: the width of one GPU's share of a layer; the width of an expert.
    width = np.where(np.asarray(shape.experts_count) > 0, shape.attention_width, shape.ffn_count)
    narrow = split.tensor_parallel / width + 1 / shape.hidden_count
    body = body * (1 + fitted.half_width_count * narrow)
    slim = 1 / shape.ffn_count + 1 / shape.hidden_count
    routed = routed * fitted.routing_imbalance_factor
    routed = routed * (1 + fitted.expert_half_width_count * slim)
    moved = _WEIGHT_READS_BYTES + trained_frac(mode) * _GRADIENT_SUM_BYTES
    moved = moved / (machine.hbm_bandwidth_gb_s * 1e9)
    dense_held, experts_held = params_per_gpu(shape, split)
    dense = flops_per_weight * (body / rate + head / product_rate_flop_s(machine, "bf16"))
    return np.maximum(dense, dense_held * moved) + np.maximum(
        flops_per_weight * routed / rate, experts_held * moved
    )


def _attention_s(
    shape: Shape, machine: Machine, split: Split, mode: Words, sequence_tokens: Numbers
) -> Numbers:
    """Return the time of attention scores of one token over all layers."""
    _, attention, elementwise = work_factors(mode, split.recompute)
    flops = 2 * shape.layers_count * sequence_tokens * shape.attention_width
    fitted = machine.training
    heads = np.minimum(_HEAD_GAIN_MAX, 1.5 * shape.head_dim / (shape.head_dim + _HALF_HEAD))
    sharded = np.asarray(split.sharding_stage) >= 2
    fused = fitted.attention_kernel_frac * np.where(sharded, fitted.sharded_attention_frac, 1.0)
    rate = product_rate_flop_s(machine, "bf16") * fused
    unfused = np.asarray(split.recompute) == "selective"
    scores = shape.layers_count * shape.heads_count * sequence_tokens
    traffic = unfused * _SCORE_BYTES * elementwise / 3 * scores
    return attention * flops / (rate * heads) + traffic / (machine.hbm_bandwidth_gb_s * 1e9)


def pass_tensor_s(
    shape: Shape, machine: Machine, split: Split, *, mode: Words, sequence_tokens: Numbers
) -> Numbers:
    """Return the exposed tensor-, context- and pipeline-parallel traffic of one pass.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and networks.
    split : Split
        Degrees of the job.
    mode : str
        Kind of training; the traffic of activations is the same for all.
    sequence_tokens : float
        Tokens of a sequence. [tokens]

    Returns
    -------
    float
        Time not hidden behind math. [s]

    References
    ----------
    .. [1] V. Korthikanti et al., "Reducing activation recomputation in large transformer models",
       MLSys 2023, section 4.2, https://arxiv.org/abs/2205.05198
    """
    layers = stage_layers_count(split, shape.layers_count)
    tokens = split.micro_batch * sequence_tokens / split.context_parallel
    rounds = np.where(np.asarray(split.recompute) == "full", 6.0, 4.0)
    size = tokens * shape.hidden_count * _ACTIVATION_BYTES
    time = rounds * 2 * group_gather_s(machine, size, split.tensor_parallel)
    width = 2 * shape.kv_heads_count * shape.head_dim / split.tensor_parallel
    keys = split.context_parallel * tokens * width * _ACTIVATION_BYTES
    time += 3 * group_gather_s(machine, keys, split.context_parallel, split.tensor_parallel)
    time *= layers
    reach = split.tensor_parallel * split.context_parallel * split.pipeline_parallel
    near = reach <= machine.scale_up_gpus_count
    rate = np.where(near, scale_up_rate_gb_s(machine, 2), network_rate_gb_s(machine))
    hop = 2 * split.interleave * size / split.tensor_parallel / np.maximum(rate * 1e9, 1e-30)
    time += np.where(split.pipeline_parallel > 1, hop, 0.0)
    return (time * (1 - machine.training.tensor_overlap_frac))[()]


def pass_expert_s(
    shape: Shape, machine: Machine, split: Split, *, sequence_tokens: Numbers
) -> Numbers:
    """Return the exposed dispatch and combine of experts of one pass on one stage.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    machine : Machine
        GPU and networks.
    split : Split
        Degrees of the job.
    sequence_tokens : float
        Tokens of a sequence. [tokens]

    Returns
    -------
    float
        Time of four all-to-alls a layer that math does not hide. [s]

    Notes
    -----
    The network carries a token once to each domain that holds one of its experts; inside a domain
    every visited expert gets its copy.
    """
    tokens = split.micro_batch * sequence_tokens / split.context_parallel / split.tensor_parallel
    ranks, top = split.expert_parallel, shape.top_k_count
    inside = domain_ranks(machine, ranks, split.tensor_parallel)
    domains = ranks / inside
    one = tokens * shape.hidden_count * _ACTIVATION_BYTES
    near = one * np.minimum(top, inside) * (inside - 1) / inside
    far = one * (domains - 1) * (1 - (1 - 1 / domains) ** top)
    time = machine.scale_up_alpha_s + near / (scale_up_rate_gb_s(machine, inside) * 1e9)
    cross = machine.network_alpha_s + far / np.maximum(network_rate_gb_s(machine) * 1e9, 1e-30)
    time = np.where(domains > 1, np.maximum(time, cross), time)
    layers = stage_layers_count(split, shape.layers_count)
    exposed = 4 * time * layers * (1 - machine.training.expert_overlap_frac)
    return np.where((np.asarray(shape.experts_count) > 0) & (ranks > 1), exposed, 0.0)[()]
