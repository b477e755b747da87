from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designlib.physics.misfit import Misfit
from designlib.physics.serving import BatchReplica, Replica, batch_replica, replica
from tests.physics.samples import DENSE_8B, DENSE_70B, IDEAL, MIXTURE, SMALL_CARD, SWITCHED
from tests.physics.test_fleet import CHAT


def one(machine=SWITCHED, shape=DENSE_70B, degree=4, **change):
    return replica(shape, machine, tensor_parallel=degree, **(CHAT | change))


def rate(found):
    return 0.0 if isinstance(found, Misfit) else found.rate_requests_s


def test_a_slow_gpu_is_refused_with_the_time_it_takes():
    found = one(SMALL_CARD, tpot_p95_s=0.020)
    assert isinstance(found, Misfit)
    assert found.quantity == "tpot"
    assert found.available == 0.020
    assert found.needed > 70e9 / 4 / 860e9
    assert "ms > 20 ms at batch 1" in found.reason


def test_a_first_token_that_cannot_come_in_time_is_refused():
    found = one(SMALL_CARD, ttft_p95_s=0.05, tpot_p95_s=1)
    assert isinstance(found, Misfit)
    assert found.quantity == "ttft"
    assert found.needed > found.available == 0.05


def test_weights_that_do_not_fit_are_refused():
    found = one(degree=1, weight_bits=16)
    assert isinstance(found, Misfit)
    assert found.quantity == "memory"


def test_a_replica_keeps_its_limits_at_its_rate():
    found = one()
    assert isinstance(found, Replica)
    assert found.ttft_s <= 1.0
    assert found.tpot_s <= 0.040
    assert found.low_rate_requests_s < found.rate_requests_s < found.high_rate_requests_s
    assert found.memory_gb <= 80 * SWITCHED.serving.memory_factor
    assert found.binding in ("compute", "bandwidth", "capacity")


def test_no_replica_beats_the_roofline_of_its_prompts():
    # 1,500 new tokens of the prompt and 400 of the answer, two FLOPs a weight each
    found = one(replace(IDEAL, hbm_gb=1000), degree=1)
    assert isinstance(found, Replica)
    flops = 1500 * 2 * DENSE_70B.matmul_params_count + 400 * 2 * DENSE_70B.matmul_params_count
    assert found.rate_requests_s <= 2000e12 / flops


def test_batch_work_at_the_roofline():
    # 8 B in 8 bits, 800 in and 100 out: 900 tokens x 2 FLOP a weight at 2,000 TFLOP/s and the head
    found = batch_replica(
        DENSE_8B,
        replace(IDEAL, hbm_gb=1000, hbm_bandwidth_gb_s=1e6),
        tensor_parallel=1,
        weight_bits=8,
        kv_bits=8,
        prompt_tokens=800,
        output_tokens=100,
    )
    assert isinstance(found, BatchReplica)
    head = 128256 * 4096  # answers only, at the 16-bit rate
    body = DENSE_8B.matmul_params_count - head
    floor = 2000e12 / (2 * (900 * body + 2 * 100 * head))
    assert found.requests_s <= floor
    assert found.requests_s == pytest.approx(floor, rel=0.1)
    assert found.total_tokens_s == pytest.approx(9 * found.output_tokens_s)


def test_without_limits_more_is_done():
    chat = one()
    work = {k: v for k, v in CHAT.items() if not k.endswith("p95_s")}
    free = batch_replica(DENSE_70B, SWITCHED, tensor_parallel=4, **work)
    assert isinstance(free, BatchReplica)
    assert free.requests_s > rate(chat)
    assert isinstance(batch_replica(DENSE_70B, SMALL_CARD, tensor_parallel=1, **work), Misfit)


@settings(deadline=None, max_examples=60)
@given(
    machine=st.sampled_from([SWITCHED, SMALL_CARD]),
    shape=st.sampled_from([DENSE_8B, DENSE_70B]),
    prompt=st.floats(100, 8000),
    answer=st.floats(20, 1000),
    more=st.floats(1.01, 3),
)
def test_harder_asks_never_raise_the_rate(machine, shape, prompt, answer, more):
    ask = {"prompt_tokens": prompt, "output_tokens": answer, "tpot_p95_s": 0.06, "ttft_p95_s": 2.0}
    base = rate(one(machine, shape, **ask))
    slack = 1 + 1e-6
    assert rate(one(machine, shape, **(ask | {"tpot_p95_s": 0.06 / more}))) <= base * slack
    assert rate(one(machine, shape, **(ask | {"ttft_p95_s": 2 / more}))) <= base * slack
    assert rate(one(machine, shape, **(ask | {"prompt_tokens": prompt * more}))) <= base * slack
    assert rate(one(machine, shape, **(ask | {"output_tokens": answer * more}))) <= base * slack
    assert rate(one(machine, shape, **(ask | {"prefix_hit_frac": 0.0}))) <= base * slack
    for field in ("hbm_gb", "hbm_bandwidth_gb_s", "scale_up_gb_s"):
        better = replace(machine, **{field: getattr(machine, field) * more})
        assert rate(one(better, shape, **ask)) >= base / slack


def test_many_experts_serve_on_a_whole_server():
    assert isinstance(one(shape=MIXTURE, degree=8), Misfit)
    large = replace(SWITCHED, hbm_gb=180)
    assert rate(one(large, MIXTURE, 8)) > 0
