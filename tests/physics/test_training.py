from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.split import Split
from designlib.physics.training import (
    attention_flops,
    lora_flops,
    run_hours,
    step_time,
    train_flops,
)
from tests.physics.samples import DENSE_70B, IDEAL, MIXTURE, SWITCHED

WORK = {"sequence_tokens": 4096, "global_batch_tokens": 4096 * 256}


def test_flops_of_published_runs():
    # Llama 3 405B, 15.6 T tokens: 3.8e25 (arXiv:2407.21783, section 1)
    assert train_flops(405e9, 15.6e12) == pytest.approx(3.8e25, rel=0.01)
    # DeepSeek-V3, 37 B active, 14.8 T tokens (arXiv:2412.19437)
    assert train_flops(37e9, 14.8e12) == pytest.approx(3.29e24, rel=0.005)


def test_causal_attention_is_a_small_share_at_8k():
    share = attention_flops(126, 8192, 16384, 1) / train_flops(405e9, 1)
    assert share == pytest.approx(0.042, rel=0.01)
    assert attention_flops(1, 1, 1, 1, causal=False) == 2 * attention_flops(1, 1, 1, 1)


def test_adapters_cost_two_thirds():
    assert lora_flops(70e9, 1e9) / train_flops(70e9, 1e9) == pytest.approx(2 / 3, rel=0.01)


def test_a_stated_mfu_gives_the_hours_by_hand():
    # 6 x 70e9 x 2e9 / (32 x 989e12 x 0.40) = 18.4 h
    assert run_hours(70e9, 2e9, 32, 989, 0.40) == pytest.approx(18.4, abs=0.05)
    # 70 B, 2 T tokens, 512 GPUs, ETTR 0.95: 50.5 days
    assert run_hours(70e9, 2e12, 512, 989, 0.40, 0.95) / 24 == pytest.approx(50.5, rel=0.001)


def test_pipeline_bubble_is_p_minus_one_over_v_m():
    # p 8, m 32: 21.9 %; interleaved 4: 5.5 % (Narayanan et al., SC21, section 2.2)
    for interleave, share in ((1, 7 / 32), (2, 3.5 / 32)):
        split = Split(8, 8, 8, interleave=interleave)
        found = step_time(DENSE_70B, IDEAL, split, **WORK)
        work = found.math_s + found.tensor_s + found.expert_s
        assert found.bubble_s / work == pytest.approx(share)


def test_parts_sum_to_the_step():
    found = step_time(DENSE_70B, SWITCHED, Split(8, 4, 8), **WORK)
    parts = found.math_s + found.tensor_s + found.expert_s + found.bubble_s
    parts += found.data_s + found.optimizer_s + SWITCHED.training.step_overhead_s
    assert parts == pytest.approx(found.step_s)
    assert found.tokens_s * found.step_s == pytest.approx(WORK["global_batch_tokens"])


def test_mfu_gives_back_the_time_of_a_run():
    found = step_time(DENSE_70B, SWITCHED, Split(8, 4, 8), **WORK)
    hours = run_hours(70e9, 1e12, 256, 1000, found.mfu_frac)
    assert hours == pytest.approx(1e12 / found.tokens_s / 3600)


def test_perfect_kernels_without_traffic_miss_full_mfu_by_attention_only():
    found = step_time(DENSE_70B, IDEAL, Split(), **WORK)
    assert 0.9 < found.mfu_frac < 1.0


@given(
    split=st.sampled_from([Split(8, 1, 8), Split(4, 4, 4), Split(1, 1, 64, sharding_stage=3)]),
    mode=st.sampled_from(["pretrain", "full", "lora"]),
    precision=st.sampled_from(["bf16", "fp8"]),
    more=st.floats(1, 8),
)
def test_more_bandwidth_is_never_slower(split, mode, precision, more):
    def step(machine):
        return step_time(DENSE_70B, machine, split, mode=mode, precision=precision, **WORK).step_s

    base = step(SWITCHED)
    for field in ("network_gb_s", "scale_up_gb_s", "hbm_bandwidth_gb_s"):
        better = replace(SWITCHED, **{field: getattr(SWITCHED, field) * more})
        assert step(better) <= base * (1 + 1e-12)


def test_full_fine_tuning_is_never_faster_than_adapters():
    split = Split(8, 1, 8)
    full, lora = (
        step_time(DENSE_70B, SWITCHED, split, mode=mode, **WORK).step_s for mode in ("full", "lora")
    )
    assert lora < full


@given(
    split=st.sampled_from([Split(8, 1, 8), Split(4, 4, 4), Split(1, 1, 64, sharding_stage=3)]),
    passes=st.integers(1, 64),
    more=st.integers(2, 4),
)
def test_a_larger_batch_never_lowers_tokens_a_second(split, passes, more):
    def speed(count):
        tokens = 4096 * count * split.data_parallel
        return step_time(
            DENSE_70B, SWITCHED, split, sequence_tokens=4096, global_batch_tokens=tokens
        ).tokens_s

    assert speed(passes * more) >= speed(passes) * (1 - 1e-12)


def test_arrays_give_what_numbers_give():
    splits = [Split(8, 4, 8), Split(1, 1, 64, sharding_stage=3), Split(2, 2, 16, recompute="full")]
    names = Split.__dataclass_fields__
    many = Split(**{n: np.array([getattr(s, n) for s in splits]) for n in names})
    found = step_time(DENSE_70B, SWITCHED, many, **WORK).step_s
    for one, time in zip(splits, found, strict=True):
        assert step_time(DENSE_70B, SWITCHED, one, **WORK).step_s == pytest.approx(time)


def test_newer_software_routes_faster():
    split = Split(1, 8, 8, expert_parallel=8)
    old, new = (
        step_time(MIXTURE, SWITCHED, split, software_year=year, **WORK).step_s
        for year in (2025.5, 2026.5)
    )
    assert new < old
