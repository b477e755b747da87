"""Decoder weights: how many weights a language model holds, and how many a token passes through."""

from __future__ import annotations

from dataclasses import dataclass

GATED = 3  # gate, up and down projection [1]_


@dataclass(frozen=True, slots=True)
class Decoder:
    """Widths of a decoder with gated feed-forward blocks; every count is a number of pieces. [1].

    Parameters
    ----------
    layers_count, hidden_count, heads_count, kv_heads_count, head_dim, vocab_count : int
        Blocks, width, query heads, key-value heads, width of a head, tokens. [1]
    ffn_count : int
        Feed-forward width of a dense block. [1]
    tied : bool
        Whether input and output embedding are one table.
    experts_count, top_k_count, shared_experts_count, expert_ffn_count : int
        Routed experts of a block, those a token visits, shared ones, and their width. [1]
    dense_layers_count : int
        Blocks without experts in a mixture of experts. [1]
    q_latent, kv_latent, kv_rope, value_dim : int
        Widths of multi-head latent attention, 0 without; ``head_dim`` is then the key part without
        rotation. [1]
    """

    layers_count: int
    hidden_count: int
    heads_count: int
    kv_heads_count: int
    head_dim: int
    vocab_count: int
    ffn_count: int
    tied: bool = False
    experts_count: int = 0
    top_k_count: int = 0
    shared_experts_count: int = 0
    expert_ffn_count: int = 0
    dense_layers_count: int = 0
    q_latent: int = 0
    kv_latent: int = 0
    kv_rope: int = 0
    value_dim: int = 0


def params(decoder: Decoder) -> tuple[int, int]:
    r"""Return the weights of a decoder, and those that one token passes through.

    Parameters
    ----------
    decoder : Decoder
        Its widths.

    Returns
    -------
    tuple of int
        All weights and active weights, embeddings in both, biases in neither. [1]

    Notes
    -----
    .. math:: P = e\,V h + L\,(a + 2h) + L_d\,3 h f + L_e\,(n\,3 h f_e + s\,3 h f_e + h n) + h

    With a the attention weights: :math:`2 h H d + 2 h K d`, or, with latent attention,
    :math:`h q + q H (d + r) + h (c + r) + c H (d + v) + H v h`. A token visits k of the n experts.

    References
    ----------
    .. [1] N. Shazeer, "GLU variants improve transformer", 2020, https://arxiv.org/abs/2002.05202
    .. [2] DeepSeek-AI, "DeepSeek-V2", 2024, section 2.1, https://arxiv.org/abs/2405.04434

    Examples
    --------
    >>> params(Decoder(32, 4096, 32, 8, 128, 128256, 14336))[0]  # Llama 3.1 8B
    8030261248
    """
    d = decoder
    with_experts = d.layers_count - d.dense_layers_count if d.experts_count else 0
    expert = GATED * d.hidden_count * d.expert_ffn_count
    common = (
        (1 if d.tied else 2) * d.vocab_count * d.hidden_count
        + d.layers_count * (_attention(d) + 2 * d.hidden_count)
        + (d.layers_count - with_experts) * GATED * d.hidden_count * d.ffn_count
        + with_experts * (d.shared_experts_count * expert + d.hidden_count * d.experts_count)
        + d.hidden_count
    )
    return (
        common + with_experts * d.experts_count * expert,
        common + with_experts * d.top_k_count * expert,
    )


def _attention(d: Decoder) -> int:
    if not d.kv_latent:
        return 2 * d.hidden_count * d.head_dim * (d.heads_count + d.kv_heads_count)
    query = d.heads_count * (d.head_dim + d.kv_rope)
    down = (
        d.hidden_count * d.q_latent + d.q_latent * query if d.q_latent else d.hidden_count * query
    )
    keys = d.hidden_count * (d.kv_latent + d.kv_rope)
    values = d.kv_latent * d.heads_count * (d.head_dim + d.value_dim)
    return down + keys + values + d.heads_count * d.value_dim * d.hidden_count
