"""Queues of small jobs against simulations that know nothing of Erlang."""

from __future__ import annotations

import heapq
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.job_queue import (
    mean_gpus,
    offered_gpus,
    queue_servers,
    queue_wait_hours,
    server_share,
    servers_within_wait,
)
from designlib.physics.queueing import wait_tail

SIZES = {1: 0.6, 2: 0.2, 4: 0.1, 8: 0.1}


def simulated_waits(rate: float, slots: int, lasts: list[float], rng: Random) -> list[float]:
    """Return the waits of arrivals at random that take one of some slots in their order."""
    free = [0.0] * slots
    now, waits = 0.0, []
    for last in lasts:
        now += rng.expovariate(rate)
        start = max(now, heapq.heappop(free))
        heapq.heappush(free, start + last)
        waits.append(start - now)
    return waits


def share_above(waits: list[float], limit: float) -> float:
    return sum(w > limit for w in waits) / len(waits)


def test_offered_work_of_the_research_brief():
    assert mean_gpus(SIZES) == pytest.approx(2.2)
    assert 24 * offered_gpus(700, SIZES, 1.1) == pytest.approx(1694)
    assert offered_gpus(700, SIZES, 1.1) == pytest.approx(70.6, abs=0.05)
    assert offered_gpus(4000, SIZES, 1.1) == pytest.approx(403, abs=0.5)


@pytest.mark.parametrize(("jobs", "wait"), [(700, 2.0), (700, 0.25), (150, 1.0)])
def test_every_size_waits_as_promised_in_its_own_slots(jobs, wait):
    rng = Random(7)
    servers = 0.0
    for gpus, part in SIZES.items():
        rate = jobs / 24 * part
        slots = servers_within_wait(rate, 1.1, wait, 0.1)
        lasts = [rng.expovariate(1 / 1.1) for _ in range(40_000)]
        late = share_above(simulated_waits(rate, slots, lasts, rng), wait)
        assert late <= 0.1 + 0.01  # the noise of 40,000 correlated waits
        servers += slots * gpus / 8
    assert queue_servers(jobs, SIZES, 1.1, wait, 8) == pytest.approx(servers)


def test_one_slot_less_breaks_the_promise():
    rng = Random(11)
    rate = 700 / 24 * 0.1
    slots = servers_within_wait(rate, 1.1, 2.0, 0.1)
    lasts = [rng.expovariate(1 / 1.1) for _ in range(40_000)]
    assert share_above(simulated_waits(rate, slots - 1, lasts, rng), 2.0) > 0.1


def test_the_predicted_wait_is_that_of_the_size_that_waits_longest():
    rng = Random(3)
    longest = 0.0
    for part in SIZES.values():
        rate = 700 / 24 * part
        slots = servers_within_wait(rate, 1.1, 2.0, 0.1)
        lasts = [rng.expovariate(1 / 1.1) for _ in range(120_000)]
        waits = sorted(simulated_waits(rate, slots, lasts, rng))
        longest = max(longest, waits[int(0.9 * len(waits))])
    assert queue_wait_hours(700, SIZES, 1.1, 2.0) == pytest.approx(longest, rel=0.15)
    assert queue_wait_hours(700, SIZES, 1.1, 2.0) <= 2.0


def test_studies_of_equal_length_wait_less_than_the_law_says():
    rng = Random(5)
    rate, seconds = 3300 / 10 / 3600 * 3, 12.0
    units = servers_within_wait(rate, seconds, 10, 0.01)
    assert units == 7
    late = share_above(simulated_waits(rate, units, [seconds] * 60_000, rng), 10)
    assert late <= wait_tail(units, rate, seconds, 10) <= 0.01


def test_a_job_takes_an_equal_part_of_a_server_or_whole_ones():
    assert [server_share(g, 8) for g in (1, 2, 4, 8, 9)] == [1 / 8, 1 / 4, 1 / 2, 1, 2]
    assert server_share(3, 8) == 0.5
    assert server_share(1, 72) == pytest.approx(1 / 72)


def test_sizes_that_do_not_nest_get_whole_servers():
    # 3 of 8 GPUs is half a server, 3 of 10 a third: with 5 of 10 (a half) they do not nest
    servers = queue_servers(48, {3: 0.5, 5: 0.5}, 1.0, 1.0, 10)
    assert servers == int(servers)


@given(jobs=st.floats(1, 5000), hours=st.floats(0.1, 20), wait=st.floats(0.01, 50))
def test_the_servers_carry_the_work_and_more_jobs_never_need_fewer(jobs, hours, wait):
    servers = queue_servers(jobs, SIZES, hours, wait, 8)
    assert 8 * servers >= offered_gpus(jobs, SIZES, hours)
    assert queue_servers(1.2 * jobs, SIZES, hours, wait, 8) >= servers
    assert queue_servers(jobs, SIZES, hours, 2 * wait, 8) <= servers
