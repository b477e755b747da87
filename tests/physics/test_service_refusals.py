from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.physics.fleet import fleet_rate_requests_s
from designlib.physics.misfit import Misfit
from designlib.physics.serving import Replica, batch_replica, replica
from tests.physics.samples import DENSE_8B, DENSE_70B, MIXTURE, SMALL_CARD, SWITCHED
from tests.physics.test_fleet import CHAT

WORK = {"weight_bits": 8, "kv_bits": 8, "prompt_tokens": 1000, "output_tokens": 200}

# LLM, machine, GPUs, change: weights that exceed the memory, or leave no room for one request.
CANNOT = [
    (DENSE_70B, SWITCHED, 1, {"weight_bits": 16}),
    (DENSE_70B, SMALL_CARD, 1, {}),
    (DENSE_70B, SMALL_CARD, 2, {"weight_bits": 16}),
    (DENSE_70B, SWITCHED, 1, {"prompt_tokens": 200_000}),
    (DENSE_70B, SWITCHED, 2, {"weight_bits": 16, "kv_bits": 16, "prompt_tokens": 120_000}),
    (MIXTURE, SWITCHED, 8, {}),
    (MIXTURE, SWITCHED, 4, {"weight_bits": 4.5}),
    (MIXTURE, SMALL_CARD, 8, {"weight_bits": 4.5}),
    (MIXTURE, SWITCHED, 1, {"weight_bits": 4.5}),
    (DENSE_8B, SMALL_CARD, 1, {"weight_bits": 16, "kv_bits": 16, "prompt_tokens": 400_000}),
    (DENSE_8B, SWITCHED, 1, {"prompt_tokens": 2_000_000}),
    (DENSE_70B, SMALL_CARD, 4, {"weight_bits": 16, "prompt_tokens": 400_000}),
    (DENSE_70B, SWITCHED, 1, {"weight_bits": 8, "prompt_tokens": 100_000}),
    (MIXTURE, SWITCHED, 2, {}),
]


@pytest.mark.parametrize(("shape", "machine", "gpus", "change"), CANNOT)
def test_what_does_not_fit_says_by_how_much(shape, machine, gpus, change):
    found = batch_replica(shape, machine, tensor_parallel=gpus, **(WORK | change))
    assert isinstance(found, Misfit)
    assert found.quantity == "memory"
    assert found.unit == "GB"
    assert found.needed > found.available > 0
    assert f"{found.needed:,.1f} GB" in found.reason
    assert f"{found.available:,.1f} GB" in found.reason


@pytest.mark.parametrize(
    ("limit", "seconds", "words"),
    [("tpot_p95_s", 0.001, "TPOT"), ("ttft_p95_s", 0.001, "TTFT")],
)
def test_what_is_too_slow_says_by_how_much(limit, seconds, words):
    found = replica(DENSE_70B, SWITCHED, tensor_parallel=2, **(CHAT | {limit: seconds}))
    assert isinstance(found, Misfit)
    assert found.reason.startswith(words)
    assert "> 1 ms" in found.reason


def rate(found):
    return 0.0 if isinstance(found, Misfit) else found.rate_requests_s


@settings(deadline=None, max_examples=40)
@given(
    shape=st.sampled_from([DENSE_8B, DENSE_70B]),
    gpus=st.sampled_from([2, 4, 8]),
    ttft=st.floats(0.2, 3),
    tpot=st.floats(0.01, 0.1),
    tighter=st.floats(0.3, 1),
)
def test_a_tighter_limit_never_serves_more(shape, gpus, ttft, tpot, tighter):
    def ask(**limits):
        return rate(replica(shape, SWITCHED, tensor_parallel=gpus, **(CHAT | limits)))

    base = ask(ttft_p95_s=ttft, tpot_p95_s=tpot) * (1 + 1e-6)
    assert ask(ttft_p95_s=ttft * tighter, tpot_p95_s=tpot) <= base
    assert ask(ttft_p95_s=ttft, tpot_p95_s=tpot * tighter) <= base
    assert ask(ttft_p95_s=ttft, tpot_p95_s=tpot, late_frac=0.01) <= base


def test_headroom_falls_as_pools_grow_and_rates_grow_faster_than_pools():
    one = replica(DENSE_70B, SWITCHED, tensor_parallel=4, **CHAT)
    assert isinstance(one, Replica)
    pools = (1, 2, 4, 8, 16, 64)
    each = [fleet_rate_requests_s(one, n) / n for n in pools]
    ceiling = fleet_rate_requests_s(one, 10_000) / 10_000
    headroom = [1 - value / ceiling for value in each]
    assert headroom == sorted(headroom, reverse=True)
    assert headroom[0] > 3 * headroom[-1]
    for n, m in pairwise(pools):  # R(m) > m / n R(n)
        assert fleet_rate_requests_s(one, m) > m / n * fleet_rate_requests_s(one, n)
