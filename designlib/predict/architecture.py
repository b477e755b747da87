"""Architecture: the shape of an LLM from the columns of published configurations."""

from __future__ import annotations

from designlib.catalog import Catalog
from designlib.physics.shape import Shape
from designlib.predict.table import Row, number

NUMBERS = (
    "params_b",
    "active_params_b",
    "layers",
    "hidden",
    "heads",
    "kv_heads",
    "ffn",
    "vocab",
    "is_moe",
    "experts",
    "top_k",
    "moe_ffn",
)
COLUMNS = NUMBERS
_TYPICAL_VOCAB = 50_257.0  # GPT-2, where a source prints none
_HEAD_GRAIN = 64  # head widths are multiples of 64 where they are not hidden / heads


def shape_of(row: Row, catalog: Catalog) -> Shape | str:
    """Return the architecture of a row, or what is missing.

    Parameters
    ----------
    row : dict
        Cells of ``COLUMNS``.
    catalog : Catalog
        An LLM with the same layers, width and heads gives the head width and latent attention.

    Notes
    -----
    A missing parameter count follows from the architecture: attention, gated feed-forward layers
    and both embeddings; a missing active count from the experts that a token does not visit.
    """
    layers, hidden, heads = (int(number(row, n) or 0) for n in ("layers", "hidden", "heads"))
    if not (layers and hidden and heads):
        return "layers, hidden or heads is not stated"
    experts, top = int(number(row, "experts") or 0), int(number(row, "top_k") or 0)
    moe = experts > 0 and top > 0
    kv = int(number(row, "kv_heads") or heads)
    vocab = int(number(row, "vocab") or _TYPICAL_VOCAB)
    wide = (number(row, "moe_ffn") if moe else None) or number(row, "ffn") or 4 * hidden
    like = _like(catalog, layers, hidden, heads)
    head = like.head_dim if like else _head(hidden, heads)
    outside = 2 * vocab * hidden + layers * 2 * hidden * head * (heads + kv)
    bulk = layers * 3 * hidden * wide * max(1, experts)
    total = (number(row, "params_b") or (outside + bulk) / 1e9) * 1e9
    idle = (experts - top) * (total - outside) / experts if moe else 0.0
    active = (number(row, "active_params_b") or (total - idle) / 1e9) * 1e9
    latent, rope = (like.kv_latent, like.kv_rope) if like else (0, 0)
    return Shape(
        total,
        active if moe else total,
        layers,
        hidden,
        heads,
        kv,
        head,
        int(wide),
        vocab,
        experts if moe else 0,
        top if moe else 0,
        latent,
        rope,
    )


def _head(hidden: int, heads: int) -> int:
    """Return the head width: an even division, else the next multiple of 64."""
    if hidden % heads == 0 and (hidden // heads) % 8 == 0:
        return hidden // heads
    return -(-hidden // heads // _HEAD_GRAIN) * _HEAD_GRAIN


class _Like:
    """What an LLM of the catalog tells beyond the columns."""

    def __init__(self, head_dim: int, kv_latent: int, kv_rope: int) -> None:
        self.head_dim, self.kv_latent, self.kv_rope = head_dim, kv_latent, kv_rope


def _like(catalog: Catalog, layers: int, hidden: int, heads: int) -> _Like | None:
    for llm in catalog.llms.values():
        stated = llm.quantities()
        told = [stated[f].value for f in ("layers_count", "hidden_count", "heads_count")]
        if told == [layers, hidden, heads]:
            latent, rope = (stated[f].value if f in stated else 0 for f in ("kv_latent", "kv_rope"))
            return _Like(int(stated["head_dim"].value), int(latent), int(rope))
    return None
