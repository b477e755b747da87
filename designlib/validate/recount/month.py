"""Month: a month is played event by event; what is promised of it holds with 95 % confidence.

Services by the hour of their busiest date, studies in their busiest hour, runs with failures, saves
and restarts, queues and gangs in their pools, batches in what is left of their windows.
"""

from __future__ import annotations

from typing import Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.save_cycle import ettr
from designlib.validate._evidence import brief_of
from designlib.validate._promise import CLOSE, Promise
from designlib.validate.recount._names import figure
from designlib.validate.replay.jobs import cycle_of, job_runs
from designlib.validate.replay.nights import nights
from designlib.validate.replay.pools import MONTHS, months
from designlib.validate.replay.services import WINDOWS, days
from designlib.validate.replay.studies import busy_hours

CHECK: Final = "month"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return what requests, studies and runs see in a month, with the confidence of each figure."""
    brief = brief_of(design)
    return [
        *_services(design, brief, catalog),
        *_studies(design, brief, catalog),
        *_runs(design, brief, catalog),
        *_pools(design, brief, catalog),
        *_nights(design, brief, catalog),
    ]


def _services(design: Design, brief: Brief, catalog: Catalog) -> list[Promise]:
    found = []
    for day in days(design, brief, catalog):
        w = day.load.w
        law = (
            f"replay of {WINDOWS} windows of the busiest hour on the {day.replicas} replicas that"
            " are up as often as promised; Student's t over windows"
        )
        for what, limit, seen in (
            ("time to the first token, p95", w.ttft_p95_s, day.ttft_s),
            ("time of a further token, p95", w.tpot_p95_s, day.tpot_s),
        ):
            found.append(
                Promise(
                    CHECK, what, day.load.place, limit, seen.mean, "s", "at most", day.load.month,
                    law, spread=seen.spread,
                )
            )  # fmt: skip
        found.append(
            Promise(
                CHECK, "hours of the day within both limits", day.load.place, 24, day.kept_hours,
                "h", "at least", day.load.month, "one window for each level of the day",
            )
        )  # fmt: skip
    return found


def _studies(design: Design, brief: Brief, catalog: Catalog) -> list[Promise]:
    return [
        Promise(
            CHECK, "time in the queue, p99", seen.load.place, seen.limit_s, seen.p99_s.mean, "s",
            "at most", seen.load.month,
            f"arrivals at random in the busiest hour on the {seen.servers} units that are up as"
            " often as promised",
            spread=seen.p99_s.spread,
        )
        for seen in busy_hours(design, brief, catalog)
    ]  # fmt: skip


def _runs(design: Design, brief: Brief, catalog: Catalog) -> list[Promise]:
    """Return time and advance of the runs, against the brief, the design and Daly's law."""
    found = []
    for run in job_runs(design, brief, catalog):
        row, month, place = run.load.row, run.load.month, run.load.place
        law = f"{len(run.hours)} runs of {run.gpus} GPUs drawn with failures, saves and restarts"
        found.append(
            Promise(
                CHECK, "hours of a run", place, run.limit_h, run.mean_h.mean, "h", "at most", month,
                law, spread=run.mean_h.spread,
            )
        )  # fmt: skip
        said = figure(row, "hours_per_run")
        if said:
            found.append(
                Promise(
                    CHECK, "hours of a run beside the design's figure", place, said,
                    run.mean_h.mean, "h", "equal", month, law, tolerance=CLOSE,
                    spread=run.mean_h.spread,
                )
            )  # fmt: skip
        if not run.saves:
            continue
        cycle = cycle_of(row, run.gpus, brief, catalog)
        daly = ettr(cycle.interval_s, cycle.save_s, cycle.mtti_s, cycle.restart_s)
        found.append(
            Promise(
                CHECK, "share of time that advances, beside Daly's law", place, daly,
                run.ettr.mean, "1", "equal", month, law, tolerance=CLOSE, spread=run.ettr.spread,
            )
        )  # fmt: skip
        least = brief.reliability.ettr_min_frac
        if least is not None:
            found.append(
                Promise(
                    CHECK, "share of time that advances", place, least, run.ettr.mean, "1",
                    "at least", month, law, spread=run.ettr.spread,
                )
            )  # fmt: skip
    return found


def _pools(design: Design, brief: Brief, catalog: Catalog) -> list[Promise]:
    """Return waits and work done of jobs that share pools, over replications of a month."""
    found = []
    for seen in months(design, brief, catalog):
        w, place, month = seen.load.w, seen.load.place, seen.load.month
        law = f"{MONTHS} months of arrivals at random on the pool; oldest first, best fit"
        limit = getattr(w, "queue_wait_p90_hours", None)
        found += [
            Promise(
                CHECK, "wait of jobs, p90 of the size that waits longest", place,
                0.0 if limit is None else limit, seen.wait_p90_h.mean, "h",
                "told" if limit is None else "at most", month, law, spread=seen.wait_p90_h.spread,
            ),
            Promise(
                CHECK, "share of its slots that the work keeps busy", place,
                1.0 if w.kind in ("job-queue", "training") else brief.policies.job_busy_max_frac,
                seen.busy_frac, "1", "at most", month,
                "GPU-hours asked over slots and hours of a month; failures included",
                tolerance=CLOSE,
            ),
            Promise(
                CHECK, "GPU-hours worked of a month's arrivals", place, seen.asked.mean,
                seen.done.mean, "h", "told", month, law, spread=seen.done.spread,
            ),
        ]  # fmt: skip
        if brief.teams is not None and brief.teams.guaranteed_quota_frac is not None:
            found.append(
                Promise(
                    CHECK, "share of jobs larger than the quota of a team", place, 0.0,
                    seen.borrowed_frac, "1", "told", month,
                    "equal quotas of the guaranteed share; borrowing is as the brief says",
                )
            )  # fmt: skip
    return found


def _nights(design: Design, brief: Brief, catalog: Catalog) -> list[Promise]:
    """Return what batches need of their windows and what services and jobs leave there."""
    return [
        Promise(
            CHECK, "GPU-hours a month in the window of the batch", seen.load.place, seen.needed_h,
            seen.free_h, "h", "at least", seen.load.month,
            "GPUs of the pool less services by the hour and jobs on average",
        )
        for seen in nights(design, brief, catalog)
    ]  # fmt: skip
