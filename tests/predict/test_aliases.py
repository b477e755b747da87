import pytest

from designlib.catalog import Catalog
from designlib.predict.aliases import gpu_hint, gpu_id, precision_of, technology_of


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


@pytest.mark.parametrize(
    "text", ["H100", "h100", " H100-SXM5 ", "nvidia_h100_sxm_80gb", "H100 SXM"]
)
def test_case_space_and_punctuation_do_not_matter(catalog, text):
    assert catalog.gpus[gpu_id(catalog, text)].family == "H100"


def test_every_gpu_of_the_catalog_is_known_by_its_id_and_name(catalog):
    for name, gpu in catalog.gpus.items():
        assert gpu_id(catalog, name) == name
        assert gpu_id(catalog, gpu.name) == name


def test_an_unknown_gpu_names_the_nearest(catalog):
    assert gpu_id(catalog, "H1000X") is None
    assert "H100" in gpu_hint(catalog, "H1000")


def test_precisions(catalog):
    words = {
        "FP16/BF16": "bf16",
        "fp8-cs": "fp8",
        "MXFP8": "fp8",
        "NVFP4": "fp4",
        "FP8|NVFP4": None,
    }
    for text, expected in words.items():
        assert precision_of(catalog, text) == expected


def test_technologies(catalog):
    assert technology_of(catalog, "8x ConnectX-7 IB NDR 400Gb/s") == "infiniband"
    assert technology_of(catalog, "NVLINK Gen4; ROCE2") == "ethernet"
    assert technology_of(catalog, "typical") is None
