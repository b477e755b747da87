"""Runs: how long a job of a size takes on a pool, with its failures, restarts and saves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, Any

from designlib.physics import checkpoint, reliability
from designlib.physics.batch import pretraining_batch_tokens
from designlib.physics.layouts import Layout, best_layout
from designlib.physics.machine import Machine, compute_precision
from designlib.physics.misfit import Misfit
from designlib.physics.save_cycle import ettr
from designlib.physics.save_policy import SavePlan, save_plan
from designlib.physics.shape import Shape
from designlib.physics.training import lora_flops, run_hours, train_flops
from designlib.problem.context import Context
from designlib.problem.hardware import storage_gb_s
from designlib.problem.machines import Option

if TYPE_CHECKING:
    from designlib.problem.reference_runs import Reference

GRID = 16
"""Job sizes an octave that are looked at beyond so many servers."""
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Run:
    """A job of one size on one pool."""

    gpus: int
    hours: float
    mfu_frac: float
    layout: Layout
    plan: SavePlan


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
    limit_unit: tuple[str, float] = ("h", 1.0)
    """Unit in which the brief states the limit, and its hours."""
    known: dict[tuple[Machine, int], Layout | Misfit] = field(default_factory=dict, compare=False)
    """Layouts already looked up: (machine, GPUs) -> layout."""

    @property
    def flops(self) -> float:
        """Return the model FLOPs of one run."""
        law = lora_flops if self.mode == "lora" else train_flops
        return law(self.shape.active_params_count, self.tokens)


def grid_unit(servers: int) -> int:
    """Return the step between the sizes that are looked at: so many an octave, whole servers.

    A power of two, because parallel degrees divide such sizes.

    Examples
    --------
    >>> [grid_unit(n) for n in (1, 31, 32, 1152)]
    [1, 1, 2, 64]
    """
    return max(1, (1 << (servers.bit_length() - 1)) // GRID)


def run_on(
    ctx: Context, task: Task, option: Option, gpus: int, reference: Reference | None
) -> Run | Misfit:
    """Return a run on a number of GPUs: its hours with restarts and checkpoints, and its layout."""
    w = task.workload
    plan = plan_of(ctx, task, gpus)
    if task.mode != "lora":
        refused = _too_many_stops(ctx, gpus, plan) or _too_narrow(ctx, option, gpus, plan)
        if refused is not None:
            return refused
    layout = layout_of(task, option.machine, gpus)
    if isinstance(layout, Misfit):
        return layout
    mfu = layout.mfu_frac
    if w.mfu_frac is not None and reference is not None:
        mfu = min(1.0, w.mfu_frac * reference.share(option.machine, gpus, layout.mfu_frac))
    peak = option.machine.peak_tflops[compute_precision(option.machine, w.precision)]
    share = lora_flops(1.0, 1.0) / train_flops(1.0, 1.0) if task.mode == "lora" else 1.0
    hours = share * run_hours(task.shape.active_params_count, task.tokens, gpus, peak, mfu)
    if task.mode == "lora":
        plan = replace(plan, blocking_s=0.0, ettr_frac=_begun_again_frac(ctx, gpus, hours))
        refused = _too_many_stops(ctx, gpus, plan)
        if refused is not None:
            return refused
    return Run(gpus, hours / plan.ettr_frac if plan.ettr_frac else inf, mfu, layout, plan)


def _begun_again_frac(ctx: Context, gpus: int, hours: float) -> float:
    """Return the share of time that advances a short job: it saves nothing and begins again."""
    mtti_s = reliability.mtti_hours(gpus, _gpu_hours(ctx)) * SECONDS_PER_HOUR
    return ettr(hours * SECONDS_PER_HOUR, 0.0, mtti_s, restart_seconds(ctx))


def _too_many_stops(ctx: Context, gpus: int, plan: SavePlan) -> Misfit | None:
    """Refuse a job that advances for a smaller share of time than the brief promises."""
    promised = ctx.brief.reliability.ettr_min_frac
    if promised is None or plan.ettr_frac >= promised:
        return None
    return Misfit(
        f"training advances for {plan.ettr_frac:.3f} of the time on {gpus:,} GPUs with saves of "
        f"{plan.blocking_s:.3g} s and restarts of {restart_seconds(ctx):.3g} s, "
        f"{promised:g} is promised",
        "ettr",
        promised,
        plan.ettr_frac,
        "1",
    )


def _too_narrow(ctx: Context, option: Option, gpus: int, plan: SavePlan) -> Misfit | None:
    """Refuse a job whose servers do not get a checkpoint out of their storage ports in time."""
    servers = max(1, gpus // option.gpus)
    carried = servers * storage_gb_s(ctx, option.server)
    if plan.write_gb_s <= carried:
        return None
    reason = (
        f"a checkpoint of {plan.checkpoint_gb:,.0f} GB has to leave at {plan.write_gb_s:,.0f} GB/s,"
        f" the storage ports of {servers:,} servers carry {carried:,.1f} GB/s"
    )
    least = plan.checkpoint_gb / carried
    return Misfit(reason, "write", least, plan.checkpoint_gb / plan.write_gb_s, "s")


def layout_of(task: Task, machine: Machine, gpus: int) -> Layout | Misfit:
    """Return the best layout of a job of a size on a machine, looked up once."""
    key = (machine, gpus)
    if key not in task.known:
        w = task.workload
        task.known[key] = best_layout(
            task.shape,
            machine,
            gpus,
            mode=task.mode,
            precision=w.precision,
            sequence_tokens=w.sequence_tokens,
            global_batch_tokens=w.global_batch_tokens or batch_tokens(task, gpus),
        )
    return task.known[key]


def batch_tokens(task: Task, gpus: int) -> float:
    """Return the tokens of a step where the brief states none.

    At least two sequences for each GPU; a pre-training run as much as its compute makes best.
    """
    least = float(max(task.workload.sequence_tokens * gpus * 2, 1_000_000))
    if task.mode != "pretrain":
        return least
    return max(least, pretraining_batch_tokens(task.flops))


def plan_of(ctx: Context, task: Task, gpus: int) -> SavePlan:
    """Return the saves of a job of a size under the checkpoint policy of the brief."""
    storage = ctx.brief.storage
    return save_plan(
        storage.checkpoint_policy,
        checkpoint.checkpoint_gb(task.shape.params_count),
        mtti_hours=reliability.mtti_hours(gpus, _gpu_hours(ctx)),
        restart_s=restart_seconds(ctx),
        snapshot_s=snapshot_seconds(ctx),
        overhead_max_frac=storage.checkpoint_overhead_max_frac,
        step_s=ctx.constant("checkpoint", "step_s"),
        step_frac=ctx.constant("checkpoint", "step_frac"),
        write_max_s=storage.checkpoint_write_s,
    )


def _gpu_hours(ctx: Context) -> float:
    """Return the hours of a GPU between interruptions: the brief's, else the catalog's. [h]."""
    stated = ctx.brief.reliability.gpu_hours_per_interruption
    return stated or ctx.constant("gpu", "gpu_hours_per_interruption")


def restart_seconds(ctx: Context) -> float:
    """Return the time from a failure to training again: the brief's, else the catalog's. [s]."""
    stated = ctx.brief.reliability.restart_s
    if stated is not None:
        return float(stated)
    return ctx.constant("server", "restart_hours") * SECONDS_PER_HOUR


def snapshot_seconds(ctx: Context) -> float:
    """Return the time that training stands still for a snapshot.

    The brief's, else the catalog's. [s].
    """
    stated = ctx.brief.reliability.snapshot_s
    return ctx.constant("checkpoint", "snapshot_s") if stated is None else float(stated)
