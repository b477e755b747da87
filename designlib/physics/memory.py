"""Memory: what one GPU of a training job holds: states, activations, logits and overhead."""

from __future__ import annotations

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
    params_count: float,
    *,
    tensor_parallel: int = 1,
    pipeline_parallel: int = 1,
    data_parallel: int = 1,
    sharding_stage: int = 1,
) -> float:
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
    >>> [round(state_bytes_per_gpu(70e9, **split, sharding_stage=z) / 1e9, 1) for z in range(4)]
    [35.0, 10.4, 6.3, 2.2]
    """
    w, g, o = WEIGHT_BYTES, GRADIENT_BYTES, OPTIMIZER_BYTES
    d = data_parallel
    per_param = (w + g + o, w + g + o / d, w + (g + o) / d, (w + g + o) / d)[sharding_stage]
    return params_count / (tensor_parallel * pipeline_parallel) * per_param


def params_per_gpu(shape: Shape, split: Split) -> tuple[float, float]:
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


def job_state_bytes(shape: Shape, split: Split, mode: str = "pretrain") -> float:
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
    dense, experts = params_per_gpu(shape, split)
    data = split.data_parallel * split.context_parallel
    expert_data = max(1, data * split.tensor_parallel // split.expert_parallel)
    total = 0.0
    for weights, ranks in ((dense, data), (experts, expert_data)):
        if mode == "lora":
            shared = ranks if split.sharding_stage == 3 else 1
            total += weights * WEIGHT_BYTES / shared
            weights *= ADAPTER_FRAC
        total += state_bytes_per_gpu(
            weights, data_parallel=ranks, sharding_stage=split.sharding_stage
        )
    if split.sharding_stage == 3:  # the layer at work is whole on the GPU, and the next one arrives
        total += 2 * (dense + experts) * WEIGHT_BYTES / shape.layers_count * split.pipeline_parallel
    return total


def activation_bytes_layer(
    sequence_tokens: float,
    micro_batch: float,
    hidden_count: float,
    heads_count: float,
    tensor_parallel: int = 1,
    keep: str = "fused",
) -> float:
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


def logits_bytes(sequence_tokens: float, micro_batch: float, vocab_count: float) -> float:
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
    shape: Shape, split: Split, *, sequence_tokens: float, mode: str = "pretrain"
) -> float:
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
    if shape.top_k_count:  # each token keeps its routed copies beside the dense part
        layer *= 1 + 0.5 * min(2, shape.top_k_count * shape.ffn_count / (4 * shape.hidden_count))
    depth = float(shape.layers_count)
    if split.pipeline_parallel > 1 and split.interleave > 1:
        stages = split.pipeline_parallel
        depth *= 1 + (stages - 1) / (stages * split.interleave)
    if split.recompute == "full":
        kept = 2 * tokens * split.micro_batch * shape.hidden_count / t
        held = kept * depth + layer
    else:
        held = layer * depth
    logits = logits_bytes(tokens, split.micro_batch, shape.vocab_count) / t
    states = job_state_bytes(shape, split, mode)
    return (states + held + logits) / 1e9 + OVERHEAD_GB
