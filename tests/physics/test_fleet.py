from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.physics.fleet import (
    fleet_rate_requests_s,
    fleet_state,
    replicas_needed,
    serving_replicas_count,
    short_of,
)
from designlib.physics.queueing import spare_replicas_count
from designlib.physics.replica import Replica
from designlib.physics.serving import replica
from tests.physics.samples import DENSE_8B, DENSE_70B, SWITCHED

CHAT = {
    "weight_bits": 8,
    "kv_bits": 8,
    "prompt_tokens": 3000,
    "output_tokens": 400,
    "prefix_hit_frac": 0.5,
    "ttft_p95_s": 1.0,
    "tpot_p95_s": 0.040,
}


def made(shape=DENSE_70B, degree=2, **change):
    found = replica(shape, SWITCHED, tensor_parallel=degree, **(CHAT | change))
    assert isinstance(found, Replica)
    return found


CASES = [made(), made(degree=4), made(DENSE_8B, 1), made(degree=2, ttft_p95_s=0.3)]


@pytest.mark.parametrize("one", CASES)
def test_pooling_sustains_more_than_each_alone_and_never_less_for_more(one):
    rates = [fleet_rate_requests_s(one, n) for n in (1, 2, 3, 5, 10, 40)]
    assert rates[0] == pytest.approx(one.rate_requests_s)
    each = [rate / n for rate, n in zip(rates, (1, 2, 3, 5, 10, 40), strict=True)]
    assert each == sorted(each)
    assert fleet_rate_requests_s(one, 0) == 0


@pytest.mark.parametrize("one", CASES)
def test_the_rate_is_the_largest_that_keeps_every_limit(one):
    for n in (1, 3, 12):
        rate = fleet_rate_requests_s(one, n)
        assert short_of(one, n, rate * 0.999) is None
        assert short_of(one, n, rate * 1.001) in ("capacity", "tpot", "ttft")


def test_an_overload_is_infinite_and_not_an_error():
    one = CASES[0]
    batch, tpot, late = fleet_state(one, 1, 1e6)
    assert (batch, tpot, late) == (float("inf"), float("inf"), 1.0)
    assert short_of(one, 1, 1e6) == "tpot"


def test_running_requests_follow_littles_law():
    one = replace(CASES[0], prefill_work_s=0.0, prefill_s=0.0)
    rate = one.rate_requests_s / 2
    batch, _, _ = fleet_state(one, 10_000, 10_000 * rate)  # many replicas: no spread left
    mean = rate * one.output_tokens * fleet_state(one, 10_000, 10_000 * rate)[1]
    assert batch == pytest.approx(mean, rel=0.02)


@settings(deadline=None, max_examples=60)
@given(
    one=st.sampled_from(CASES),
    rate=st.floats(0.01, 200),
    more=st.floats(1, 3),
    reserve=st.sampled_from([0.0, 0.05, 0.1]),
)
def test_a_higher_rate_never_needs_fewer_replicas(one, rate, more, reserve):
    asked = {"availability_frac": 0.999, "replica_availability_frac": 0.99}
    count = replicas_needed(one, rate, ab_reserve_frac=reserve, **asked)
    assert replicas_needed(one, rate * more, ab_reserve_frac=reserve, **asked) >= count
    serving = serving_replicas_count(one, rate)
    assert short_of(one, serving, rate) is None
    assert serving == 1 or short_of(one, serving - 1, rate) is not None
    spares = spare_replicas_count(serving, 0.999, 0.99)
    new = max(1, -int(-reserve * serving // 1)) if reserve else 0
    assert abs(count - serving - spares - new) <= (1 if reserve else 0)


def test_reserve_and_spares_add_up_by_hand():
    one = CASES[0]
    rate = fleet_rate_requests_s(one, 11) * 0.999
    assert serving_replicas_count(one, rate) == 11
    assert replicas_needed(one, rate) == 11
    assert replicas_needed(one, rate, ab_reserve_frac=0.1) == 13  # ceil(1.1) = 2
    spare = {"availability_frac": 0.99, "replica_availability_frac": 0.99}
    assert replicas_needed(one, rate, **spare) == 12
    assert replicas_needed(one, 0.0, ab_reserve_frac=0.1, **spare) == 0


def test_a_tighter_first_token_never_needs_fewer():
    one = CASES[0]
    assert replicas_needed(one, 20, ttft_p95_s=0.3) >= replicas_needed(one, 20)
    assert replicas_needed(one, 20, ttft_p95_s=1.0) == replicas_needed(one, 20)
    with pytest.raises(ValueError, match="first token"):
        replicas_needed(one, 20, ttft_p95_s=0.01)
