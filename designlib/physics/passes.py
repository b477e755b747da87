"""Passes: the time of one micro-batch on one pipeline stage, kernels and exposed traffic."""

from __future__ import annotations

from designlib.physics.collectives import group_all_to_all_s, group_gather_s
from designlib.physics.machine import (
    Machine,
    compute_precision,
    network_rate_gb_s,
    peak_flop_s,
    scale_up_rate_gb_s,
)
from designlib.physics.memory import ADAPTER_FRAC
from designlib.physics.shape import Shape
from designlib.physics.split import Split, stage_layers_count

_ACTIVATION_BYTES = 2.0


def work_factors(mode: str, recompute: str) -> tuple[float, float, float]:
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
    again = 1.0 if recompute == "full" else 0.0
    products = 2.0 + ADAPTER_FRAC if mode == "lora" else 3.0
    return products + again, 3.5 + again, 3.0 + again


def pass_math_s(
    shape: Shape,
    machine: Machine,
    split: Split,
    *,
    mode: str,
    precision: str,
    sequence_tokens: float,
) -> float:
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

    Returns
    -------
    float
        Matrix products, attention, elementwise traffic and launches. [s]
    """
    fitted = machine.training
    products, attention, elementwise = work_factors(mode, split.recompute)
    tokens = split.micro_batch * sequence_tokens / split.context_parallel
    layers = stage_layers_count(split, shape.layers_count)
    share = tokens / split.tensor_parallel * layers / shape.layers_count
    rate = peak_flop_s(machine, precision) * machine.train_kernel_frac
    used = compute_precision(machine, precision)
    rate *= {"fp8": fitted.fp8_kernel_frac, "fp4": fitted.fp4_kernel_frac}.get(used, 1.0)
    half = peak_flop_s(machine, "bf16") * machine.train_kernel_frac
    routed = 0.0
    if shape.experts_count:
        routed = shape.top_k_count * shape.expert_params_count / shape.experts_count
    head = shape.vocab_count * shape.hidden_count  # logits stay in 16 bits
    body = max(0.0, shape.matmul_params_count - routed - head)
    if shape.experts_count:
        routed *= fitted.routing_imbalance_factor * (
            1 + fitted.expert_half_width_count / shape.ffn_count
        )
    else:
        body *= 1 + fitted.half_width_count * split.tensor_parallel / shape.ffn_count
    time = 2 * products * share * ((body + routed) / rate + head / half)
    scores = 2 * shape.layers_count * sequence_tokens * shape.attention_width
    time += attention * share * scores / (half * fitted.attention_kernel_frac)
    traffic = elementwise / 3 * fitted.elementwise_bytes * shape.layers_count * shape.hidden_count
    time += share * traffic / (machine.hbm_bandwidth_gb_s * 1e9)
    launches = layers * elementwise / 3
    gaps = fitted.layer_overhead_s
    if shape.experts_count:
        gaps += fitted.expert_overhead_s
    return time + launches * gaps


def pass_tensor_s(
    shape: Shape, machine: Machine, split: Split, *, mode: str, sequence_tokens: float
) -> float:
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
    rounds = 6.0 if split.recompute == "full" else 4.0
    size = tokens * shape.hidden_count * _ACTIVATION_BYTES
    time = 0.0
    if split.tensor_parallel > 1:
        time += rounds * 2 * group_gather_s(machine, size, split.tensor_parallel)
    if split.context_parallel > 1:
        width = 2 * shape.kv_heads_count * shape.head_dim / split.tensor_parallel
        keys = split.context_parallel * tokens * width * _ACTIVATION_BYTES
        time += 3 * group_gather_s(machine, keys, split.context_parallel, split.tensor_parallel)
    time *= layers
    if split.pipeline_parallel > 1:
        reach = split.tensor_parallel * split.context_parallel * split.pipeline_parallel
        near = reach <= machine.scale_up_gpus_count
        rate = scale_up_rate_gb_s(machine, 2) if near else network_rate_gb_s(machine)
        time += 2 * split.interleave * size / split.tensor_parallel / (rate * 1e9)
    return time * (1 - machine.training.tensor_overlap_frac)


def pass_expert_s(shape: Shape, machine: Machine, split: Split, *, sequence_tokens: float) -> float:
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
    """
    if not shape.experts_count or split.expert_parallel <= 1:
        return 0.0
    tokens = split.micro_batch * sequence_tokens / split.context_parallel / split.tensor_parallel
    size = tokens * min(shape.top_k_count, split.expert_parallel) * shape.hidden_count
    once = group_all_to_all_s(machine, size * _ACTIVATION_BYTES, split.expert_parallel)
    layers = stage_layers_count(split, shape.layers_count)
    return 4 * once * layers * (1 - machine.training.expert_overlap_frac)
