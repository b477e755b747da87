"""Named plant: the systems that the three source articles name, beside compute, can be chosen.

Articles: "AI Architecture Design: Infrastructure Decisions for Enterprise AI Workloads",
"Enterprise AI Architecture for Production Workloads", "Designing Infrastructure for AI Workloads".
Each name resolves to an entry of the catalog, or to a choice of a brief or a part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from designlib.catalog import Catalog
from designlib.schema.brief import BriefFields
from designlib.schema.parts import Gpu, Switch, Technology
from designlib.schema.plant_parts import FAMILIES, Cooling
from designlib.schema.promises import Compliance, Network

CATALOG = Catalog.load()


def words_of(family: str) -> list[str]:
    """Return what the entries of a family call themselves, in small letters."""
    parts = getattr(CATALOG, family).values()
    return [f"{part.id} {part.name} {getattr(part, 'software', '')}".lower() for part in parts]


def choices(model: type[BaseModel], field: str) -> set[str]:
    """Return the words that a field may hold, also as items of a list."""

    def inside(annotation: Any) -> Iterator[str]:
        if isinstance(annotation, str):
            yield annotation
        for argument in get_args(annotation):
            yield from inside(argument)

    return set(inside(model.model_fields[field].annotation))


ENTRIES = {
    "InfiniBand NDR": ("switches", "ndr 400g"),
    "Lustre": ("storage", "lustre"),
    "IBM Storage Scale (GPFS)": ("storage", "ibm storage scale"),
    "WekaFS": ("storage", "wekafs"),
    "Kubernetes": ("software", "kubernetes"),
    "Kubeflow": ("software", "kubeflow"),
    "KubeRay": ("software", "kuberay"),
    "NVIDIA GPU Operator": ("software", "nvidia gpu operator"),
    "Slurm": ("software", "slurm"),
    "MPI": ("software", "mpi"),
    "vLLM": ("software", "vllm"),
    "TensorRT-LLM": ("software", "tensorrt-llm"),
    "TGI": ("software", "text-generation-inference"),
    "rear-door heat exchanger": ("cooling", "rear-door"),
    "direct-to-chip": ("cooling", "direct-to-chip"),
    "OCP": ("blueprints", "ocp"),
    "DGX SuperPOD": ("blueprints", "superpod"),
    "DGX BasePOD": ("blueprints", "basepod"),
    "NVIDIA enterprise reference architecture": ("blueprints", "enterprise reference architecture"),
    "AMD reference design": ("blueprints", "amd instinct"),
}
CHOICES = {
    "InfiniBand": (Technology, "infiniband"),
    "RoCEv2": (Technology, "ethernet"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_named_system_is_an_entry(name):
    family, word = ENTRIES[name]
    assert [text for text in words_of(family) if word in text], name


@pytest.mark.parametrize("name", CHOICES)
def test_named_technology_is_a_choice(name):
    annotation, word = CHOICES[name]
    assert word in get_args(annotation)


@pytest.mark.parametrize("shape", ["fat-tree", "rail-optimized", "dragonfly"])
def test_named_topology_is_a_choice_of_a_brief(shape):
    assert shape in choices(Network, "topology")


def test_leaf_spine_is_a_fabric_of_two_tiers():
    assert Network(topology="fat-tree", tiers_count=2).tiers_count == 2


def test_rdma_is_said_of_every_switch():
    assert Switch.model_fields["rdma"].is_required()
    assert any(s.rdma and s.technology == "ethernet" for s in CATALOG.switches.values())


def test_nvlink_and_nvswitch_are_a_way_to_join_gpus():
    assert "switched" in choices(Gpu, "scale_up")


@pytest.mark.parametrize("kind", ["rear-door", "direct-to-chip"])
def test_named_cooling_is_a_kind(kind):
    assert kind in choices(Cooling, "kind")


@pytest.mark.parametrize("profile", ["HIPAA", "SOC2"])
def test_named_rules_are_a_choice_of_a_brief(profile):
    assert profile in choices(Compliance, "profiles")


def test_data_residency_is_said_of_a_brief_or_a_rented_server():
    stated = {*Compliance.model_fields, *FAMILIES["cloud"].model_fields, *BriefFields.model_fields}
    assert stated & {"residency", "data_residency", "residency_regions", "region"}


@pytest.mark.parametrize("family", ["switches", "optics", "storage", "cooling", "power"])
def test_everything_that_can_be_bought_has_a_price(family):
    unpriced = [i for i in getattr(CATALOG, family) if not CATALOG.has_price(i)]
    assert unpriced == []


@pytest.mark.parametrize(
    ("family", "least"),
    [
        ("switches", 20),
        ("optics", 20),
        ("storage", 18),
        ("cooling", 14),
        ("power", 14),
        ("software", 16),
        ("blueprints", 10),
    ],
)
def test_there_are_enough_of_each(family, least):
    assert len(getattr(CATALOG, family)) >= least


@pytest.mark.parametrize(
    "word",
    ["lustre", "scale", "weka", "vast", "flashblade", "powerscale", "netapp", "ceph", "minio"],
)
def test_each_class_of_storage_is_there(word):
    assert any(word in text for text in words_of("storage"))


@pytest.mark.parametrize(
    "id_",
    [
        "dgx-superpod-h100",
        "dgx-superpod-h200",
        "dgx-superpod-b200",
        "dgx-superpod-gb200",
        "dgx-superpod-b300-xdr",
        "dgx-basepod",
        "hgx-enterprise-ra-b300",
        "ocp-training-fabric",
        "amd-mi3xx-single-switch",
        "oem-b300-32-servers",
    ],
)
def test_each_reference_architecture_is_there(id_):
    assert CATALOG.blueprints[id_].fabrics


def test_basepod_and_superpod_counts_are_those_of_the_documents():
    """DGX SuperPOD B200 RA, Table 4 and Table 3; B300 XDR RA, Table 3."""
    b200 = {s.servers_count: s for s in CATALOG.blueprints["dgx-superpod-b200"].fabrics[0].sizes}
    assert (b200[127].leaves, b200[127].spines) == (32, 16)
    assert (b200[512].leaves, b200[512].spines, b200[512].cores) == (128, 128, 64)
    xdr = CATALOG.blueprints["dgx-superpod-b300-xdr"].fabrics[0].sizes[-1]
    assert xdr.servers_count * 8 == 10368


def test_wrong_pairings_are_refused():
    """A multimode transceiver takes no single-mode fibre; OSFP optics do not fit QSFP-DD cages."""
    from designlib.schema.pairing import fits_cage, pairing_faults

    optics = CATALOG.optics
    sr4, dr4 = optics["xcvr-400g-sr4"], optics["xcvr-400g-dr4"]
    multimode, single = optics["fibre-mpo12-mmf"], optics["fibre-mpo12-smf"]
    assert pairing_faults(sr4, multimode) == pairing_faults(dr4, single) == []
    assert "multimode" in pairing_faults(sr4, single)[0]
    assert "mpo12-apc" in pairing_faults(dr4, optics["fibre-lc-smf"])[0]
    assert "takes mpo12-apc" in pairing_faults(sr4, optics["fibre-mpo12-upc-mmf"])[0]
    assert not fits_cage(optics["xcvr-800g-2xsr4"], CATALOG.switches["nvidia-sn5400"].cage)
    assert fits_cage(optics["xcvr-800g-2xsr4"], CATALOG.switches["nvidia-qm9700"].cage)
