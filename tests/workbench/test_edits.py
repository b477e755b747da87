"""Edits and fields: workloads come, go and change; every field of a brief can be set and unset."""

import json

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.faults import FaultError
from designlib.workbench import edits
from designlib.workbench.fields import fields, with_field

CATALOG = Catalog.load()
BRIEFS = {p.stem: Brief.load(p) for p in sorted((shipped_folder() / "briefs").glob("*.yaml"))}
STUDIO = BRIEFS["studio"]


def test_a_workload_is_copied_and_removed():
    brief, ident = edits.with_copy(STUDIO, "helper")
    assert ident == "helper-2"
    assert len(brief.workloads) == len(STUDIO.workloads) + 1
    assert edits.without(brief, ident).hash == STUDIO.hash
    with pytest.raises(FaultError, match="no workload 'x'"):
        edits.without(STUDIO, "x")


@pytest.mark.parametrize("name", edits.examples())
def test_every_example_can_be_added(name):
    brief, ident = edits.with_example(STUDIO, name)
    assert brief.workloads[-1].id == ident


def test_a_language_model_of_the_catalog_takes_the_place_of_the_shape():
    llm = sorted(CATALOG.llms)[0]
    brief = edits.with_llm(STUDIO, "helper", llm, CATALOG)
    helper = next(w for w in brief.workloads if w.id == "helper")
    assert helper.llm == llm
    assert helper.params_count is None
    assert helper.prompt_tokens == 2500


def test_a_configuration_gives_the_shape():
    # A decoder of 2 layers: 2 x (4 x 8 x 8 + 3 x 8 x 16) + 32 x 8 weights and norms.
    config = {
        "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2,
        "num_key_value_heads": 2, "intermediate_size": 16, "vocab_size": 32,
        "tie_word_embeddings": True,
    }  # fmt: skip
    brief = edits.with_config(STUDIO, "helper", "../config.json", json.dumps(config))
    helper = next(w for w in brief.workloads if w.id == "helper")
    assert (helper.layers_count, helper.hidden_count, helper.kv_heads_count) == (2, 8, 2)
    assert 1536 <= helper.params_count <= 1700
    with pytest.raises(FaultError):
        edits.with_config(STUDIO, "helper", "config.json", "{}")


@pytest.mark.parametrize("name", BRIEFS)
def test_every_field_that_is_shown_can_be_written_back(name):
    brief = BRIEFS[name]
    shown = [f for w in brief.workloads for f in fields(w, f"workloads.{w.id}", "USD")]
    shown += [f for s in brief.sites for f in fields(s, f"sites.{s.id}", "USD")]
    assert len(shown) > 40
    assert all(f.note or f.unit or f.choices or f.label for f in shown)
    for field in shown:
        if field.stated and "from month" not in field.value:
            assert with_field(brief, field.path, field.kind, field.value).hash == brief.hash, field


def test_an_emptied_field_says_nothing_any_more():
    changed = with_field(STUDIO, "workloads.captions.window", "text", "")
    assert changed.workloads[2].window is None
    again = with_field(STUDIO, "workloads.helper.weight_bits", "choice", "")
    assert again.workloads[3].weight_bits == 16
    with pytest.raises(FaultError, match="ttft_p95_s"):
        with_field(STUDIO, "workloads.helper.ttft_p95_s", "number", "")
    with pytest.raises(FaultError, match="no number"):
        with_field(STUDIO, "workloads.helper.ttft_p95_s", "number", "fast")
