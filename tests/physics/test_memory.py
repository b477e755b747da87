import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.memory import (
    activation_bytes_layer,
    job_state_bytes,
    logits_bytes,
    params_per_gpu,
    state_bytes_per_gpu,
    training_gb_per_gpu,
)
from designlib.physics.split import Split
from tests.physics.samples import DENSE_70B, MIXTURE


# 16 bytes a parameter (ZeRO, SC20, section 5), 70 billion over tensor 8, pipeline 4, data 16.
@pytest.mark.parametrize(("stage", "gb"), [(0, 35.0), (1, 10.4), (2, 6.3), (3, 2.2)])
def test_sharding_stages_hold_the_published_share(stage, gb):
    held = state_bytes_per_gpu(
        70e9, tensor_parallel=8, pipeline_parallel=4, data_parallel=16, sharding_stage=stage
    )
    assert held / 1e9 == pytest.approx(gb, rel=0.01)


# GPT-3 175B, sequence 2048, tensor 8, 96 layers (Korthikanti et al. 2022, section 4, table 2).
@pytest.mark.parametrize(
    ("keep", "gb"),
    [("none", 275), ("tensor", 55.6), ("sequence", 34.4), ("fused", 10.3), ("full", 4.8)],
)
def test_activations_are_those_of_korthikanti(keep, gb):
    layer = activation_bytes_layer(2048, 1, 12288, 96, 8, keep)
    assert 96 * layer / 1e9 == pytest.approx(gb, rel=0.01)


def test_an_unknown_way_to_keep_activations_is_refused():
    with pytest.raises(ValueError, match="keep must be"):
        activation_bytes_layer(1, 1, 1, 1, keep="some")


def test_logits_are_four_bytes_a_token_and_word():
    assert logits_bytes(4096, 2, 100_000) == 4 * 4096 * 2 * 100_000


def test_experts_divide_over_expert_parallel_gpus():
    dense, experts = params_per_gpu(MIXTURE, Split(data_parallel=64, expert_parallel=32))
    assert experts * 32 + dense == pytest.approx(MIXTURE.params_count)


def test_adapters_leave_two_bytes_a_frozen_weight():
    one = Split(sharding_stage=0)
    assert job_state_bytes(DENSE_70B, one, "lora") == pytest.approx(2.16 * 70e9)
    assert job_state_bytes(DENSE_70B, one, "full") == pytest.approx(16 * 70e9)


@given(
    t=st.sampled_from([1, 2, 4, 8]),
    d=st.integers(1, 64),
    tokens=st.sampled_from([2048, 4096, 8192, 32768]),
    micro=st.sampled_from([1, 2, 4]),
)
def test_memory_grows_with_the_work_and_shrinks_with_the_split(t, d, tokens, micro):
    def gb(**change):
        fields = {"tensor_parallel": t, "data_parallel": d, "micro_batch": micro}
        length = change.pop("tokens", tokens)
        return training_gb_per_gpu(DENSE_70B, Split(**(fields | change)), sequence_tokens=length)

    assert gb(tokens=2 * tokens) > gb()
    assert gb(micro_batch=2 * micro) > gb()
    assert gb(tensor_parallel=2 * t) < gb()
    assert gb(data_parallel=d + 1) <= gb()
    assert gb(recompute="full") < gb()
    assert gb(sharding_stage=2) <= gb(sharding_stage=1)
