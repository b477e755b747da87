"""Jobs: the ways to run training, fine-tuning and dedicated GPUs, each sized so that its limit holds.

For every pool the fewest servers are taken that finish a run in time and leave the share of the month free that waiting jobs need. A
stated MFU holds on the reference GPU of the policies at full fabric rate; every other pool scales it by the predicted ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from designlib.physics import checkpoint, reliability, save_cycle
from designlib.physics.layouts import Layout, best_layout
from designlib.physics.machine import compute_precision
from designlib.physics.misfit import Misfit
from designlib.physics.shape import Shape
from designlib.physics.training import lora_flops, run_hours, train_flops
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option, machine_of, shape_of
from designlib.problem.tables import Candidate, Relief

NEAR_MISS = 1.5
"""A candidate within this factor of a limit stays, with the relief that it needs."""
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Run:
    """A job of one size on one pool."""

    gpus: int
    hours: float
    mfu_frac: float
    layout: Layout


@dataclass(frozen=True)
class Task:
    """What a training or fine-tuning workload asks of a run."""

    workload: Any
    shape: Shape
    mode: str
    tokens: float
    limit_hours: float
    limit_path: str
    runs_per_month: tuple[float, ...]
    slots: int


def fine_tuning(ctx: Context, workload: Any) -> Task:
    """Return what a fine-tuning workload asks."""
    return Task(
        workload,
        shape_of(ctx, workload),
        workload.mode,
        workload.tokens_per_run_count,
        workload.max_hours,
        f"workloads.{workload.id}.max_hours",
        ctx.grown(workload.runs_per_month_count, workload.growth_factor_24_months),
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
        ctx.grown(runs, workload.growth_factor_24_months),
        1,
    )


def candidates(ctx: Context, task: Task, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of a job, one a pool; pools that cannot run it are dropped with the reason."""
    found: dict[str, Candidate] = {}
    reference = _reference_mfu(ctx, task, options)
    for option in options:
        key = f"{task.workload.id}-{option.pool}"
        run = _smallest(ctx, task, option, reference)
        if isinstance(run, Misfit):
            ctx.drop(task.workload.id, key, option.pool, option.server.id, run.reason, _relief(task, run))
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
    return Relief(f"{task.workload.id}: {words}", path, misfit.available, misfit.needed, unit)


def _sizes(ctx: Context, task: Task, option: Option) -> list[int]:
    """Return the GPU counts to try: parts of a server for small jobs, then whole servers."""
    top = option.servers_max * option.gpus
    if task.workload.max_gpus_count:
        top = min(top, int(task.workload.max_gpus_count))
    parts = [g for g in (1, 2, 4) if g < option.gpus] if task.mode == "lora" else []
    whole = range(option.gpus, top + 1, option.gpus)
    sizes = [g for g in (*parts, *whole) if g <= top]
    if option.fabric is None:
        sizes = [g for g in sizes if g <= option.machine.scale_up_gpus_count]
    return sizes


def _smallest(ctx: Context, task: Task, option: Option, reference: float | None) -> Run | Misfit:
    """Return the smallest run that meets the limit of the job, or why none does."""
    last: Run | Misfit = _floor(task, option)
    if isinstance(last, Misfit):
        return last
    busy = ctx.brief.policies.job_busy_max_frac
    best: Run | None = None
    sizes = _sizes(ctx, task, option)
    for gpus in sizes:
        run = run_on(ctx, task, option, gpus, reference)
        if isinstance(run, Misfit):
            last = run
            continue
        best = run if best is None or run.hours < best.hours else best
        load = max(task.runs_per_month) * run.hours / HOURS_PER_MONTH
        if run.hours <= task.limit_hours and (task.mode == "lora" or load <= busy * task.slots):
            return run
    if best is not None:
        needed = max(best.hours, 0.0)
        return Misfit(
            f"a run takes {needed:,.1f} h on {best.gpus} GPUs, {task.limit_hours:,.4g} h are allowed",
            "hours",
            needed,
            task.limit_hours,
            "h",
        )
    if isinstance(last, Run):
        reason = f"a job of one scale-up domain only: {option.pool} has no compute fabric"
        return Misfit(reason, "fabric", 1, 0, "fabric")
    return last


def _floor(task: Task, option: Option) -> Run | Misfit:
    """Refuse a pool whose largest allowed job misses the limit even at peak, or cannot hold the states."""
    w, machine = task.workload, option.machine
    precision = compute_precision(machine, w.precision)
    flops = lora_flops if task.mode == "lora" else train_flops
    peak = machine.peak_tflops[precision] * 1e12
    at_peak = flops(task.shape.active_params_count, task.tokens) / (task.limit_hours * 3600 * peak)
    if w.max_gpus_count and at_peak > w.max_gpus_count:
        states = _states(task, option, int(w.max_gpus_count))
        tail = f"; {states.reason}" if states is not None else ""
        return Misfit(
            f"{at_peak:,.1f} GPUs are needed even at peak, {w.max_gpus_count:,} are allowed{tail}",
            "gpus",
            float(ceil(at_peak)),
            float(w.max_gpus_count),
            "GPUs",
        )
    return Run(0, 0.0, 0.0, None)  # type: ignore[arg-type]


def _states(task: Task, option: Option, gpus: int) -> Misfit | None:
    found = best_layout(task.shape, option.machine, gpus, mode=task.mode, precision="bf16")
    return found if isinstance(found, Misfit) and found.quantity == "memory" else None


