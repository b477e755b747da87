"""Memory: what one GPU of a training job holds: states, activations, logits and overhead."""

from __future__ import annotations

import numpy as np

from designlib.physics.numbers import Numbers, Words
from designlib.physics.shape import Shape
from designlib.physics.split import Split

# Framework 3.5-4 GB and collectives 0.4 GB, as measured by the tables of ai-dynamo/aiconfigurator
# (systems/*.yaml); the same on every GPU seen there.
OVERHEAD_GB = 4.0
# Weights 2, gradients 2, fp32 master copy and two Adam moments 12 bytes a parameter (ZeRO).
WEIGHT_BYTES, GRADIENT_BYTES, OPTIMIZER_BYTES = 2.0, 2.0, 12.0
# Adapters of rank 16-64 on every matrix are below 1 % of the weights (LoRA, section 4).
ADAPTER_FRAC = 0.01


def state_bytes_per_gpu(
    params_count: Numbers,
    *,
    tensor_parallel: Numbers = 1,
    pipeline_parallel: Numbers = 1,
    data_parallel: Numbers = 1,
    sharding_stage: Numbers = 1,
) -> Numbers:
    r"""Return the weights, gradients and optimizer state that one GPU holds under mixed precision.

    Parameters
    ----------
    params_count : float
        Trainable parameters. [1]
    tensor_parallel, pipeline_parallel, data_parallel : int
        Parallel degrees. [1]
    sharding_stage : int
        0 shares nothing over data-parallel GPUs, 1 the optimizer, 2 gradients, 3 weights.

    Returns
    -------
    float
        States of one GPU. [B]

    Notes
    -----
    .. math:: n\,(w+g+o),\quad n\,(w+g+o/d),\quad n\,(w+(g+o)/d),\quad n\,(w+g+o)/d,
        \qquad n = N/(t\,p)

    References
    ----------
    .. [1] S. Rajbhandari et al., "ZeRO: memory optimizations toward training trillion parameter
       models", SC20, section 5, https://arxiv.org/abs/1910.02054

    Examples
    --------
    >>> split = {"tensor_parallel": 8, "pipeline_parallel": 4, "data_parallel": 16}
    >>> held = [state_bytes_per_gpu(70e9, **split, sharding_stage=z) for z in range(4)]
    >>> [float(round(x / 1e9, 1)) for x in held]
    [35.0, 10.4, 6.3, 2.2]
    """
    w, g, o = WEIGHT_BYTES, GRADIENT_BYTES, OPTIMIZER_BYTES
    d = data_parallel
    per_param = np.choose(
        sharding_stage, [w + g + o, w + g + o / d, w + (g + o) / d, (w + g + o) / d]
    )
    return params_count / (tensor_parallel * pipeline_parallel) * per_param


def params_per_gpu(shape: Shape, split: Split) -> tuple[Numbers, Numbers]:
    """Return the dense and the expert weights of one GPU before any sharding over data. [1].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    split : Split
        Degrees of the job; experts divide over expert and pipeline parallelism.
    """
    experts = shape.expert_params_count
    dense = shape.params_count - experts
    return (
        dense / (split.tensor_parallel * split.pipeline_parallel),
        experts / (split.expert_parallel * split.pipeline_parallel),
    )


def data_ranks(split: Split) -> Numbers:
    """Return the GPUs that hold the same dense weights. [1]."""
    return split.data_parallel * split.context_parallel


