"""LLM shapes: the published widths of an LLM multiply out to its published number of weights."""

from __future__ import annotations

import pytest

from designlib.catalog import Catalog
from designlib.schema.plant_parts import Llm

CATALOG = Catalog.load()
PLAIN = [llm for llm in CATALOG.llms.values() if not llm.kind.startswith("hybrid")]
HYBRID = [llm for llm in CATALOG.llms.values() if llm.kind.startswith("hybrid")]


def counts(llm: Llm) -> dict[str, float]:
    """Return the numbers of a shape; what is not said is zero."""
    names = type(llm.specs).model_fields
    return {n: q.value if (q := getattr(llm.specs, n)) is not None else 0 for n in names}


def attention(c: dict[str, float]) -> float:
    """Return the weights of one attention layer."""
    queries = c["heads_count"] * c["head_dim"]
    if c["kv_latent"]:
        # Keys and values are made from the latent; queries have a rotary part.
        rotary = c["heads_count"] * c["kv_rope"]
        down = c["kv_latent"] + c["kv_rope"]
        return c["hidden_count"] * (2 * queries + rotary + down) + 2 * queries * c["kv_latent"]
    keys = c["kv_heads_count"] * c["head_dim"]
    return 2 * c["hidden_count"] * (queries + keys)


def weights(c: dict[str, float], matrices: int, embeddings: int, experts: float) -> float:
    """Return the weights of an LLM whose token visits some experts, or of all of them.

    ``matrices`` of one feed-forward are two, or three with a gate; ``embeddings`` are one where
    input and output share theirs.
    """
    width = matrices * c["hidden_count"]
    sparse = c["moe_layers_count"] or (c["layers_count"] if c["experts_count"] else 0)
    wide = c["dense_ffn_count"] or c["ffn_count"]
    return (
        c["layers_count"] * attention(c)
        + sparse * width * c["ffn_count"] * (experts + c["shared_experts_count"])
        + (c["layers_count"] - sparse) * width * wide
        + embeddings * c["vocab_count"] * c["hidden_count"]
    )


def nearest(c: dict[str, float], published: float, experts: float) -> float:
    """Return the weights, relative to the published ones, of the best fitting conventions."""
    sums = [weights(c, m, e, experts) for m in (2, 3) for e in (1, 2)]
    return min((total / published for total in sums), key=lambda ratio: abs(ratio - 1))


@pytest.mark.parametrize("llm", PLAIN, ids=lambda llm: llm.id)
def test_widths_multiply_out_to_the_weights(llm: Llm) -> None:
    c = counts(llm)
    latent = 0.02 if c["kv_latent"] else 0.0  # queries are compressed too, which no field says
    assert nearest(c, c["params_count"], c["experts_count"]) == pytest.approx(1, abs=0.01 + latent)


@pytest.mark.parametrize(
    "llm", [llm for llm in PLAIN if llm.specs.experts_count is not None], ids=lambda llm: llm.id
)
def test_visited_experts_multiply_out_to_the_active_weights(llm: Llm) -> None:
    c = counts(llm)
    # Vendors differ in whether they count embeddings, and round to two figures.
    ratio = nearest(c, c["active_params_count"], c["top_k_count"])
    assert ratio == pytest.approx(1, abs=0.3)
    assert c["active_params_count"] < 0.5 * c["params_count"]


@pytest.mark.parametrize("llm", HYBRID, ids=lambda llm: llm.id)
def test_hybrid_attends_in_some_layers_only(llm: Llm) -> None:
    specs = llm.specs
    assert specs.attention_layers_count.value < specs.layers_count.value / 2
