from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.fleet import fleet_rate_requests_s
from designlib.physics.queueing import wait_tail
from designlib.physics.serving import batch_replica, replica
from designlib.physics.throughput import (
    backlog_rate,
    rate_at_batch,
    rate_within,
    wait_tails,
    work_of,
)
from tests.physics.samples import DENSE_8B, DENSE_70B, SMALL_CARD, SWITCHED
from tests.physics.test_fleet import CHAT

ASKED = {"weight_bits": 8, "kv_bits": 8, "prompt_tokens": 1000, "output_tokens": 300}


def work(shape=DENSE_70B, machine=SWITCHED, gpus=2, **change):
    return work_of(shape, machine, tensor_parallel=gpus, **(ASKED | change))


def test_rates_keep_to_littles_law():
    cost = work()
    rate = rate_at_batch(cost, 32)
    tpot = cost.step_s(32) / (1 - rate * cost.work_s)
    assert rate * 300 * tpot == pytest.approx(32)


def test_a_backlog_in_waves_by_hand():
    cost = work()
    slots = float(cost.slots)
    steady = rate_at_batch(cost, slots)
    assert backlog_rate(cost) == pytest.approx(steady)
    assert backlog_rate(cost, 3 * slots) == pytest.approx(steady)
    few = 5.0
    assert backlog_rate(cost, few) == pytest.approx(rate_at_batch(cost, few))
    both = slots / steady + few / rate_at_batch(cost, few)
    assert backlog_rate(cost, slots + few) == pytest.approx((slots + few) / both)


def test_a_batch_replica_works_at_the_rate_of_a_long_backlog():
    cost = work()
    found = batch_replica(DENSE_70B, SWITCHED, tensor_parallel=2, **ASKED)
    assert found.requests_s == pytest.approx(float(backlog_rate(cost)), rel=0.01)


def test_nothing_is_worked_through_where_nothing_fits():
    cost = work(weight_bits=16, gpus=1)
    assert backlog_rate(cost) == 0
    limits = {"ttft_s": 1.0, "tpot_s": 0.1, "late_frac": 0.05, "margin": 1.645}
    assert rate_within(cost, replicas_count=1, **limits) == 0


@pytest.mark.parametrize("pool", [1, 2, 8])
@pytest.mark.parametrize(("shape", "gpus"), [(DENSE_8B, 1), (DENSE_70B, 4)])
def test_the_law_for_grids_is_that_of_fleets(shape, gpus, pool):
    asked = {k: v for k, v in CHAT.items() if not k.endswith("p95_s")}
    cost = work_of(shape, SWITCHED, tensor_parallel=gpus, **asked)
    grid = rate_within(
        cost, replicas_count=pool, ttft_s=1.0, tpot_s=0.04, late_frac=0.05, margin=1.645
    )
    one = replica(shape, SWITCHED, tensor_parallel=gpus, **CHAT)
    assert float(grid) == pytest.approx(fleet_rate_requests_s(one, pool), rel=0.02)


def test_prompts_of_one_size_wait_less_than_prompts_of_any():
    cost = work(DENSE_70B, SWITCHED, 4)
    limits = {"ttft_s": 0.4, "tpot_s": 1.0, "late_frac": 0.01, "margin": 2.326}
    even, wild, wilder = (
        float(rate_within(cost, replicas_count=1, variation=v, **limits)) for v in (0.0, 1.0, 1.5)
    )
    assert even > wild > wilder > 0


def test_an_engine_runs_no_more_requests_than_it_was_told_to():
    asked = {k: v for k, v in CHAT.items() if not k.endswith("p95_s")}
    free, held = (
        work_of(DENSE_8B, SWITCHED, tensor_parallel=8, sequences_max=cap, **asked)
        for cap in (2048, 100)
    )
    assert float(held.slots) == 100 < float(free.slots)
    assert backlog_rate(held) < backlog_rate(free)


@given(
    servers=st.integers(1, 40),
    busy=st.floats(0.01, 0.99),
    service=st.floats(0.01, 10),
    wait=st.floats(0, 20),
)
def test_waits_of_arrays_are_those_of_numbers(servers, busy, service, wait):
    load = servers * busy
    found = wait_tails(np.array([servers]), np.array([load]), service, wait)
    assert found[0] == pytest.approx(wait_tail(servers, load / service, service, wait), rel=1e-6)


@given(
    machine=st.sampled_from([SWITCHED, SMALL_CARD]),
    more=st.floats(1, 4),
    batch=st.floats(1, 500),
    field=st.sampled_from(["hbm_bandwidth_gb_s", "scale_up_gb_s"]),
)
def test_more_bandwidth_is_never_slower(machine, more, batch, field):
    better = replace(machine, **{field: getattr(machine, field) * more})
    base, fast = (work(DENSE_8B, m, 2) for m in (machine, better))
    assert rate_at_batch(fast, batch) >= rate_at_batch(base, batch)
    assert backlog_rate(fast) >= backlog_rate(base)
