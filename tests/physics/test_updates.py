from dataclasses import replace

import pytest

from designlib.physics.split import Split
from designlib.physics.updates import data_exposed_s, optimizer_s
from tests.physics.samples import DENSE_70B, IDEAL, SWITCHED

SPLIT = Split(tensor_parallel=8, pipeline_parallel=4, data_parallel=16)


def test_gradients_of_a_stage_cross_the_network_once():
    # 70e9 / 32 weights are 4.38 GB of 16-bit gradients; scatter and gather over 16 ranks at 45 GB/s
    # are one ring all-reduce: 0.182 s
    machine = replace(IDEAL, network_gb_s=45, network_efficiency_frac=1, network_alpha_s=6e-6)
    machine = replace(machine, training=replace(machine.training, data_overlap_frac=0))
    time = data_exposed_s(DENSE_70B, machine, SPLIT, mode="full", passes=8, pass_s=1)
    assert time == pytest.approx(0.182, rel=0.005)


def test_adapters_send_next_to_nothing():
    full, lora = (
        data_exposed_s(DENSE_70B, SWITCHED, SPLIT, mode=mode, passes=8, pass_s=1)
        for mode in ("full", "lora")
    )
    assert lora == pytest.approx(0.01 * full, rel=0.1)


def test_sharded_weights_travel_with_every_pass():
    flat = Split(data_parallel=64, sharding_stage=1)
    whole = data_exposed_s(DENSE_70B, SWITCHED, flat, mode="full", passes=8, pass_s=1)
    flat = replace(flat, sharding_stage=3)
    assert data_exposed_s(DENSE_70B, SWITCHED, flat, mode="full", passes=8, pass_s=1) > 8 * whole


def test_sharding_shares_the_update():
    shared = optimizer_s(DENSE_70B, SWITCHED, SPLIT, mode="full")
    alone = optimizer_s(DENSE_70B, SWITCHED, replace(SPLIT, sharding_stage=0), mode="full")
    assert alone == pytest.approx(16 * shared)
    assert alone == pytest.approx(70e9 / 32 * 30 / 3e12)
