import pytest

from designlib.catalog import Catalog
from designlib.predict.runs import run_of, software_year, split_of

ROW = {"id": "a", "gpu": "H100", "n_gpus": "64", "layers": "80", "hidden": "8192", "heads": "64"}
ROW |= {"kv_heads": "8", "ffn": "28672", "vocab": "128256", "seq_len": "4096", "precision": "BF16"}
ROW |= {"tp": "4", "pp": "4", "global_batch": "128"}


@pytest.fixture(scope="module")
def catalog():
    return Catalog.load()


def split(catalog, **change):
    row = ROW | change
    return split_of(row, run_of(row, catalog).shape, 64)


def test_releases_are_dates():
    assert software_year("NVIDIA NeMo Framework Release 24.04") == 2024.25
    assert software_year("PyTorch 2.8.0") == software_year("")


def test_what_a_layout_leaves_open_is_what_frameworks_do(catalog):
    found = split(catalog)
    assert (found.data_parallel, found.context_parallel, found.micro_batch) == (4, 1, 1)
    assert found.interleave == 10  # 80 layers over 4 stages: 2 layers a stack, 12 stacks at most
    assert (found.sharding_stage, found.recompute) == (1, "none")


def test_sharding_and_recompute_are_read(catalog):
    assert split(catalog, sharding="FSDP FULL_SHARD").sharding_stage == 3
    assert split(catalog, sharding="FSDP SHARD_GRAD_OP").sharding_stage == 2
    assert split(catalog, sharding="FSDP (ZeRO-1/2 style)").sharding_stage == 1
    assert split(catalog, sharding="none").sharding_stage == 0
    assert split(catalog, recompute="selective+sequence-parallel").recompute == "selective"
    assert split(catalog, recompute="norm,act").recompute == "none"


def test_a_missing_batch_is_assumed_and_said(catalog):
    found = run_of(ROW | {"global_batch": ""}, catalog)
    assert found.global_batch == 8 * 4 * 4  # eight passes a stage, four replicas
    assert "global_batch not stated" in " ".join(found.notes)


def test_experts_are_taken_as_balanced_and_it_is_said(catalog):
    moe = {"experts": "128", "top_k": "8", "moe_ffn": "1536", "params_b": "235"}
    found = run_of(ROW | moe, catalog)
    assert found.machine.training.routing_imbalance_factor == 1
    assert "balanced routing" in " ".join(found.notes)
