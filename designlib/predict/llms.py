"""LLMs: the shape of a served LLM from the columns of a row and from the catalog."""

from __future__ import annotations

from dataclasses import dataclass, replace

from designlib.catalog import Catalog
from designlib.physics.shape import Shape
from designlib.predict import architecture
from designlib.predict.table import Row, number
from designlib.schema.plant_parts import Llm

COLUMNS = architecture.COLUMNS
NUMBERS = architecture.NUMBERS
_SAME_SIZE_FRAC = 0.1
_FEED_FORWARD = 3.0  # gate, up and down


@dataclass(frozen=True, slots=True)
class Served:
    """A shape and what its release says about the cache.

    Parameters
    ----------
    shape : Shape
        Architecture.
    cache_bits : float or None
        Width of the cache where nobody says otherwise; None leaves it to the weights. [bit]
    """

    shape: Shape
    cache_bits: float | None


def shape_of(row: Row, catalog: Catalog) -> Served | str:
    """Return the architecture of a row, or what is missing.

    Parameters
    ----------
    row : dict
        Architecture columns; counts of parameters in 10^9.
    catalog : Catalog
        An LLM of the same layers, width, heads and size fills what the columns do not say.

    Notes
    -----
    Where nobody states the width of an expert it follows from total and active parameters.
    """
    plain = architecture.shape_of(row, catalog)
    if isinstance(plain, str):
        return plain
    like = _like(catalog, plain)
    if like is None:
        width = None if number(row, "moe_ffn") else _expert_width(plain)
        return Served(replace(plain, ffn_count=width) if width else plain, None)
    stated = {name: quantity.value for name, quantity in like.quantities().items()}
    names = ("head_dim", "ffn_count", "vocab_count", "kv_latent", "kv_rope")
    told = {
        n: int(stated[n]) for n in (*names, "window_tokens", "window_layers_count") if n in stated
    }
    bits = stated.get("cache_bits")
    return Served(replace(plain, **told), float(bits) if bits else None)


def _like(catalog: Catalog, shape: Shape) -> Llm | None:
    """Return the LLM of the catalog of the same architecture and nearest size."""

    def off(llm: Llm) -> float:
        return abs(llm.specs.params_count.value / shape.params_count - 1)

    same = [
        llm
        for llm in catalog.llms.values()
        if (llm.specs.layers_count.value, llm.specs.hidden_count.value)
        == (shape.layers_count, shape.hidden_count)
        and llm.specs.heads_count.value == shape.heads_count
        and off(llm) <= _SAME_SIZE_FRAC
    ]
    return min(same, key=off, default=None)


def _expert_width(shape: Shape) -> int | None:
    if not shape.experts_count:
        return None
    each = shape.expert_params_count / shape.experts_count / shape.layers_count
    return max(64, int(each / (_FEED_FORWARD * shape.hidden_count)))
