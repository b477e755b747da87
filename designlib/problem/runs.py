"""Runs: how long a job takes on a pool, and the smallest size that meets its limit.

A stated MFU holds on the reference GPU of the policies, at full fabric rate and in the best layout;
every other pool scales it by the ratio that the physics predicts at the same size, so that a slow
fabric still costs what it costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Any

from designlib.physics import reliability, save_cycle
from designlib.physics.layouts import Layout, best_layout
from designlib.physics.machine import Machine, compute_precision
from designlib.physics.misfit import Misfit
from designlib.physics.shape import Shape
from designlib.physics.training import lora_flops, run_hours, train_flops
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.machines import Option, machine_of


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


def smallest(ctx: Context, task: Task, option: Option, reference: Reference | None) -> Run | Misfit:
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
            f"a run takes {needed:,.1f} h on {best.gpus} GPUs, "
            f"{task.limit_hours:,.4g} h are allowed",
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
    """Refuse a pool whose largest allowed job misses the limit even at peak.

    Or cannot hold the states.
    """
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


def run_on(
    ctx: Context, task: Task, option: Option, gpus: int, reference: Reference | None
) -> Run | Misfit:
    """Return a run on a number of GPUs: its hours with restarts and checkpoints, and its layout."""
    w = task.workload
    layout = _layout(task, option.machine, gpus)
    if isinstance(layout, Misfit):
        return layout
    mfu = layout.mfu_frac
    if w.mfu_frac is not None and reference is not None:
        mfu = min(1.0, w.mfu_frac * layout.mfu_frac / reference.mfu_frac(gpus))
    peak = option.machine.peak_tflops[compute_precision(option.machine, w.precision)]
    if task.mode == "lora":
        share = lora_flops(1.0, 1.0) / train_flops(1.0, 1.0)
        hours = share * run_hours(task.shape.active_params_count, task.tokens, gpus, peak, mfu)
    else:
        hours = run_hours(task.shape.active_params_count, task.tokens, gpus, peak, mfu)
    return Run(gpus, hours / effective_frac(ctx, task, gpus), mfu, layout)


def _layout(task: Task, machine: Machine, gpus: int) -> Layout | Misfit:
    """Return the best layout of a job of a size on a machine."""
    w = task.workload
    return best_layout(
        task.shape,
        machine,
        gpus,
        mode=task.mode,
        precision=w.precision,
        sequence_tokens=w.sequence_tokens,
        global_batch_tokens=w.global_batch_tokens or _batch_tokens(w, gpus),
    )


def _batch_tokens(workload: Any, gpus: int) -> float:
    """Return the tokens of a step where the brief states none.

    At least a sequence or two for each GPU.
    """
    return float(max(workload.sequence_tokens * gpus * 2, 1_000_000))


def effective_frac(ctx: Context, task: Task, gpus: int) -> float:
    """Return the share of wall time that advances training, with failures.

    Restarts and checkpoints.
    """
    rel = ctx.brief.reliability
    per_gpu = rel.gpu_hours_per_interruption or ctx.constant("gpu", "gpu_hours_per_interruption")
    mtti_s = reliability.mtti_hours(gpus, per_gpu) * 3600
    restart_s = (
        rel.restart_s
        if rel.restart_s is not None
        else ctx.constant("server", "restart_hours") * 3600
    )
    snapshot_s = snapshot_seconds(ctx)
    tau = save_cycle.young_interval_s(snapshot_s, mtti_s)
    return save_cycle.ettr(tau, snapshot_s, mtti_s, restart_s)


def snapshot_seconds(ctx: Context) -> float:
    """Return the time that training stands still for a snapshot.

    The brief's, else the catalog's. [s].
    """
    stated = ctx.brief.reliability.snapshot_s
    return ctx.constant("checkpoint", "snapshot_s") if stated is None else float(stated)


@dataclass
class Reference:
    """The machine on which a stated MFU holds.

    The reference GPU at full fabric rate, in its best layout.
    """

    machines: list[Machine]
    task: Task
    known: dict[int, float] = field(default_factory=dict)

    def mfu_frac(self, gpus: int) -> float:
        """Return our own prediction for the reference machine at a job size.

        Or at the next size that fits.
        """
        if gpus not in self.known:
            found = [mfu for m in self.machines if (mfu := self._predicted(m, gpus)) is not None]
            step = self.machines[0].gpus_per_server_count
            larger = (gpus // step + 1) * step
            self.known[gpus] = max(found) if found else self.mfu_frac(larger)
        return self.known[gpus]

    def _predicted(self, machine: Machine, gpus: int) -> float | None:
        layout = _layout(self.task, machine, gpus)
        return layout.mfu_frac if isinstance(layout, Layout) else None


def reference_of(ctx: Context, task: Task) -> Reference | None:
    """Return the reference of a stated MFU.

    None where none is stated or no server carries that GPU.
    """
    if task.workload.mfu_frac is None:
        return None
    family = ctx.brief.policies.mfu_reference_gpu_family
    for server in ctx.catalog.servers.values():
        if server.gpu is not None and ctx.catalog.gpus[server.gpu].family == family:
            machines = [machine_of(ctx, server, t) for t in server.compute_technologies]
            return Reference(machines, task)
    return None
