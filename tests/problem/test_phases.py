"""Phases: a run of a phase opens at its need month and is over when the next one begins."""

from math import inf

from designlib.problem.phases import gpus_allowed, most_gpus, phase_notes, window
from tests.problem.made import brief, context, workload


def test_a_single_run_ends_with_its_phase_and_a_repeated_one_goes_on() -> None:
    b = brief("pretraining")
    first, second, share = b.workloads
    assert window(b, first) == (9.0, 21.0)
    assert window(b, second) == (21.0, inf)
    assert window(b, share) == (0.0, inf)
    again = brief("pretraining", workloads__D1__runs_per_year=2)
    assert window(again, again.workloads[0]) == (9.0, inf)


def test_a_late_deadline_keeps_a_run_beyond_its_phase() -> None:
    b = brief("pretraining", workloads__D1__deadline_days=487)
    assert window(b, b.workloads[0]) == (9.0, 9 + 487 * 12 / 365.25)


def test_the_bound_of_a_phase_holds_from_its_month_and_that_of_the_first_before() -> None:
    b = brief("pretraining")
    assert [gpus_allowed(b, m) for m in (0, 9, 20, 21, 24)] == [4096, 4096, 4096, 16384, 16384]
    tight = brief("pretraining", fleet__max_gpus=[{"month": 0, "count": 3000}])
    assert [gpus_allowed(tight, m) for m in (9, 21)] == [3000, 3000]
    assert gpus_allowed(brief("saas", fleet__max_gpus=64), 3) == 64


def test_demand_is_zero_outside_the_window() -> None:
    ctx = context("pretraining")
    w = workload(ctx, "D1")
    amounts = dict(zip(ctx.dates, ctx.demand(w, 2.0), strict=True))
    assert {m for m, x in amounts.items() if x} == {m for m in ctx.dates if 9 <= m < 21}
    assert {9, 21} <= set(ctx.dates)
    assert most_gpus(ctx.brief, w, ctx.dates) == 4096
    assert most_gpus(ctx.brief, workload(ctx, "D2"), ctx.dates) == 16384


def test_what_is_assumed_of_phases_is_said() -> None:
    notes = phase_notes(brief("pretraining"))
    assert [path for path, *_ in notes] == ["workloads.D1.phase"]
