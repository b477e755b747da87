"""Jobs: the ways to run training and fine-tuning, each sized so that its limit holds.

For every pool the fewest servers are taken that finish a run in time and leave the share of the
month free that waiting jobs need. A stated MFU holds on the reference GPU of the policies at full
fabric rate; every other pool scales it by the predicted ratio.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.physics import checkpoint, reliability
from designlib.physics.misfit import Misfit
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option, shape_of
from designlib.problem.relief import Relief, rounded_up
from designlib.problem.runs import Run, Task, reference_of, smallest, snapshot_seconds
from designlib.problem.tables import Candidate

MONTHS_PER_YEAR = 12


def fine_tuning(ctx: Context, workload: Any) -> Task:
    """Return what a fine-tuning workload asks."""
    return Task(
        workload,
        shape_of(ctx, workload),
        workload.mode,
        workload.tokens_per_run_count,
        workload.max_hours,
        f"workloads.{workload.id}.max_hours",
        ctx.demand(workload, workload.runs_per_month_count),
        workload.concurrency_count,
    )


def pretraining(ctx: Context, workload: Any) -> Task:
    """Return what a training workload asks."""
    runs = (workload.runs_per_year or 1) / MONTHS_PER_YEAR
    return Task(
        workload,
        shape_of(ctx, workload),
        "pretrain",
        workload.tokens_count,
        workload.deadline_days * 24,
        f"workloads.{workload.id}.deadline_days",
        ctx.demand(workload, runs),
        1,
    )


def candidates(ctx: Context, task: Task, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a job, one a pool.

    Pools that cannot run it are dropped with the reason.
    """
    found: dict[str, Candidate] = {}
    reference = reference_of(ctx, task)
    for option in options:
        key = f"{task.workload.id}-{option.pool}"
        run = smallest(ctx, task, option, reference)
        if isinstance(run, Misfit):
            ctx.drop(
                task.workload.id, key, option.pool, option.server.id, run.reason, _relief(task, run)
            )
            continue
        found[key] = _candidate(ctx, task, option, run)
    return found


def _relief(task: Task, misfit: Misfit) -> Relief | None:
    paths = {
        "hours": (task.limit_path, "time limit of a run", "h"),
        "gpus": (f"workloads.{task.workload.id}.max_gpus_count", "most GPUs of the job", "GPUs"),
    }
    if misfit.quantity not in paths:
        return None
    path, words, unit = paths[misfit.quantity]
    needed = rounded_up(misfit.needed)
    return Relief(f"{task.workload.id}: {words}", path, misfit.available, needed, unit)


def _candidate(ctx: Context, task: Task, option: Option, run: Run) -> Candidate:
    w = task.workload
    busy = ctx.brief.policies.job_busy_max_frac
    share = run.gpus / option.gpus
    loads = [r * run.hours / HOURS_PER_MONTH for r in task.runs_per_month]
    if task.mode == "lora":
        slots = [float(max(task.slots, ceil(x / busy))) for x in loads]
    else:
        slots = [float(task.slots)] * len(loads)
    slots = [max(slots[: n + 1]) for n in range(len(slots))]
    writes = 0.0
    if task.mode != "lora":
        writes = _checkpoint_gb_s(ctx, task, run.gpus) * task.slots
    return Candidate(
        w.id,
        option.pool,
        {},
        gang=tuple(s * share for s in slots),
        exclusive=tuple(s * share for s in slots) if share >= 1 else (),
        hours=tuple(x * share * HOURS_PER_MONTH for x in loads),
        slices=tuple(ctx.slices),
        spread=run.hours > min(hours for _, hours in ctx.slices.values()) / 2,
        draws={"write_gb_s": (writes,) * len(loads)} if writes else {},
        figures=_figures(ctx, option, run),
        layout=str(run.layout),
        precision=w.precision,
        gpus=tuple(s * run.gpus for s in slots),
        busy_frac=tuple(x / s for x, s in zip(loads, slots, strict=True)),
    )


def _figures(ctx: Context, option: Option, run: Run) -> dict[str, dict[str, Any]]:
    band = option.machine.train_band_frac
    law = "designlib.physics.layouts; constants in calibration/training.csv"
    figures = {
        "hours_per_run": (run.hours, run.hours / (1 + band), run.hours * (1 + band), "h"),
        "mfu": (run.mfu_frac, run.mfu_frac / (1 + band), min(1.0, run.mfu_frac * (1 + band)), "1"),
        "mfu_predicted": (
            run.layout.mfu_frac,
            run.layout.mfu_frac / (1 + band),
            min(1.0, run.layout.mfu_frac * (1 + band)),
            "1",
        ),
        "memory_per_gpu": (run.layout.memory_gb, run.layout.memory_gb, run.layout.memory_gb, "GB"),
        "exposed_communication": (run.layout.exposed_communication_frac,) * 3 + ("1",),
    }
    return {
        name: {"value": v, "low": low, "high": high, "unit": unit, "source": law}
        for name, (v, low, high, unit) in figures.items()
    }


def _checkpoint_gb_s(ctx: Context, task: Task, gpus: int) -> float:
    """Return the write rate that the checkpoint policy of the brief asks for. [GB/s]."""
    storage, rel = ctx.brief.storage, ctx.brief.reliability
    per_gpu = rel.gpu_hours_per_interruption or ctx.constant("gpu", "gpu_hours_per_interruption")
    return checkpoint.write_gb_s(
        storage.checkpoint_policy,
        checkpoint.checkpoint_gb(task.shape.params_count),
        mtti_hours=reliability.mtti_hours(gpus, per_gpu),
        overhead_frac=storage.checkpoint_overhead_max_frac,
        blocking_s=snapshot_seconds(ctx),
        step_s=ctx.constant("checkpoint", "step_s"),
        step_frac=ctx.constant("checkpoint", "step_frac"),
    )
