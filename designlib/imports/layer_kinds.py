"""Layer kinds: how many layers of a language model hold experts, slide a window, or attend at all.

Configurations say it in many ways: a list with a word a layer, a period, or a number of layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NO_CACHE: Final = ("mamba", "linear", "recurrent", "ssm", "conv")
WINDOWED: Final = ("sliding", "chunked", "local")
PERIODS: Final = ("full_attention_interval", "attn_layer_period")


def expert_layers_count(config: Mapping[str, Any], layers_count: int) -> int:
    """Return how many layers of a mixture of experts hold experts. [1].

    Parameters
    ----------
    config : mapping
        The configuration.
    layers_count : int
        All layers. [1]
    """
    first = _count(config, "first_k_dense_replace")
    step = max(
        _count(config, "decoder_sparse_step"),
        _count(config, "interleave_moe_layer_step"),
        _count(config, "expert_layer_period"),
        _count(config, "moe_layer_freq"),
        1,
    )
    dense = config.get("mlp_only_layers")
    named = len(dense) if isinstance(dense, list) else 0
    return max(0, (layers_count - first) // step - named)


def attention_layers_count(config: Mapping[str, Any], layers_count: int) -> int:
    """Return how many layers keep a cache that grows with the context. [1].

    Parameters
    ----------
    config : mapping
        The configuration.
    layers_count : int
        All layers. [1]
    """
    words = _words(config)
    if words:
        return sum(not any(kind in word for kind in NO_CACHE) for word in words)
    pattern = config.get("hybrid_override_pattern")
    if isinstance(pattern, str):
        return pattern.count("*")  # M state space, - feed-forward, * attention
    periods = [_count(config, name) for name in PERIODS if _count(config, name)]
    return layers_count // periods[0] if periods else layers_count


def windows(config: Mapping[str, Any], layers_count: int) -> tuple[int, int]:
    """Return how many layers attend to a window only, and its length; (0, 0) without one. [1].

    Parameters
    ----------
    config : mapping
        The configuration.
    layers_count : int
        All layers. [1]
    """
    tokens = _count(config, "sliding_window") or _count(config, "attention_chunk_size")
    if not tokens or config.get("use_sliding_window") is False:
        return 0, 0
    words, period = _words(config), _count(config, "sliding_window_pattern")
    if words:
        windowed = sum(any(kind in word for kind in WINDOWED) for word in words)
    else:
        windowed = layers_count - layers_count // period if period else layers_count
    return (windowed, tokens) if windowed else (0, 0)


def _words(config: Mapping[str, Any]) -> list[str]:
    for name in ("layer_types", "layers_block_type"):
        words = config.get(name)
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return words
    return []


def _count(config: Mapping[str, Any], name: str) -> int:
    value = config.get(name)
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return int(value) if whole and value is not None else 0
