"""Jobs: a reference run reaches its speed and its share of useful time, a queue its wait."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, brief_of
from designlib.validate.acceptance._test import AcceptanceTest

SMOKE_HOURS: Final = 1.0
REFERENCE_HOURS: Final = 24.0
GOODPUT_HOURS: Final = 3 * 24.0
SECONDS_PER_HOUR: Final = 3600.0
TRAIN: Final = '"$TRAIN_COMMAND" --max-seconds "{seconds:.0f}" --log "$OUTPUT"'


def tests(design: Design, catalog: Catalog) -> list[AcceptanceTest]:
    """Return the tests of each workload that trains."""
    found: list[AcceptanceTest] = []
    for n, (row, w) in enumerate(_jobs(design), 1):
        told = row["figures"]
        if "hours_per_run" in told:
            found += _training(n, row, w)
        if "queue_wait_p90" in told and getattr(w, "queue_wait_p90_hours", None) is not None:
            found.append(_queue(n, row, w))
    return found


def missing(design: Design, catalog: Catalog) -> list[str]:
    """Return the runs with a promised end and no predicted time."""
    return [
        f"{w.id}: a run must end in time, the design predicts no hours"
        for row, w in _jobs(design)
        if w.kind in ("training", "fine-tuning") and "hours_per_run" not in row["figures"]
    ]


def _jobs(design: Design) -> list[tuple[Row, Any]]:
    """Return how each job runs at the first date on which it runs."""
    every = {w.id: w for w in brief_of(design).workloads}
    seen: dict[str, Row] = {}
    for row in sorted(design.tables["operations"], key=lambda r: r["period_month"]):
        if row["workload_class"] in ("training", "fine-tuning") and row["gpus"]:
            seen.setdefault(row["workload"], row)
    return [(row, every[name]) for name, row in seen.items() if name in every]


def _training(n: int, row: Row, w: Any) -> list[AcceptanceTest]:
    tokens = getattr(w, "tokens_per_run_count", None) or getattr(w, "tokens_count", None) or 0.0
    hours = float(row["figures"]["hours_per_run"]["value"])
    rate = float(tokens) / (hours * SECONDS_PER_HOUR)
    least = row["figures"].get("effective_training_time", {}).get("value")
    found = [
        _run(n, "smoke", "first", SMOKE_HOURS, rate, row),
        _run(n, "reference", "whole", REFERENCE_HOURS, rate, row),
    ]
    if least is not None:
        found.append(_goodput(n, row, float(least)))
    return found


def _run(n: int, name: str, stage: str, hours: float, rate: float, row: Row) -> AcceptanceTest:
    return AcceptanceTest(
        id=f"training-{n}-{name}",
        stage=stage,
        promise=f"{row['workload']} trains at the speed that its deadline needs",
        subject=row["workload"],
        tool="training log",
        metric="tokens_per_s",
        command=TRAIN.format(seconds=hours * SECONDS_PER_HOUR),
        threshold=rate,
        unit="tokens/s",
        rule=">=",
        samples=f"{hours:g} h in the layout {row['layout']}; the median step counts",
        hours=hours if stage == "first" else 0.0,
        basis="tokens of a run over its predicted hours",
    )


def _goodput(n: int, row: Row, least: float) -> AcceptanceTest:
    return AcceptanceTest(
        id=f"training-{n}-goodput",
        stage="whole",
        promise=f"{row['workload']} advances through failures and saves",
        subject=row["workload"],
        tool="training log",
        metric="goodput",
        command=TRAIN.format(seconds=GOODPUT_HOURS * SECONDS_PER_HOUR),
        threshold=least,
        unit="1",
        rule=">=",
        samples=f"{GOODPUT_HOURS:g} h with one server pulled on purpose",
        hours=GOODPUT_HOURS,
        basis="effective training time of the design",
    )


def _queue(n: int, row: Row, w: Any) -> AcceptanceTest:
    return AcceptanceTest(
        id=f"queue-{n}",
        stage="whole",
        promise=f"jobs of {row['name']} wait no longer than promised",
        subject=row["workload"],
        tool="Slurm accounting",
        metric="wait_p90",
        command="sacct --allusers --format=JobID,Submit,Start --starttime now-7days --parsable2",
        threshold=float(w.queue_wait_p90_hours),
        unit="h",
        rule="<=",
        samples="one week of jobs",
        hours=0.0,
        basis="promise of the brief",
    )
