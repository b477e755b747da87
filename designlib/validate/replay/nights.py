"""Nights: batches work in what services and jobs leave of their window, hour by hour of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import HOURS_PER_MONTH, spec
from designlib.validate.capacity import is_open, pools_of
from designlib.validate.recount._names import SECONDS_PER_HOUR, figure
from designlib.validate.replay.demand import Load, loads
from designlib.validate.replay.jobs import run_of, runs_per_month

HOURS_PER_DAY: Final = 24
MINUTES_PER_HOUR: Final = 60
HELD: Final = ("inference", "image-inference", "cpu-inference", "dedicated-training", "job-queue")
JOBS: Final = ("training", "fine-tuning")
_DEGREE = re.compile(r"TP(\d+)")


@dataclass(frozen=True)
class Night:
    """What a batch needs and finds.

    Attributes
    ----------
    load : Load
        Workload, pool and date.
    needed_h, free_h : float
        GPU-hours a month that it takes, and that its window leaves. [h]
    """

    load: Load
    needed_h: float
    free_h: float


def nights(design: Design, brief: Brief, catalog: Catalog) -> list[Night]:
    """Return what every batch needs and finds in its pool at the last date."""
    last = max(design.dates)
    pools = pools_of(design, catalog, last)
    here = [x for x in loads(design, brief, (*HELD, *JOBS, "batch-inference")) if x.month == last]
    found = []
    for load in here:
        if load.w.kind != "batch-inference" or load.row["pool"] not in pools:
            continue
        part, servers = pools[load.row["pool"]]
        server = catalog.servers[part]
        mine = [x for x in here if x.row["pool"] == load.row["pool"] and x is not load]
        gpus = servers * spec(server, "gpus_count")
        free = sum(
            gpus - sum(_held_gpus(x, hour, brief) for x in mine if x.w.kind in HELD)
            for hour in range(HOURS_PER_DAY)
            if load.w.window is None or is_open(load.w.window, hour * MINUTES_PER_HOUR)
        )
        open_hours = sum(
            load.w.window is None or is_open(load.w.window, hour * MINUTES_PER_HOUR)
            for hour in range(HOURS_PER_DAY)
        )
        busy = sum(_job_gpu_hours(x, brief, catalog) for x in mine if x.w.kind in JOBS)
        days = HOURS_PER_MONTH / HOURS_PER_DAY
        found.append(Night(load, _needed_h(load), days * free - busy * open_hours / HOURS_PER_DAY))
    return found


def _needed_h(load: Load) -> float:
    """Return the GPU-hours a month that the items of a batch take. [h]."""
    degree = _DEGREE.match(load.row["layout"] or "")
    rate = figure(load.row, "requests_per_s")
    items = load.w.items_per_month_count * load.factor
    gpus = float(degree[1]) if degree else 1.0
    return items / rate / SECONDS_PER_HOUR * gpus if rate else float("inf")


def _held_gpus(load: Load, hour: int, brief: Brief) -> float:
    """Return the GPUs that a service or a queue holds in an hour of the day."""
    gpus = float(load.row["gpus"] or 0.0)
    day = getattr(load.w, "diurnal", None)
    if day is None or not brief.policies.batch_on_serving:
        return gpus
    night = is_open(day.night, hour * MINUTES_PER_HOUR)
    return gpus * (day.night_share_of_peak_frac if night else 1.0)


def _job_gpu_hours(load: Load, brief: Brief, catalog: Catalog) -> float:
    """Return the GPU-hours that the runs of a job take in a month. [h]."""
    if not load.row["gpus"]:
        return 0.0
    run = run_of(load, brief, catalog)
    return runs_per_month(load) * run.mean_h.mean * run.gpus
