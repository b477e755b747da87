"""Jobs: the ways to run training and fine-tuning, each sized so that its limit holds.

For every pool the fewest servers are taken that finish a run in time and leave the share of the
month free that waiting jobs need. A stated MFU holds on the reference GPU of the policies at full
fabric rate; every other pool scales it by the predicted ratio.
"""

from __future__ import annotations

from math import ceil, inf
from typing import Any

from designlib.physics.misfit import Misfit
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.job_sizes import binding_path, smallest
from designlib.problem.machines import Option, machine_of, shape_of
from designlib.problem.phases import most_gpus
from designlib.problem.reference_runs import Reference, reference_of
from designlib.problem.relief import Relief, rounded_down, rounded_up
from designlib.problem.runs import Run, Task, run_on
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
        ("days", 24.0),
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
            relief = _relief(ctx, task, run)
            ctx.drop(task.workload.id, key, option.pool, option.server.id, run.reason, relief)
            continue
        found[key] = _candidate(ctx, task, option, run)
    if not found:
        _elsewhere(ctx, task, reference)
    return found


def _elsewhere(ctx: Context, task: Task, reference: Reference | None) -> None:
    """Say what a job that cannot run would take on servers that the brief does not allow."""
    words = ", ".join(ctx.brief.fleet.server_kinds_allowed or ())
    for server in ctx.not_allowed:
        if not server.compute_technologies or server.status != "shipping":
            continue
        technology = server.compute_technologies[0]
        machine = machine_of(ctx, server, technology, ctx.brief.network.oversubscription)
        option = Option(server.id, server, technology, technology, machine)
        run = smallest(ctx, task, option, reference)
        if isinstance(run, Misfit):
            continue
        unit, hours = task.limit_unit
        sizes = [f"{run.gpus:,} GPUs finish in {run.hours / hours:.1f} {unit}"]
        most = most_gpus(ctx.brief, task.workload, ctx.dates)
        whole = int(most // option.gpus) * option.gpus if most < inf else run.gpus
        at_most = run_on(ctx, task, option, whole, reference)
        if isinstance(at_most, Run) and at_most.gpus > run.gpus:
            sizes.append(f"{at_most.gpus:,} in {at_most.hours / hours:.1f} {unit}")
        reason = f"the brief allows only {words}; if it were allowed, {' and '.join(sizes)}"
        key = f"{task.workload.id}-{server.id}"
        ctx.drop(task.workload.id, key, "", server.id, reason)


def _relief(ctx: Context, task: Task, misfit: Misfit) -> Relief | None:
    """Return what the brief would have to allow, where that is a number of its own."""
    w = task.workload
    if misfit.quantity == "hours":
        needed = rounded_up(misfit.needed)
        words = f"{w.id}: time limit of a run"
        return Relief(words, task.limit_path, misfit.available, needed, misfit.unit)
    if misfit.quantity == "gpus":
        words, path = binding_path(ctx, w)
        return Relief(words, path, misfit.available, rounded_up(misfit.needed), "GPUs")
    if misfit.quantity == "write" and ctx.brief.storage.checkpoint_write_s is not None:
        path, needed = "storage.checkpoint_write_s", rounded_up(misfit.needed)
        return Relief(f"{w.id}: write of a checkpoint", path, misfit.available, needed, "s")
    if misfit.quantity == "ettr":
        reached = rounded_down(misfit.available)
        path = "reliability.ettr_min_frac"
        return Relief("least share of effective training time", path, misfit.needed, reached, "1")
    return None


def _candidate(ctx: Context, task: Task, option: Option, run: Run) -> Candidate:
    w = task.workload
    busy = ctx.brief.policies.job_busy_max_frac
    share = run.gpus / option.gpus
    loads = [r * run.hours / HOURS_PER_MONTH for r in task.runs_per_month]
    if task.mode == "lora":
        slots = [float(max(task.slots, ceil(x / busy))) for x in loads]
    else:
        slots = [float(task.slots)] * len(loads)
    slots = [n if on else 0.0 for n, on in zip(slots, ctx.active(w), strict=True)]
    slots = [max(slots[: n + 1]) if x else 0.0 for n, x in enumerate(slots)]
    saves = task.mode != "lora"
    writes = tuple(run.plan.write_gb_s * task.slots if x else 0.0 for x in slots)
    return Candidate(
        w.id,
        option.pool,
        {},
        gang=tuple(s * share for s in slots),
        exclusive=tuple(s * share for s in slots) if share >= 1 else (),
        hours=tuple(x * share * HOURS_PER_MONTH for x in loads),
        slices=tuple(ctx.slices),
        spread=run.hours > min(hours for _, hours in ctx.slices.values()) / 2,
        draws={"write_gb_s": writes} if saves else {},
        figures=_figures(ctx, option, run, task),
        layout=str(run.layout),
        precision=w.precision,
        gpus=tuple(s * run.gpus for s in slots),
        busy_frac=tuple(x / s if s else 0.0 for x, s in zip(loads, slots, strict=True)),
    )


def _figures(ctx: Context, option: Option, run: Run, task: Task) -> dict[str, dict[str, Any]]:
    band = option.machine.train_band_frac
    law = "designlib.physics.layouts; constants in calibration/training.csv"
    predicted = run.layout.mfu_frac
    figures = {
        "hours_per_run": (run.hours, run.hours / (1 + band), run.hours * (1 + band), "h"),
        "mfu": (run.mfu_frac, run.mfu_frac / (1 + band), min(1.0, run.mfu_frac * (1 + band)), "1"),
        "mfu_predicted": (predicted, predicted / (1 + band), min(1.0, predicted * (1 + band)), "1"),
        "memory_per_gpu": (run.layout.memory_gb,) * 3 + ("GB",),
        "exposed_communication": (run.layout.exposed_communication_frac,) * 3 + ("1",),
    }
    if task.mode != "lora":
        plan = run.plan
        figures |= {
            "effective_training_time": (plan.ettr_frac,) * 3 + ("1",),
            "checkpoint": (plan.checkpoint_gb,) * 3 + ("GB",),
            "checkpoint_write": (plan.write_gb_s,) * 3 + ("GB/s",),
            "checkpoint_interval": (plan.interval_s,) * 3 + ("s",),
            "checkpoint_overhead": (plan.overhead_frac,) * 3 + ("1",),
        }
    return {
        name: {"value": v, "low": low, "high": high, "unit": unit, "source": law}
        for name, (v, low, high, unit) in figures.items()
    }
