"""Plant parts: the table of families is complete, and each reads a small entry."""

import pytest
from pydantic import ValidationError

from designlib.schema.plant_parts import FAMILIES, Cloud, Llm, Software

TOP = {
    "id": "toy",
    "name": "Toy",
    "vendor": "Toy Works",
    "status": "shipping",
    "sources": {"ds": {"title": "Sheet", "accessed": "2026-01-31", "kind": "web"}},
}


def specs(*names):
    return {name: {"value": 8, "source": "ds"} for name in names}


def test_every_family_has_its_folder():
    assert list(FAMILIES) == [
        "gpus",
        "servers",
        "switches",
        "optics",
        "storage",
        "cooling",
        "power",
        "software",
        "cloud",
        "llms",
        "blueprints",
    ]
    assert all(model.folder == folder for folder, model in FAMILIES.items())


def test_software_may_have_no_numbers():
    part = Software.model_validate({**TOP, "kind": "licence", "metric": "free", "specs": {}})
    assert (part.provides, part.requires, part.applies_to.vendors) == ((), (), None)


@pytest.mark.parametrize(
    "change",
    [{"provides": ["Gang"]}, {"metric": "per-core-year"}, {"applies_to": {"vendor": "x"}}],
)
def test_wrong_software(change):
    with pytest.raises(ValidationError):
        Software.model_validate({**TOP, "kind": "licence", "metric": "free", "specs": {}, **change})


def test_rented_server():
    part = Cloud.model_validate({**TOP, "gpu": "g", "region": "any", "specs": specs("gpus_count")})
    assert part.specs.gpus_count.value == 8


def test_language_model():
    names = ("params_count", "layers_count", "hidden_count", "heads_count", "kv_heads_count")
    shape = specs(*names, "head_dim", "ffn_count", "vocab_count")
    part = Llm.model_validate({**TOP, "kind": "dense", "specs": shape})
    assert part.specs.experts_count is None
    assert isinstance(part.specs.params_count.value, int)
