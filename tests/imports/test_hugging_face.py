"""Hugging Face: the shape comes over, the weights follow from it as published, or are stated."""

import json
from datetime import date

import pytest

from designlib.catalog import Catalog
from designlib.faults import FaultError
from designlib.imports import place, read_config
from tests.imports.samples import DEEPSEEK, LLAMA
from tests.toy_catalog import FILES, write

DAY = date(2026, 11, 1)


def config(tmp_path, content, name="llama-8b.json", **more):
    path = tmp_path / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return read_config(path, today=DAY, **more)


def loaded(tmp_path, imported):
    overlay = tmp_path / "ours"
    path = place(imported, overlay)
    catalog = Catalog.load(overlay, shipped=write(tmp_path / "shipped", FILES))
    return catalog.llms[path.stem]


def test_dense_model_is_an_entry(tmp_path):
    llm = loaded(tmp_path, config(tmp_path, LLAMA))
    assert (llm.id, llm.kind) == ("llama-8b", "dense")
    assert llm.specs.params_count.value == pytest.approx(8.03e9, rel=0.001)
    assert llm.specs.active_params_count is None
    shape = {name: quantity.value for name, quantity in llm.quantities().items()}
    del shape["params_count"]
    assert shape == {
        "layers_count": 32,
        "hidden_count": 4096,
        "heads_count": 32,
        "kv_heads_count": 8,
        "head_dim": 128,
        "ffn_count": 14336,
        "vocab_count": 128256,
    }


def test_latent_attention_with_experts_is_an_entry(tmp_path):
    llm = loaded(tmp_path, config(tmp_path, DEEPSEEK))
    assert (llm.id, llm.vendor, llm.kind) == ("deepseek-v3", "deepseek-ai", "mla-moe")
    assert llm.specs.params_count.value == pytest.approx(671e9, rel=0.005)
    assert llm.specs.active_params_count.value == pytest.approx(37e9, rel=0.02)
    shipped = Catalog.load().llms["deepseek-v3"]
    assert set(llm.quantities()) == set(shipped.quantities())
    for name, quantity in shipped.quantities().items():
        assert getattr(llm.specs, name).value == pytest.approx(quantity.value, rel=0.02), name


def test_experts_without_latent_attention_are_an_entry(tmp_path):
    mixtral = {**LLAMA, "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000}
    llm = loaded(tmp_path, config(tmp_path, mixtral))
    assert llm.kind == "moe"
    # arXiv:2401.04088: 47 B, of which 13 B active.
    assert llm.specs.params_count.value == pytest.approx(46.7e9, rel=0.005)
    assert llm.specs.active_params_count.value == pytest.approx(12.9e9, rel=0.02)


def test_text_part_of_a_model_that_sees_is_read(tmp_path):
    both = {"model_type": "seeing", "text_config": LLAMA, "vision_config": {"hidden_size": 1}}
    assert loaded(tmp_path, config(tmp_path, both)).specs.hidden_count.value == 4096


def test_weights_may_be_stated(tmp_path):
    hybrid = {**LLAMA, "mamba_d_state": 128}
    with pytest.raises(FaultError, match=r"mamba_d_state: has layers .* say --params-count"):
        config(tmp_path, hybrid)
    llm = loaded(tmp_path, config(tmp_path, hybrid, params_count=9e9))
    assert llm.specs.params_count.value == 9e9
    assert llm.specs.params_count.note == "as stated"


def test_hybrid_needs_its_weights_stated(tmp_path):
    hybrid = {**LLAMA, "full_attention_interval": 4}
    with pytest.raises(FaultError, match="say --params-count"):
        config(tmp_path, hybrid)
    llm = loaded(tmp_path, config(tmp_path, hybrid, params_count=9e9))
    assert (llm.kind, llm.specs.attention_layers_count.value) == ("hybrid", 8)


def test_one_embedding_is_counted_where_the_file_says_nothing(tmp_path):
    # Gemma 2 9B: https://huggingface.co/google/gemma-2-9b, 9.24 B weights.
    gemma = {
        "hidden_size": 3584,
        "intermediate_size": 14336,
        "num_hidden_layers": 42,
        "num_attention_heads": 16,
        "num_key_value_heads": 8,
        "head_dim": 256,
        "vocab_size": 256000,
        "sliding_window": 4096,
        "layer_types": ["sliding_attention", "full_attention"] * 21,
    }
    llm = loaded(tmp_path, config(tmp_path, gemma))
    assert llm.specs.params_count.value == pytest.approx(9.24e9, rel=0.001)
    assert (llm.specs.window_layers_count.value, llm.specs.window_tokens.value) == (21, 4096)


def test_id_is_stated_or_that_of_file_or_folder(tmp_path):
    assert config(tmp_path, LLAMA, part_id="My Model").name == "llms/my-model.yaml"
    (tmp_path / "Llama-3.1").mkdir()
    assert config(tmp_path / "Llama-3.1", LLAMA, "config.json").name == "llms/llama-3-1.yaml"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "llama-8b.json:1: file: expected JSON"),
        ("[1]", "file: expected a JSON object, found [1]"),
        (
            {k: v for k, v in LLAMA.items() if k != "hidden_size"},
            "hidden_size: required field of a decoder's configuration is missing",
        ),
        ({**LLAMA, "vocab_size": "many"}, "vocab_size: expected a whole number >= 0, found 'many'"),
        ({**LLAMA, "num_hidden_layers": 1.5}, "num_hidden_layers: expected a whole number"),
        (
            {**LLAMA, "num_key_value_heads": 7},
            "specs.kv_heads_count: expected a divisor of heads_count = 32, found 7",
        ),
        (
            {**LLAMA, "num_local_experts": 8},
            "specs.top_k_count: required field is missing; kind: moe needs it",
        ),
    ],
)
def test_wrong_configuration_is_one_line(tmp_path, content, says):
    with pytest.raises(FaultError) as error:
        config(tmp_path, content)
    (fault,) = error.value.faults
    assert says in str(fault)