def run_on(ctx: Context, task: Task, option: Option, gpus: int, reference: float | None) -> Run | Misfit:
    """Return a run on a number of GPUs: its hours with restarts and checkpoints, and its layout."""
    w = task.workload
    layout = best_layout(
        task.shape,
        option.machine,
        gpus,
        mode=task.mode,
        precision=w.precision,
        sequence_tokens=w.sequence_tokens,
        global_batch_tokens=w.global_batch_tokens or _batch_tokens(w, gpus),
    )
    if isinstance(layout, Misfit):
        return layout
    mfu = layout.mfu_frac
    if w.mfu_frac is not None and reference:
        mfu = min(1.0, w.mfu_frac * layout.mfu_frac / reference)
    peak = option.machine.peak_tflops[compute_precision(option.machine, w.precision)]
    if task.mode == "lora":
        share = lora_flops(1.0, 1.0) / train_flops(1.0, 1.0)
        hours = share * run_hours(task.shape.active_params_count, task.tokens, gpus, peak, mfu)
    else:
        hours = run_hours(task.shape.active_params_count, task.tokens, gpus, peak, mfu)
    return Run(gpus, hours / effective_frac(ctx, task, gpus), mfu, layout)


def _batch_tokens(workload: Any, gpus: int) -> float:
    """Return the tokens of a step where the brief states none: at least a sequence or two for each GPU."""
    return float(max(workload.sequence_tokens * gpus * 2, 1_000_000))


def effective_frac(ctx: Context, task: Task, gpus: int) -> float:
    """Return the share of wall time that advances training, with failures, restarts and checkpoints."""
    rel = ctx.brief.reliability
    per_gpu = rel.gpu_hours_per_interruption or ctx.constant("gpu", "gpu_hours_per_interruption")
    mtti_s = reliability.mtti_hours(gpus, per_gpu) * 3600
    restart_s = rel.restart_s if rel.restart_s is not None else ctx.constant("server", "restart_hours") * 3600
    snapshot_s = snapshot_seconds(ctx)
    tau = save_cycle.young_interval_s(snapshot_s, mtti_s)
    return save_cycle.ettr(tau, snapshot_s, mtti_s, restart_s)


def snapshot_seconds(ctx: Context) -> float:
    """Return the time that training stands still for a snapshot: the brief's, else the catalog's. [s]."""
    stated = ctx.brief.reliability.snapshot_s
    return ctx.constant("checkpoint", "snapshot_s") if stated is None else float(stated)


def _reference_mfu(ctx: Context, task: Task, options: list[Option]) -> float | None:
    """Return the MFU that our model predicts where the brief's own MFU is said to hold."""
    if task.workload.mfu_frac is None:
        return None
    family = ctx.brief.policies.mfu_reference_gpu_family
    best = 0.0
    for server in ctx.catalog.servers.values():
        if server.gpu is None or ctx.catalog.gpus[server.gpu].family != family:
            continue
        for technology in server.compute_technologies:
            machine = machine_of(ctx, server, technology)
            option = Option("reference", server, technology, technology, machine, 4096)
            gpus = _reference_gpus(task, option)
            run = best_layout(
                task.shape,
                machine,
                gpus,
                mode=task.mode,
                precision=task.workload.precision,
                sequence_tokens=task.workload.sequence_tokens,
                global_batch_tokens=task.workload.global_batch_tokens or _batch_tokens(task.workload, gpus),
            )
            if isinstance(run, Layout):
                best = max(best, run.mfu_frac)
        break
    return best or None


def _reference_gpus(task: Task, option: Option) -> int:
    """Return the whole servers' GPUs that meet the limit at the stated MFU on the reference machine."""
    w = task.workload
    peak = option.machine.peak_tflops[compute_precision(option.machine, w.precision)]
    one = run_hours(task.shape.active_params_count, task.tokens, 1, peak, w.mfu_frac)
    servers = ceil(one / task.limit_hours / option.gpus)
    return max(1, servers) * option.gpus


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
        hours=tuple(x * share * HOURS_PER_MONTH for x in loads),
        slices=tuple(ctx.slices),
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


def dedicated(ctx: Context, workload: Any, options: list[Option]) -> dict[str, Candidate]:
    """Return the candidates of GPUs that a workload holds all the time, in whole servers across servers."""
    found: dict[str, Candidate] = {}
    wanted = ctx.grown(workload.gpus_count, workload.growth_factor_24_months)
    reads = ctx.grown(
        workload.gpus_count * workload.read_gb_s_per_gpu, workload.growth_factor_24_months
    )
    for option in options:
        key = f"{workload.id}-{option.pool}"
        many = max(wanted) > option.machine.scale_up_gpus_count
        if many and option.fabric is None:
            reason = (
                f"{ceil(max(wanted))} GPUs train together over more than one scale-up domain: "
                "they need a compute fabric with RDMA"
            )
            ctx.drop(workload.id, key, option.pool, option.server.id, reason)
            continue
        whole = [ceil(g / option.gpus - 1e-9) if many else ceil(g - 1e-9) / option.gpus for g in wanted]
        servers = tuple(float(max(whole[: n + 1])) for n in range(len(whole)))
        found[key] = Candidate(
            workload.id,
            option.pool,
            {s: servers for s in ctx.slices},
            draws={"read_gb_s": reads} if workload.read_gb_s_per_gpu else {},
            layout="data parallel",
            precision="as given",
            gpus=tuple(float(ceil(g - 1e-9)) for g in wanted),
            busy_frac=(1.0,) * len(servers),
        )
    return found
