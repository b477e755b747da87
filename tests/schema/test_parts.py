"""Parts: every family knows its folder, its required numbers, and its sources."""

import pytest
from pydantic import ValidationError

from designlib.schema.parts import Gpu, Optic, Part, Server, Storage, Switch

GPU = {
    "id": "toy-gpu",
    "name": "Toy",
    "vendor": "Toy Works",
    "status": "shipping",
    "family": "T100",
    "tee": True,
    "scale_up": "switched",
    "sources": {"ds": {"title": "Sheet", "accessed": "2026-01-31", "kind": "web"}},
    "specs": {
        name: {"value": 1, "source": "ds"}
        for name in (
            "bf16_dense_tflops",
            "hbm_gb",
            "hbm_bandwidth_gb_s",
            "scale_up_gb_s",
            "tdp_w",
        )
    },
}


def test_gpu_is_read():
    gpu = Gpu.model_validate(GPU)
    assert gpu.source_of("tdp_w").kind == "web"
    assert set(gpu.quantities()) == set(GPU["specs"])
    assert gpu.specs.fp8_dense_tflops is None


@pytest.mark.parametrize("name", sorted(set(GPU) - {"sources"}))
def test_required_field(name):
    with pytest.raises(ValidationError) as error:
        Gpu.model_validate({key: value for key, value in GPU.items() if key != name})
    assert [item["loc"] for item in error.value.errors()] == [(name,)]


@pytest.mark.parametrize("name", sorted(GPU["specs"]))
def test_required_number(name):
    specs = {key: value for key, value in GPU["specs"].items() if key != name}
    with pytest.raises(ValidationError) as error:
        Gpu.model_validate({**GPU, "specs": specs})
    assert [item["loc"] for item in error.value.errors()] == [("specs", name)]


def test_every_family_is_a_part_of_its_own_folder():
    families = [Gpu, Server, Switch, Optic, Storage]
    assert all(issubclass(family, Part) for family in families)
    assert len({family.folder for family in families}) == len(families)


def test_infinite_peak_is_refused():
    specs = {**GPU["specs"], "tdp_w": {"value": float("inf"), "source": "ds"}}
    with pytest.raises(ValidationError, match="finite"):
        Gpu.model_validate({**GPU, "specs": specs})
