"""Weights: what a step reads of them, and how a mixture of experts spreads over GPUs."""

from __future__ import annotations

from designlib.physics.shape import Shape

# From here on engines share attention by requests; eight large experts split by tensor instead.
_MANY_EXPERTS = 32


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


def shares_attention(shape: Shape, ranks: int) -> bool:
    """Return whether GPUs share attention by requests instead of by heads.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    ranks : int
        GPUs of the replica. [1]

    Returns
    -------
    bool
        True for many small experts over several GPUs: each GPU holds the dense weights and its own
        requests, and tokens travel to the experts.

    References
    ----------
    .. [1] DeepSeek-AI, "DeepSeek-V3 technical report", 2024, section 3.4,
       https://arxiv.org/abs/2412.19437
    """
    return ranks > 1 and shape.experts_count >= _MANY_EXPERTS


def weight_bytes(
    shape: Shape, weight_bits: float, ranks: int = 1, tokens: float | None = None
) -> float:
    """Return the weights that one GPU of a replica holds, or reads in a step of ``tokens``.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    weight_bits : float
        Width of a stored weight. [bit]
    ranks : int
        GPUs of the replica. [1]
    tokens : float or None
        Tokens of the step; None counts every expert. [tokens]

    Returns
    -------
    float
        Weights. [B]
    """
    experts = shape.expert_params_count
    dense = shape.params_count - experts
    if tokens is not None and experts:
        touched = experts_touched(shape.experts_count, shape.top_k_count, tokens)
        experts *= touched / shape.experts_count
    copies = 1 if shares_attention(shape, ranks) else ranks
    return (dense / copies + experts / ranks) * weight_bits / 8


def cache_ranks(shape: Shape, ranks: int) -> int:
    """Return the GPUs of a replica that the cache divides over; beyond the heads it is copied.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    ranks : int
        GPUs of the replica. [1]
    """
    if shares_attention(shape, ranks):
        return ranks
    return min(ranks, 1 if shape.kv_latent else shape.kv_heads_count)