def expert_data_ranks(split: Split) -> Numbers:
    """Return the GPUs that hold the same experts. [1]."""
    ranks = data_ranks(split) * split.tensor_parallel
    return np.maximum(1, ranks // split.expert_parallel)


def trained_frac(mode: Words) -> Numbers:
    """Return the share of weights that are trained: adapters only, or all. [1]."""
    return np.where(np.asarray(mode) == "lora", ADAPTER_FRAC, 1.0)[()]


def job_state_bytes(shape: Shape, split: Split, mode: Words = "pretrain") -> Numbers:
    """Return the states that one GPU of a job holds.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    split : Split
        Degrees of the job.
    mode : str
        "pretrain" or "full" train every weight; "lora" freezes them and trains adapters.

    Returns
    -------
    float
        States of one GPU. [B]
    """
    sharded = np.asarray(split.sharding_stage) == 3
    frozen = np.where(np.asarray(mode) == "lora", WEIGHT_BYTES, 0.0)
    total = 0.0
    parts = params_per_gpu(shape, split)
    for weights, ranks in zip(parts, (data_ranks(split), expert_data_ranks(split)), strict=True):
        total = total + weights * frozen / np.where(sharded, ranks, 1)
        total = total + state_bytes_per_gpu(
            weights * trained_frac(mode), data_parallel=ranks, sharding_stage=split.sharding_stage
        )
    # Sharded: the layer at work is whole on the GPU, and the next one arrives.
    layers = shape.layers_count / split.pipeline_parallel
    whole = 2 * (parts[0] + parts[1]) * WEIGHT_BYTES / layers
    return (total + np.where(sharded, whole, 0.0))[()]


def activation_bytes_layer(
    sequence_tokens: Numbers,
    micro_batch: Numbers,
    hidden_count: Numbers,
    heads_count: Numbers,
    tensor_parallel: Numbers = 1,
    keep: str = "fused",
) -> Numbers:
    r"""Return the activations that one layer keeps for the backward pass.

    Parameters
    ----------
    sequence_tokens : float
        Tokens of a sequence. [tokens]
    micro_batch : float
        Sequences of one pass. [1]
    hidden_count, heads_count : float
        Width and query heads. [1]
    tensor_parallel : int
        GPUs that share a layer. [1]
    keep : str
        "none" splits nothing; "tensor" splits the products; "sequence" also norms and residuals;
        "fused" as "sequence" with attention scores recomputed; "full" keeps the layer input only.

    Returns
    -------
    float
        Activations of one layer on one GPU. [B]

    References
    ----------
    .. [1] V. Korthikanti et al., "Reducing activation recomputation in large transformer models",
       MLSys 2023, section 4, table 2, https://arxiv.org/abs/2205.05198

    Examples
    --------
    >>> round(96 * activation_bytes_layer(2048, 1, 12288, 96, 8, "fused") / 1e9, 1)
    10.3
    """
    sbh = sequence_tokens * micro_batch * hidden_count
    t = tensor_parallel
    scores = 5 * heads_count * sequence_tokens / hidden_count
    if keep == "none":
        return sbh * (34 + scores)
    if keep == "tensor":
        return sbh * (10 + 24 / t + scores / t)
    if keep == "sequence":
        return sbh / t * (34 + scores)
    if keep == "fused":
        return 34 * sbh / t
    if keep == "full":
        return 2 * sbh
    raise ValueError(f"keep must be none, tensor, sequence, fused or full, not {keep!r}")


def logits_bytes(sequence_tokens: Numbers, micro_batch: Numbers, vocab_count: Numbers) -> Numbers:
    """Return the bytes of the fp32 logits of one pass.

    Parameters
    ----------
    sequence_tokens : float
        Tokens of a sequence. [tokens]
    micro_batch : float
        Sequences of one pass. [1]
    vocab_count : float
        Tokens of the vocabulary. [1]

    Returns
    -------
    float
        Logits. [B]
    """
    return 4 * sequence_tokens * micro_batch * vocab_count


def training_gb_per_gpu(
    shape: Shape, split: Split, *, sequence_tokens: Numbers, mode: Words = "pretrain"
) -> Numbers:
    """Return the memory that the fullest GPU of a training job needs.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    split : Split
        Degrees of the job.
    sequence_tokens : float
        Tokens of a sequence. [tokens]
    mode : str
        "pretrain", "full" or "lora".

    Returns
    -------
    float
        States, activations, logits and overhead. [GB]

    Notes
    -----
    The first stage of a 1F1B pipeline holds the activations of as many passes as there are
    stages, so about all layers' worth whatever the pipeline depth; interleaving adds a little.
    """
    tokens = sequence_tokens / split.context_parallel
    t = split.tensor_parallel
    layer = activation_bytes_layer(tokens, split.micro_batch, shape.hidden_count, 0, t, "fused")
    # Each token of a mixture keeps its routed copies beside the dense part.
    copies = shape.top_k_count * shape.ffn_count / (4 * shape.hidden_count)
    layer = layer * (1 + 0.5 * np.minimum(2, copies))
    stages, stacks = split.pipeline_parallel, split.pipeline_parallel * split.interleave
    piped = (np.asarray(stages) > 1) & (np.asarray(split.interleave) > 1)
    depth = shape.layers_count * (1 + np.where(piped, (stages - 1) / stacks, 0.0))
    kept = 2 * tokens * split.micro_batch * shape.hidden_count / t
    again = np.asarray(split.recompute) == "full"
    held = np.where(again, kept * depth + layer, layer * depth)
    logits = logits_bytes(tokens, split.micro_batch, shape.vocab_count) / t
    states = job_state_bytes(shape, split, mode)
    return ((states + held + logits) / 1e9 + OVERHEAD_GB)[()]
