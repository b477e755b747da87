"""Job sizes: the smallest job that meets its limit, against a look at every size."""

from math import exp, expm1

import pytest

from designlib.physics.misfit import Misfit
from designlib.problem.job_sizes import floor_gpus, smallest
from designlib.problem.jobs import fine_tuning, pretraining
from designlib.problem.reference_runs import reference_of
from designlib.problem.runs import Run, grid_unit, run_on
from tests.problem.made import context, pool, workload


def test_the_grid_has_every_size_up_to_31_servers_and_16_an_octave_beyond() -> None:
    assert [grid_unit(n) for n in (1, 31, 32, 63, 64, 512, 1152)] == [1, 1, 2, 2, 4, 32, 64]


@pytest.mark.parametrize("days", [20, 25, 40])
def test_small_jobs_take_the_smallest_of_all_sizes(days: int) -> None:
    ctx = context("research", workloads__B1__deadline_days=days)
    task = pretraining(ctx, workload(ctx, "B1"))
    option, reference = pool(ctx, "oem-hgx-h100-8u"), reference_of(ctx, task)
    found = smallest(ctx, task, option, reference)
    runs = [run_on(ctx, task, option, 8 * n, reference) for n in range(1, 33)]
    meeting = [r.gpus for r in runs if isinstance(r, Run) and r.hours <= days * 24]
    if not meeting:
        assert isinstance(found, Misfit)
    else:
        assert isinstance(found, Run)
        assert found.gpus == min(meeting)


def test_a_large_job_is_no_more_than_a_grid_step_above_the_smallest() -> None:
    ctx = context("pretraining")
    task = pretraining(ctx, workload(ctx, "D2"))
    option, reference = pool(ctx, "nvidia-dgx-b200"), reference_of(ctx, task)
    found = smallest(ctx, task, option, reference)
    assert isinstance(found, Run)
    assert found.hours <= 60 * 24
    lower = range(floor := int(floor_gpus(task, option, 0.38) // 8), found.gpus // 8, 4)
    runs = [run_on(ctx, task, option, 8 * n, reference) for n in lower]
    meeting = [r.gpus for r in runs if isinstance(r, Run) and r.hours <= 60 * 24]
    assert floor * 8 <= found.gpus
    assert found.gpus - min(meeting, default=found.gpus) <= 8 * grid_unit(found.gpus // 8)


def test_a_stated_mfu_holds_for_the_reference_at_any_size() -> None:
    ctx = context("research")
    task = pretraining(ctx, workload(ctx, "B1"))
    option, reference = pool(ctx, "oem-hgx-h100-8u"), reference_of(ctx, task)
    for gpus in (128, 256):
        run = run_on(ctx, task, option, gpus, reference)
        assert isinstance(run, Run)
        assert run.mfu_frac == pytest.approx(0.40, rel=1e-3)


def test_a_job_that_stands_still_too_long_is_refused_with_both_numbers() -> None:
    ctx = context("pretraining", reliability__snapshot_s=60, reliability__restart_s=900)
    task = pretraining(ctx, workload(ctx, "D2"))
    found = run_on(ctx, task, pool(ctx, "nvidia-dgx-b200"), 9216, reference_of(ctx, task))
    assert isinstance(found, Misfit)
    assert found.quantity == "ettr"
    assert found.needed == 0.93
    assert found.available < 0.883  # saves may take 2 % of time, so they come later than Young's
    assert f"{found.available:.3f}" in found.reason
    assert "0.93 is promised" in found.reason


def test_no_size_below_the_floor_is_ever_taken() -> None:
    ctx = context("pretraining")
    for name in ("D1", "D2"):
        task = pretraining(ctx, workload(ctx, name))
        option = pool(ctx, "nvidia-dgx-b200")
        found = smallest(ctx, task, option, reference_of(ctx, task))
        assert isinstance(found, Run)
        assert found.gpus >= floor_gpus(task, option)


def test_a_short_job_saves_nothing_and_begins_again() -> None:
    """Daly's law with the whole run as the only interval: M e^(R/M) (e^(W/M) - 1)."""
    mean_h, restart_s = 40.0, 1800.0
    often = {"gpu_hours_per_interruption": 8 * mean_h, "restart_s": restart_s}
    runs = []
    for told in ({"gpu_hours_per_interruption": 1e12}, often):
        ctx = context("enterprise", **{f"reliability__{k}": v for k, v in told.items()})
        task = fine_tuning(ctx, workload(ctx, "A2"))
        runs.append(run_on(ctx, task, pool(ctx, "oem-hgx-h100-8u"), 8, reference_of(ctx, task)))
    never, seldom = runs
    assert isinstance(never, Run)
    assert isinstance(seldom, Run)
    wait = restart_s / 3600 / mean_h
    expected = mean_h * exp(wait) * expm1(never.hours / mean_h)
    assert seldom.hours == pytest.approx(expected, rel=1e-6)
