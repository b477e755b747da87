"""Job sizes: the smallest job of a pool that meets its limit, found with few layouts.

Sizes lie on a grid of 16 an octave, because parallel degrees must divide them; up to 31 servers
that is every size. Below the size that the work needs even at peak nothing is looked at, a size
that is far too slow is followed by one near what it lacks, and below the first that meets the limit
finer steps are tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from designlib.physics.layouts import best_layout
from designlib.physics.machine import compute_precision
from designlib.physics.misfit import Misfit
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option
from designlib.problem.phases import most_gpus
from designlib.problem.reference_runs import Reference
from designlib.problem.runs import Run, Task, grid_unit, run_on

LEAST_MFU = 1 / 32
"""Where the brief bounds no job, sizes up to this share of peak are looked at. [1]"""
NEAR = 0.9
"""A job is not taken to speed up by more than its GPUs, less this margin for uneven layouts."""
FINER = 4
SMALL = 32
"""Servers up to which every size is looked at in turn."""


@dataclass
class _Search:
    """What the sizes tried so far have shown."""

    best: Run | None = None
    misfit: Misfit | None = None


def smallest(ctx: Context, task: Task, option: Option, reference: Reference | None) -> Run | Misfit:
    """Return the smallest run that meets the limit of the job, or why none does."""
    allowed = most_gpus(ctx.brief, task.workload, ctx.dates)
    refused = _floor(task, option, allowed)
    if refused is not None:
        return refused
    found = _Search()
    for gpus in _parts(task, option, allowed):
        run = _tried(ctx, task, option, gpus, reference, found)
        if run is not None and _meets(ctx, task, run):
            return run
    meeting = _whole(ctx, task, option, reference, allowed, found)
    return meeting if meeting is not None else _why_not(ctx, task, option, allowed, found)


def floor_gpus(task: Task, option: Option, mfu_frac: float = 1.0) -> float:
    """Return the GPUs that the limit of a job asks for at a share of peak, never interrupted."""
    precision = compute_precision(option.machine, task.workload.precision)
    peak = option.machine.peak_tflops[precision] * 1e12
    return task.flops / (task.limit_hours * 3600 * peak * mfu_frac)


def _parts(task: Task, option: Option, allowed: float) -> list[int]:
    """Return the parts of a server that small jobs may take."""
    if task.mode != "lora":
        return []
    return [g for g in (1, 2, 4) if g < option.gpus and g <= allowed]


def _top(task: Task, option: Option, allowed: float) -> int:
    """Return the most whole servers that a job is tried on."""
    most = min(allowed, max(floor_gpus(task, option) / LEAST_MFU, 64.0 * option.gpus))
    if option.fabric is None:
        most = min(most, option.machine.scale_up_gpus_count)
    return int(most // option.gpus)


def _whole(
    ctx: Context,
    task: Task,
    option: Option,
    reference: Reference | None,
    allowed: float,
    found: _Search,
) -> Run | None:
    """Return the smallest job of whole servers that meets the limit, None where none does."""
    top = _top(task, option, allowed)
    n = min(max(1, ceil(floor_gpus(task, option) / option.gpus - 1e-9)), max(1, top))
    missed = 0
    while n <= top:
        run = _tried(ctx, task, option, n * option.gpus, reference, found)
        if run is not None and _meets(ctx, task, run):
            return _smaller(ctx, task, option, reference, run, found) if n >= SMALL else run
        missed = n
        ahead = NEAR * n * run.hours / task.limit_hours if run is not None else 0.0
        n = _next(n, ahead if n >= SMALL else 0.0)
        if missed < top < n:
            n = top
    return None


def _next(n: int, least: float) -> int:
    """Return the next size of the grid that is at least so many servers."""
    n = (n // grid_unit(n) + 1) * grid_unit(n)
    while n < least:
        n = (n // grid_unit(n) + 1) * grid_unit(n)
    return n


def _smaller(
    ctx: Context,
    task: Task,
    option: Option,
    reference: Reference | None,
    run: Run,
    found: _Search,
) -> Run:
    """Return the smallest run that meets the limit, at most the one that was found on the grid.

    Speed is uneven in the size, so every fine step is looked at that the hours left over allow.
    """
    high = run.gpus // option.gpus
    step = max(1, grid_unit(high) // FINER)
    least = max(1, ceil(NEAR * high * run.hours / task.limit_hours / step)) * step
    for n in range(least, high, step):
        tried = _tried(ctx, task, option, n * option.gpus, reference, found)
        if tried is not None and _meets(ctx, task, tried):
            return tried
    return run


def _tried(
    ctx: Context,
    task: Task,
    option: Option,
    gpus: int,
    reference: Reference | None,
    found: _Search,
) -> Run | None:
    """Return a run of a size, None where it does not fit; remember the fastest and the misfit."""
    run = run_on(ctx, task, option, gpus, reference)
    if isinstance(run, Misfit):
        found.misfit = run
        return None
    if found.best is None or run.hours < found.best.hours:
        found.best = run
    return run


def _meets(ctx: Context, task: Task, run: Run) -> bool:
    busy = ctx.brief.policies.job_busy_max_frac
    load = max(task.runs_per_month) * run.hours / HOURS_PER_MONTH
    return run.hours <= task.limit_hours and (task.mode == "lora" or load <= busy * task.slots)


def _floor(task: Task, option: Option, allowed: float) -> Misfit | None:
    """Refuse a pool whose largest allowed job misses the limit even at peak."""
    at_peak = floor_gpus(task, option)
    if at_peak <= allowed:
        return None
    states = _states(task, option, int(allowed))
    tail = f"; {states.reason}" if states is not None else ""
    reason = f"{at_peak:,.1f} GPUs are needed even at peak, {allowed:,.0f} are allowed{tail}"
    return Misfit(reason, "gpus", float(ceil(at_peak)), allowed, "GPUs")


def _stated_floor(ctx: Context, task: Task, option: Option, allowed: float) -> str:
    """Return the sentence of the GPUs that the stated MFU asks for, where it holds for the GPU."""
    family = ctx.catalog.gpus[option.server.gpu].family
    stated = task.workload.mfu_frac
    if stated is None or family != ctx.brief.policies.mfu_reference_gpu_family:
        return ""
    needed = floor_gpus(task, option, stated)
    if needed <= allowed:
        return ""
    return (
        f"{needed:,.0f} GPUs are needed at the stated MFU of {stated:g} without any interruption, "
        f"{allowed:,.0f} are allowed; "
    )


def _states(task: Task, option: Option, gpus: int) -> Misfit | None:
    found = best_layout(task.shape, option.machine, gpus, mode=task.mode, precision="bf16")
    return found if isinstance(found, Misfit) and found.quantity == "memory" else None


def _why_not(ctx: Context, task: Task, option: Option, allowed: float, found: _Search) -> Misfit:
    """Return the sentence of a pool on which no size meets the limit."""
    best = found.best
    if best is None:
        if found.misfit is not None:
            return found.misfit
        reason = f"a job of one scale-up domain only: {option.pool} has no compute fabric"
        return Misfit(reason, "fabric", 1, 0, "fabric")
    unit, hours = task.limit_unit
    if best.hours <= task.limit_hours:
        runs = max(task.runs_per_month) * best.hours / HOURS_PER_MONTH
        reason = f"runs fill {runs:.2f} of the time of {task.slots} jobs on {best.gpus:,} GPUs"
        return Misfit(reason, "busy", runs, float(task.slots), "1")
    domain = "in one scale-up domain" if option.fabric is None else "the most that are allowed"
    more = f", {domain}, at MFU {best.mfu_frac:.2f}" if allowed < inf else ""
    floor = _stated_floor(ctx, task, option, allowed) if option.fabric is not None else ""
    return Misfit(
        f"{floor}a run takes {best.hours / hours:,.1f} {unit} on {best.gpus:,} GPUs{more}, "
        f"{task.limit_hours / hours:,.4g} {unit} are allowed",
        "hours",
        best.hours / hours,
        task.limit_hours / hours,
        unit,
    )


def binding_path(ctx: Context, workload: Any) -> tuple[str, str]:
    """Return the words and the path of the bound on the GPUs of a workload that binds."""
    allowed = most_gpus(ctx.brief, workload, ctx.dates)
    own = getattr(workload, "max_gpus_count", None)
    if own is not None and float(own) <= allowed:
        return f"{workload.id}: most GPUs of the job", f"workloads.{workload.id}.max_gpus_count"
    for phase in ctx.brief.phases:
        if phase.max_gpus_count is not None and float(phase.max_gpus_count) == allowed:
            return f"{phase.id}: most GPUs of the phase", f"phases.{phase.id}.max_gpus_count"
    return "most GPUs in service", "fleet.max_gpus"
