import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.physics.layouts import USABLE_FRAC, Layout, best_layout, state_gb
from designlib.physics.misfit import Misfit
from tests.physics.samples import DENSE_8B, DENSE_70B, MIXTURE, SMALL_CARD, SWITCHED


def test_states_that_cannot_fit_are_refused_with_both_numbers():
    # 16 bytes x 70e9 = 1,120 GB of states against 16 x 48 GB = 768 GB
    found = best_layout(DENSE_70B, SMALL_CARD, 16, mode="full")
    assert isinstance(found, Misfit)
    assert (found.quantity, found.needed, found.available, found.unit) == (
        "memory",
        1120,
        768,
        "GB",
    )
    assert "1,120 GB" in found.reason
    assert "768 GB" in found.reason


def test_adapters_need_a_fraction_of_the_states():
    assert state_gb(DENSE_70B, "full") == pytest.approx(1120)
    assert state_gb(DENSE_70B, "lora") == pytest.approx(151.2)
    assert isinstance(best_layout(DENSE_70B, SMALL_CARD, 8, mode="lora"), Layout)


def test_a_job_over_servers_needs_a_fabric():
    lonely = replace(SWITCHED, network_gb_s=0)
    found = best_layout(DENSE_8B, lonely, 16)
    assert isinstance(found, Misfit)
    assert found.quantity == "fabric"
    assert isinstance(best_layout(DENSE_8B, lonely, 8), Layout)


def test_more_replicas_than_sequences_are_refused():
    tiny = replace(DENSE_8B, layers_count=3)
    found = best_layout(tiny, SWITCHED, 4096, global_batch_tokens=4096 * 4)
    assert isinstance(found, Misfit)
    assert found.quantity == "batch"


@pytest.mark.parametrize("gpus", [24, 40, 72, 200])
def test_any_number_of_whole_servers_will_do(gpus):
    found = best_layout(DENSE_70B, SWITCHED, gpus)
    assert isinstance(found, Layout)
    degrees = (found.tensor_parallel, found.pipeline_parallel, found.data_parallel)
    assert degrees[0] * degrees[1] * degrees[2] * found.context_parallel == gpus


@pytest.mark.parametrize(
    ("shape", "gpus", "batch"), [(DENSE_70B, 1024, 4e6), (MIXTURE, 2048, 60e6)]
)
def test_a_search_is_quick_enough_to_fill_tables(shape, gpus, batch):
    began = time.perf_counter()
    found = best_layout(shape, SWITCHED, gpus, global_batch_tokens=batch)
    assert isinstance(found, Layout)
    assert time.perf_counter() - began < 0.25  # 50 ms and less on a quiet machine


@settings(max_examples=25, deadline=None)
@given(
    servers=st.integers(2, 40),
    mode=st.sampled_from(["full", "lora"]),
    more=st.floats(1, 4),
)
def test_a_better_machine_is_never_slower_and_what_is_chosen_fits(servers, mode, more):
    gpus = 8 * servers
    base = best_layout(DENSE_70B, SWITCHED, gpus, mode=mode)
    for field in ("hbm_gb", "network_gb_s", "scale_up_gb_s", "hbm_bandwidth_gb_s"):
        better = replace(SWITCHED, **{field: getattr(SWITCHED, field) * more})
        found = best_layout(DENSE_70B, better, gpus, mode=mode)
        if isinstance(base, Misfit):
            continue
        assert isinstance(found, Layout)
        assert found.step_s <= base.step_s * (1 + 1e-12)
        assert found.memory_gb <= better.hbm_gb * USABLE_FRAC
        assert found.low_step_s <= found.step_s <= found.high_step_s


def test_a_slow_network_costs_what_it_costs():
    fast, slow = (
        best_layout(DENSE_70B, replace(SWITCHED, network_gb_s=rate), 256) for rate in (50, 1)
    )
    assert isinstance(fast, Layout)
    assert isinstance(slow, Layout)
    assert slow.mfu_frac < fast.mfu_frac


def test_a_layout_reads_as_people_write_it():
    found = best_layout(MIXTURE, SWITCHED, 512, global_batch_tokens=16e6)
    assert isinstance(found, Layout)
    assert str(found).startswith(f"TP{found.tensor_parallel} PP{found.pipeline_parallel} DP")
    assert f"EP{found.expert_parallel}" in str(found) or found.expert_parallel == 1
