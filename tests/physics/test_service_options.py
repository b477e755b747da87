from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.cold_start import cold_start, scaled_replicas
from designlib.physics.disaggregation import pools, transfer_s
from designlib.physics.fleet import serving_replicas_count
from designlib.physics.measured_service import (
    encoder_requests_s,
    instances_needed,
    instances_rate_requests_s,
)
from designlib.physics.misfit import Misfit
from designlib.physics.serving import Replica, replica
from designlib.physics.serving_energy import load_kw, token_energy
from designlib.physics.shape import typical_dense
from designlib.physics.speculation import Draft, speculative_token_s, tokens_per_step
from tests.physics.samples import DENSE_70B, SWITCHED
from tests.physics.test_fleet import CHAT


def test_tokens_of_a_checked_draft_by_hand():
    assert tokens_per_step(0.5, 1) == 1.5
    assert tokens_per_step(0.0, 5) == 1
    assert tokens_per_step(0.5, 2) == 1.75


@given(st.floats(0, 0.99), st.integers(1, 12), st.floats(0.001, 0.1), st.floats(1, 3))
def test_speculation_is_used_only_where_it_helps(accepted, draft, step, dearer):
    found = speculative_token_s(
        step, step * dearer, step / 20, accepted_frac=accepted, draft_tokens=draft
    )
    assert found <= step
    assert found >= step / (draft + 1)


DRAFT = Draft(typical_dense(1e9), 4, 0.8)


def test_a_good_draft_keeps_a_limit_that_plain_steps_miss():
    plain = replica(DENSE_70B, SWITCHED, tensor_parallel=4, **CHAT)
    tight = CHAT | {"tpot_p95_s": 0.8 * plain.steps[0][1]}
    refused = replica(DENSE_70B, SWITCHED, tensor_parallel=4, **tight)
    assert isinstance(refused, Misfit)
    assert refused.quantity == "tpot"
    drafted = replica(DENSE_70B, SWITCHED, tensor_parallel=4, draft=DRAFT, **tight)
    assert isinstance(drafted, Replica)


def test_a_draft_takes_memory_and_helps_less_the_more_requests_run():
    plain, drafted = (
        replica(DENSE_70B, SWITCHED, tensor_parallel=4, draft=d, **CHAT) for d in (None, DRAFT)
    )
    assert drafted.batch_max < plain.batch_max
    gains = [a / b for (_, a), (_, b) in zip(plain.steps, drafted.steps, strict=False)]
    assert gains[0] > 1.3
    assert gains[0] > gains[-1] >= 1


def test_a_draft_that_is_never_right_is_never_faster():
    never = replace(DRAFT, accepted_frac=0.0)
    plain, drafted = (
        replica(DENSE_70B, SWITCHED, tensor_parallel=4, draft=d, **CHAT) for d in (None, never)
    )
    assert drafted.steps[0] == plain.steps[0]
    assert drafted.rate_requests_s <= plain.rate_requests_s


def test_a_cache_travels_over_all_links_at_once():
    # 4,000 tokens of 327,680 B over four links of 50 GB/s
    assert transfer_s(4000 * 327_680 / 1e9, 4, 50) == pytest.approx(0.00655, rel=0.001)


def test_apart_prompts_no_longer_stretch_steps():
    one = replica(DENSE_70B, SWITCHED, tensor_parallel=4, **(CHAT | {"tpot_p95_s": 0.03}))
    assert isinstance(one, Replica)
    rate = 20 * one.rate_requests_s
    apart = pools(one, rate, 0.01)
    assert apart.decode_count < serving_replicas_count(one, rate)
    assert apart.prefill_count >= rate * one.prefill_s
    assert pools(replace(one, ttft_p95_s=one.prefill_s), rate, 0.01) is None


def test_a_cold_start_adds_up_and_storage_is_shared():
    asked = {"image_gb": 12.5, "image_gbit_s": 100, "weights_gb": 140, "warm_up_s": 90}
    alone = cold_start(**asked, read_gb_s=10, storage_gb_s=40)
    crowd = cold_start(**asked, read_gb_s=10, storage_gb_s=40, starting_count=8)
    assert (alone.image_s, alone.weights_s, alone.whole_s) == (1.0, 14.0, 105.0)
    assert crowd.weights_s == 28.0


def test_replicas_are_ordered_a_cold_start_ahead():
    menu = [(2, 1), (4, 2), (6, 3)]
    assert scaled_replicas([1, 5, 1, 1], 3600, 3601, menu) == [3, 3, 1, 3]
    assert scaled_replicas([1, 1, 1], 3600, 60, menu, least_count=2) == [2, 2, 2]
    with pytest.raises(ValueError, match="7 requests/s"):
        scaled_replicas([7], 3600, 60, menu)


def test_a_scanner_needs_seven_gpus():
    # load 3.3 GPUs, 12 s a study, fewer than 1 % wait longer than 10 s
    assert instances_needed(0.275, 12, latency_s=22, late_frac=0.01) == 7
    assert instances_needed(0.275, 12, latency_s=11) is None


@given(st.floats(0.01, 50), st.floats(0.01, 5), st.floats(1.1, 10))
def test_instances_sustain_what_they_were_sized_for(rate, seconds, patience):
    count = instances_needed(rate, seconds, latency_s=seconds * patience)
    assert instances_rate_requests_s(count, seconds, latency_s=seconds * patience) >= rate * (
        1 - 1e-6
    )


def test_batches_multiply_a_measured_rate():
    assert instances_rate_requests_s(2, 0.1, latency_s=1, batch=8) == pytest.approx(
        8 * instances_rate_requests_s(2, 0.1, latency_s=1)
    )
    assert encoder_requests_s(0.002, 3) == 1500


def test_energy_of_a_token_by_hand():
    found = token_energy(
        13_000, busy_kw=10.4, idle_frac=0.25, busy_frac=1.0, servers_per_rack_count=4
    )
    assert found.server_kw == 10.4
    assert found.joule_per_token == pytest.approx(0.8)
    assert found.tokens_s_per_w == pytest.approx(1.25)
    assert found.tokens_s_per_rack == 52_000
    assert load_kw(10.4, 0.25, 0.0) == pytest.approx(2.6)
    with pytest.raises(ValueError, match="no token"):
        token_energy(0, busy_kw=1, idle_frac=0, busy_frac=0, servers_per_rack_count=1)
