"""Jobs: the runs, queues and batches of a pool through a month, with failures, waits and quotas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil, prod
from typing import Any, Final

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.training import lora_flops, train_flops
from designlib.validate.growth import active_params, peak_flops
from designlib.validate.recount._names import SECONDS_PER_HOUR, figure
from designlib.validate.replay.confidence import Estimate, estimate
from designlib.validate.replay.demand import Load, loads, random_of
from designlib.validate.replay.runs import Cycle, runs_s

RUNS: Final = 64
"""Runs drawn of each job, at least; their mean has the confidence that is told."""
RUNS_MAX: Final = 128 * RUNS
FAILURES_MIN: Final = 0.05**-2
"""Failures met in all runs of a job, if that many are enough: what they cost is known to 5 %."""
HOURS_PER_DAY: Final = 24.0
_SPLIT = re.compile(r"\b(?:TP|PP|DP|CP)(\d+)")


@dataclass(frozen=True)
class Run:
    """How long the runs of a job last, failures included.

    Attributes
    ----------
    load : Load
        Workload, site and date.
    gpus : int
        GPUs of one run. [1]
    hours : ndarray
        Time of each run drawn. [h]
    mean_h : Estimate
        Their mean. [h]
    limit_h : float
        What the brief allows a run. [h]
    ettr : Estimate
        Share of the time that advances the work. [1]
    saves : bool
        Whether it writes checkpoints.
    """

    load: Load
    gpus: int
    hours: np.ndarray
    mean_h: Estimate
    limit_h: float
    ettr: Estimate
    saves: bool


def job_runs(design: Design, brief: Brief, catalog: Catalog) -> list[Run]:
    """Return the runs of every training and fine-tuning job at its last date."""
    last: dict[str, Load] = {}
    for load in loads(design, brief, ("training", "fine-tuning")):
        if load.row["gpus"]:
            last[load.w.id] = load
    return [run_of(load, brief, catalog) for load in last.values()]


def run_of(load: Load, brief: Brief, catalog: Catalog) -> Run:
    """Return the runs of a job: its work at the stated speed, with saves and failures drawn."""
    row, w = load.row, load.w
    gpus = gpus_of_run(row, w)
    law = lora_flops if getattr(w, "mode", "") == "lora" else train_flops
    tokens = w.tokens_per_run_count if w.kind == "fine-tuning" else w.tokens_count
    speed = gpus * peak_flops(row, w, catalog) * figure(row, "mfu")
    work_s = law(active_params(w, catalog), tokens) / speed if speed else float("inf")
    cycle = cycle_of(row, gpus, brief, catalog)
    saves = cycle.interval_s < work_s
    if work_s == float("inf"):
        drawn = np.full(2, work_s)
    else:
        enough = ceil(min(FAILURES_MIN * cycle.mtti_s / work_s, RUNS_MAX)) if work_s else RUNS
        drawn = runs_s(work_s, cycle, max(RUNS, enough), random_of(w.id, row["site"], "runs"))
    hours = drawn / SECONDS_PER_HOUR
    limit = w.max_hours if w.kind == "fine-tuning" else w.deadline_days * HOURS_PER_DAY
    advance = estimate((work_s / drawn).tolist())
    return Run(load, gpus, hours, estimate(hours.tolist()), limit, advance, saves)


def gpus_of_run(row: dict[str, Any], w: Any) -> int:
    """Return the GPUs of one run: those of its layout, else an equal part of what is held. [1]."""
    degrees = [int(n) for n in _SPLIT.findall(row["layout"] or "")]
    if degrees:
        return int(prod(degrees))
    held = float(row["gpus"]) / float(getattr(w, "concurrency_count", 1))
    return max(1, round(held))


def cycle_of(row: dict[str, Any], gpus: int, brief: Brief, catalog: Catalog) -> Cycle:
    """Return how a job saves and fails: the brief's figures, else those of the catalog."""
    rel = brief.reliability
    per_gpu = rel.gpu_hours_per_interruption
    if per_gpu is None:
        per_gpu = float(catalog.constant("gpu", "gpu_hours_per_interruption").value)
    restart = rel.restart_s
    if restart is None:
        known = catalog.find_constant("server", "restart_hours")
        restart = 0.0 if known is None else float(known.value) * SECONDS_PER_HOUR
    interval, share = figure(row, "checkpoint_interval"), figure(row, "checkpoint_overhead")
    if not interval:  # a short job that saves nothing begins again
        interval, share = float("inf"), 0.0
    save = interval * share / (1 - share) if share else 0.0
    return Cycle(interval, save, per_gpu / gpus * SECONDS_PER_HOUR, restart)


def runs_per_month(load: Load) -> float:
    """Return the runs that are asked a month. [1/month]."""
    w = load.w
    rate = w.runs_per_month_count if w.kind == "fine-tuning" else w.runs_per_year / 12.0
    return float(rate * load.factor)
