import pytest

from designlib.catalog import Catalog
from designlib.predict.architecture import shape_of

LLAMA = {"layers": "80", "hidden": "8192", "heads": "64", "kv_heads": "8"}
LLAMA |= {"ffn": "28672", "vocab": "128256"}


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


def test_missing_parameters_follow_from_the_architecture(catalog):
    assert shape_of(LLAMA, catalog).params_count == pytest.approx(70.6e9, rel=0.005)


def test_idle_experts_are_not_active(catalog):
    # Mixtral 8x7B: 46.7 B in all, 12.9 B for a token (arXiv 2401.04088)
    row = {"layers": "32", "hidden": "4096", "heads": "32", "kv_heads": "8", "vocab": "32000"}
    row |= {"experts": "8", "top_k": "2", "moe_ffn": "14336", "params_b": "46.7"}
    found = shape_of(row, catalog)
    assert found.active_params_count == pytest.approx(12.9e9, rel=0.01)


def test_what_is_missing_is_said(catalog):
    assert shape_of(LLAMA | {"heads": ""}, catalog) == "layers, hidden or heads is not stated"
