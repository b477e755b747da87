"""Named compute: every compute system that a planner of this field names is in the catalog."""

from __future__ import annotations

import pytest

from designlib.catalog import Catalog
from designlib.schema.words import servers_named

CATALOG = Catalog.load()
FAMILIES = [
    "A100",
    "A100-40",
    "A100-80",
    "H100",
    "H100 PCIe",
    "H100 NVL",
    "GH200",
    "H200",
    "H200 NVL",
    "B200",
    "B300",
    "GB200",
    "GB200 NVL72",
    "GB300 NVL72",
    "MI300X",
    "MI325X",
    "MI350X",
    "MI355X",
    "L40S",
    "L4",
    "RTX PRO 6000",
    "Gaudi 3",
]
VENDORS = ["NVIDIA", "Dell", "HPE", "Lenovo", "Supermicro"]
LLMS = [
    "Llama",
    "Mixtral",
    "Mistral",
    "Qwen",
    "DeepSeek",
    "Kimi",
    "gpt-oss",
    "Gemma",
    "Phi",
    "Jamba",
]


@pytest.mark.parametrize("word", FAMILIES)
def test_named_gpu_has_a_server(word: str) -> None:
    assert servers_named(word, CATALOG)


@pytest.mark.parametrize("vendor", VENDORS)
def test_named_vendor_sells_a_server_today(vendor: str) -> None:
    sold = [s for s in CATALOG.servers.values() if s.vendor == vendor and s.status == "shipping"]
    assert sold


@pytest.mark.parametrize("name", LLMS)
def test_named_llm_has_a_shape(name: str) -> None:
    assert any(llm.name.startswith(name) for llm in CATALOG.llms.values())


@pytest.mark.parametrize("kind", ["dense", "moe", "mla-moe", "hybrid", "hybrid-moe"])
def test_every_kind_of_llm_is_there(kind: str) -> None:
    assert any(llm.kind == kind for llm in CATALOG.llms.values())


def test_enough_of_each_family() -> None:
    assert len(CATALOG.gpus) >= 20
    assert len(CATALOG.servers) >= 24
    assert len(CATALOG.cloud) >= 10
    assert len(CATALOG.llms) >= 30


def test_every_server_and_every_offer_has_a_price() -> None:
    unpriced = [s for s in CATALOG.servers if not CATALOG.has_price(s)]
    assert unpriced + [o for o in CATALOG.cloud if not CATALOG.has_price(o, "per-gpu-hour")] == []


def test_every_gpu_says_who_says_whether_it_has_a_tee() -> None:
    assert [gpu.id for gpu in CATALOG.gpus.values() if gpu.tee_source is None] == []


def test_data_may_be_kept_in_europe_and_in_america() -> None:
    kept = {place for offer in CATALOG.cloud.values() for place in offer.residency}
    assert {"EU", "US"} <= kept
