"""Runs: drawn failures, saves and restarts agree with Young, Daly and hand-made gangs."""

from math import sqrt

import numpy as np
import pytest

from designlib.validate.replay.confidence import estimate
from designlib.validate.replay.gangs import Job, Pool, play
from designlib.validate.replay.runs import Cycle, ettr, runs_s

GPU_HOURS = 54 * 24 * 16384 / 419
"""419 interruptions in 54 days on 16,384 GPUs: arXiv 2407.21783, section 3.3.4."""
# GPUs, save [s], restart [s], share of time that advances: computed from Daly, FGCS 22(3), 2006.
TABLE = [
    (512, 60, 600, 0.980), (512, 10, 300, 0.992), (1024, 60, 600, 0.971), (1024, 10, 300, 0.988),
    (4096, 60, 600, 0.936), (4096, 10, 300, 0.972), (16384, 60, 600, 0.853),
    (16384, 10, 300, 0.933), (9216, 60, 900, 0.883), (9216, 15, 600, 0.933), (9216, 5, 300, 0.963),
]  # fmt: skip


def drawn(gpus, save_s, restart_s, interval_s=None, runs=200):
    mtti_s = GPU_HOURS / gpus * 3600
    interval = interval_s or sqrt(2 * save_s * mtti_s)
    cycle = Cycle(interval, save_s, mtti_s, restart_s)
    work = 60 * mtti_s
    seen = ettr(work, runs_s(work, cycle, runs, np.random.default_rng([5, gpus, int(save_s)])))
    return estimate(seen.tolist())


@pytest.mark.parametrize(("gpus", "save_s", "restart_s", "share"), TABLE)
def test_share_of_time_that_advances_is_that_of_the_table(gpus, save_s, restart_s, share):
    seen = drawn(gpus, save_s, restart_s)
    assert abs(seen.mean - share) <= 2 * seen.spread + 0.001
    assert seen.spread < 0.005


def test_youngs_interval_is_near_the_best():
    """Young, CACM 17(9), 1974: sqrt(2 d M); half and twice of it lose more."""
    best = sqrt(2 * 60 * GPU_HOURS / 16384 * 3600)
    at = {k: drawn(16384, 60, 600, k * best).mean for k in (0.5, 1.0, 2.0)}
    assert at[1.0] > at[0.5]
    assert at[1.0] > at[2.0]


def test_a_run_without_failures_takes_its_work_and_its_saves():
    cycle = Cycle(100.0, 10.0, 1e15, 60.0)
    assert runs_s(1050.0, cycle, 3, np.random.default_rng(1)).tolist() == [1150.0] * 3


def test_same_seed_same_runs():
    cycle = Cycle(100.0, 10.0, 500.0, 60.0)
    one, two = (runs_s(1e4, cycle, 5, np.random.default_rng(9)) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_gang_waits_for_all_of_its_servers():
    jobs = [Job(0, 8, 10, "a"), Job(1, 16, 5, "b"), Job(2, 8, 3, "c")]
    seen = play(jobs, Pool([8, 8], 8))
    # The small job runs beside the first and is done before the gang could have begun.
    assert [seen.waits_h[j] for j in jobs] == [0, 9, 0]


def test_nothing_overtakes_a_gang_that_has_lost_patience():
    jobs = [Job(0, 8, 10, "a"), Job(1, 16, 5, "b"), Job(2, 8, 30, "c"), Job(4, 8, 1, "d")]
    seen = play(jobs, Pool([8, 8], 8, patience_h=2))
    waits = {j.workload: w for j, w in seen.waits_h.items()}
    # The gang waits for what began before its patience ended; the last job waits for the gang.
    assert waits == {"a": 0, "b": 31, "c": 0, "d": 33}


def test_slots_and_quotas_hold_jobs_back():
    jobs = [Job(0, 1, 4, "a", "x"), Job(0.5, 1, 4, "a", "x"), Job(1, 1, 4, "b", "x")]
    assert play(jobs, Pool([8], 8, slots={"a": 1})).waits_h[jobs[1]] == 3.5
    assert play(jobs, Pool([8], 8, quotas={"x": 1.0})).waits_h[jobs[2]] == 7


def test_part_of_a_server_takes_the_fullest_that_has_room():
    jobs = [Job(0, 4, 10, "a"), Job(1, 4, 10, "a"), Job(2, 8, 10, "b")]
    assert play(jobs, Pool([8, 8], 8)).waits_h[jobs[2]] == 0


def test_what_does_not_fit_waits_to_the_end():
    seen = play([Job(0, 16, 1, "a")], Pool([8], 8))
    assert (seen.waiting, seen.gpu_hours) == (1, 0)
