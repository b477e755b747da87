"""Shape: the numbers of an LLM that decide its FLOPs, its bytes and its cache."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from designlib.physics.numbers import Numbers, choose

# A decoder block has about 12 h^2 weights (4 attention, 8 feed-forward) whatever the gating [1];
# published dense models keep hidden / layers near 128 (Llama 3: 128, 102, 130).
_BLOCK_WEIGHTS = 12.0
_ASPECT = 128.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Architecture of an LLM; every count is a number of pieces. [1].

    Parameters
    ----------
    params_count : float
        All weights, experts and embeddings included. [1]
    active_params_count : float
        Weights that one token passes through; equals ``params_count`` for a dense LLM. [1]
    layers_count, hidden_count, heads_count, kv_heads_count, head_dim : int
        Decoder blocks, width of the residual stream, query heads, key-value heads, head width. [1]
    ffn_count : int
        Feed-forward width; of one expert in a mixture of experts. [1]
    vocab_count : int
        Tokens of the vocabulary. [1]
    experts_count, top_k_count : int
        Routed experts a layer and experts a token visits; 0 for a dense LLM. [1]
    kv_latent, kv_rope : int
        Compressed key-value width and rotary width of multi-head latent attention, else 0. [1]
    window_tokens, window_layers_count : int
        Tokens that a layer with a sliding window sees, and such layers; else 0. [tokens, 1]
    """

    params_count: float
    active_params_count: float
    layers_count: int
    hidden_count: int
    heads_count: int
    kv_heads_count: int
    head_dim: int
    ffn_count: int
    vocab_count: int
    experts_count: int = 0
    top_k_count: int = 0
    kv_latent: int = 0
    kv_rope: int = 0
    window_tokens: int = 0
    window_layers_count: int = 0

    @property
    def attention_width(self) -> int:
        """Return the summed width of all query heads. [1]."""
        return self.heads_count * self.head_dim

    @property
    def expert_params_count(self) -> float:
        """Return the weights that live in routed experts. [1].

        Total and active counts differ exactly by the experts that a token does not visit.
        """
        idle = self.experts_count - self.top_k_count
        share = self.experts_count / np.maximum(1, idle)
        idle_weights = share * (self.params_count - self.active_params_count)
        found: float = choose(idle > 0, idle_weights, 0.0)
        return found

    @property
    def matmul_params_count(self) -> float:
        """Return the active weights that multiply: the input embedding is a look-up. [1]."""
        without_input = self.active_params_count - self.vocab_count * self.hidden_count
        found: float = np.maximum(without_input, 0.5 * self.active_params_count)
        return found


def cached_tokens(shape: Shape, context_tokens: Numbers) -> Numbers:
    """Return the tokens of a context that an average layer keeps: a window forgets the rest.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    context_tokens : float or array
        Context. [tokens]

    Examples
    --------
    >>> half = Shape(1e9, 1e9, 24, 2048, 16, 8, 128, 8192, 32000, 0, 0, 0, 0, 128, 12)
    >>> float(cached_tokens(half, 1128))
    628.0
    """
    windowed = shape.window_layers_count / shape.layers_count
    seen = np.minimum(context_tokens, shape.window_tokens)
    return context_tokens - windowed * (context_tokens - seen)


def kv_bytes_per_token(shape: Shape, kv_bits: Numbers = 16) -> Numbers:
    r"""Return the cache bytes that one token of context holds.

    Parameters
    ----------
    shape : Shape
        Architecture of the LLM.
    kv_bits : float or array
        Width of a cached element. [bit]

    Returns
    -------
    float or array
        Cache of one token over all layers. [B]

    Notes
    -----
    .. math:: 2\,L\,n_{kv}\,d_h\,c \quad\text{or, latent attention,}\quad L\,(d_c + d_{rope})\,c

    References
    ----------
    .. [1] N. Shazeer, "Fast transformer decoding", 2019, https://arxiv.org/abs/1911.02150
    .. [2] DeepSeek-AI, "DeepSeek-V2", 2024, section 2.1, https://arxiv.org/abs/2405.04434

    Examples
    --------
    >>> llama_70b = Shape(70.6e9, 70.6e9, 80, 8192, 64, 8, 128, 28672, 128256)
    >>> float(kv_bytes_per_token(llama_70b))
    327680.0
    """
    latent = shape.kv_latent + shape.kv_rope
    plain = 2 * shape.kv_heads_count * shape.head_dim
    return shape.layers_count * np.where(np.asarray(latent) > 0, latent, plain) * kv_bits / 8


def typical_dense(params_count: float, vocab_count: int = 128_000) -> Shape:
    """Return a plausible dense architecture for a parameter count, where nobody states one.

    Parameters
    ----------
    params_count : float
        All weights. [1]
    vocab_count : int
        Tokens of the vocabulary. [1]

    Returns
    -------
    Shape
        Layers and width at the usual aspect ratio, 8 key-value heads of width 128.

    Notes
    -----
    An assumption, not a law: a brief that states the architecture replaces it.

    References
    ----------
    .. [1] J. Kaplan et al., "Scaling laws for neural language models", 2020, section 2.1,
       https://arxiv.org/abs/2001.08361
    """
    layers = max(2, round((params_count / (_BLOCK_WEIGHTS * _ASPECT**2)) ** (1 / 3)))
    grain = 1024 if layers >= 24 else 128  # heads divide over 8 GPUs
    hidden = max(256, grain * round(_ASPECT * layers / grain))
    heads = hidden // 128
    vocab = min(vocab_count, int(0.2 * params_count / (2 * hidden)))
    body = params_count - 2 * vocab * hidden
    kv_heads = gcd(8, heads)
    attention = 2 * hidden**2 + 2 * hidden * kv_heads * 128
    ffn = max(hidden, round((body / layers - attention) / (3 * hidden)))
    return Shape(params_count, params_count, layers, hidden, heads, kv_heads, 128, ffn, vocab)
