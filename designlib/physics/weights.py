"""Weights: what a step reads of them, and how a mixture of experts spreads over GPUs."""

from __future__ import annotations

import numpy as np

from designlib.physics.numbers import Numbers
from designlib.physics.shape import Shape

# From here on engines share attention by requests; eight large experts split by tensor instead.
_MANY_EXPERTS = 32


def experts_touched(experts_count: Numbers, top_k_count: Numbers, tokens: Numbers) -> Numbers:
    r"""Return the experts of a layer that at least one token visits.

    Parameters
    ----------
    experts_count, top_k_count : int or array
        Experts of a layer and experts a token visits. [1]
    tokens : float or array
        Tokens of the step. [tokens]

    Notes
    -----
    .. math:: E\,(1-(1-k/E)^{B})

    Examples
    --------
    >>> [round(experts_touched(256, 8, batch)) for batch in (1, 32, 64, 256)]
    [8, 163, 222, 256]
    """
    share = top_k_count / np.maximum(experts_count, 1)
    return experts_count * (1 - (1 - share) ** tokens)


def shares_attention(shape: Shape, ranks: Numbers) -> Numbers:
    """Return whether GPUs share attention by requests instead of by heads.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    ranks : int or array
        GPUs of the replica. [1]

    Returns
    -------
    bool or array
        True for many small experts over several GPUs: each GPU holds the dense weights and its own
        requests, and tokens travel to the experts.

    References
    ----------
    .. [1] DeepSeek-AI, "DeepSeek-V3 technical report", 2024, section 3.4,
       https://arxiv.org/abs/2412.19437
    """
    return (ranks > 1) & (shape.experts_count >= _MANY_EXPERTS)


def expert_layers_count(shape: Shape) -> Numbers:
    """Return the layers that have experts: their weights over those of one such layer. [1].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    """
    each = 3.0 * shape.hidden_count * shape.ffn_count * np.maximum(shape.experts_count, 1)
    return np.minimum(shape.expert_params_count / each, shape.layers_count)


def head_params_count(shape: Shape) -> Numbers:
    """Return the weights of the output head, which quantized releases keep in 16 bits. [1].

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM; no more than a quarter of small ones counts as head.
    """
    return np.minimum(shape.vocab_count * shape.hidden_count, 0.25 * shape.active_params_count)


def weight_bytes(
    shape: Shape,
    weight_bits: Numbers,
    ranks: Numbers = 1,
    tokens: Numbers = None,
    stages: Numbers = 1,
) -> Numbers:
    """Return the weights that one GPU of a replica holds, or all stages read for ``tokens``.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    weight_bits : float or array
        Width of a stored weight; both embeddings keep 16 bits. [bit]
    ranks, stages : int or array
        Tensor- and pipeline-parallel degree. [1]
    tokens : float, array or None
        Tokens of the step; None counts every expert and both embeddings. [tokens]

    Returns
    -------
    float or array
        Weights. [B]
    """
    experts, head = shape.expert_params_count, head_params_count(shape)
    dense = shape.params_count - experts - 2 * head
    embeddings = 2 * head
    if tokens is not None:
        touched = experts_touched(shape.experts_count, shape.top_k_count, tokens)
        experts = experts * touched / np.maximum(shape.experts_count, 1)
        embeddings = head  # one of both is a look-up
    copies = np.where(shares_attention(shape, ranks), 1, ranks)
    alike = (dense * weight_bits + embeddings * np.maximum(weight_bits, 16)) / copies
    return (alike + experts * weight_bits / ranks) / 8 / (stages if tokens is None else 1)


def cache_ranks(shape: Shape, ranks: Numbers) -> Numbers:
    """Return the GPUs of a stage that the cache divides over; beyond the heads it is copied.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    ranks : int or array
        GPUs of the stage. [1]
    """
    heads = np.where(np.asarray(shape.kv_latent) > 0, 1, shape.kv_heads_count)
    return np.where(shares_attention(shape, ranks), ranks, np.minimum(ranks, heads))
