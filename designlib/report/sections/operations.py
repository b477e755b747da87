"""Operations: how each workload runs, and its predicted figures against what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Table, grouped, row, table
from designlib.report.words import number, percent, quantity

ORDER: Final = 700

LIMITS: Final = {
    "hours_per_run": "max_hours",
    "ttft_p95": "ttft_p95_s",
    "tpot_p95": "tpot_p95_s",
    "ttft_p95_s": "ttft_p95_s",
    "tpot_p95_s": "tpot_p95_s",
    "run_hours": "max_hours",
}
"""Where the brief states the most that a figure may be."""


ESTIMATES: Final = ("low", "value", "high")


@dataclass(frozen=True)
class Figure:
    """One predicted figure of a workload, in words, with its verdict.

    Attributes
    ----------
    verdict : str
        ``kept``, ``at risk`` or ``broken``; empty where the brief states no limit.
    """

    workload: str
    label: str
    low: str
    best: str
    worst: str
    limit: str
    verdict: str


def last_runs(design: Design) -> list[dict[str, Any]]:
    """Return how the workloads run at the last date."""
    last = max(design.dates, default=0)
    return [run for run in design.tables["operations"] if run["period_month"] == last]


def title(run: dict[str, Any]) -> str:
    """Return id and name of the workload that runs."""
    name = run["name"]
    return run["workload"] if name in ("", run["workload"]) else f"{run['workload']} {name}"


def _part(run: dict[str, Any], parts: dict[str, str], names: dict[str, str]) -> str:
    """Return the name of what a workload runs on."""
    part = parts.get(run["candidate"], "")
    return words.short_name(names.get(part, part or words.place(run["pool"])))


def runs(design: Design) -> Table:
    """Return on what each workload runs at the last date."""
    names = {b["part_id"]: b["name"] for b in design.tables["bill_of_materials"]}
    parts = {c["candidate"]: c["part_id"] for c in design.tables["candidates"]}
    rows = []
    for run in last_runs(design):
        batch = run["batch"]
        rows.append(
            row(
                Cell(title(run), run["workload_class"]),
                Cell(_part(run, parts, names), f"pool {words.place(run['pool'])}"),
                Cell(run["layout"] or words.NONE, run["precision"] or ""),
                number(batch) if batch else words.NONE,
                number(run["gpus"]),
                number(run["replicas"]) if run["replicas"] else words.NONE,
                Cell(percent(run["busy_frac"]), share=run["busy_frac"]),
            )
        )
    return table(
        f"How the workloads run at month {max(design.dates, default=0)}",
        "Workload | Runs on | Layout and precision | Batch # | GPUs # | Replicas # | Busy #",
        rows,
    )


def figures(design: Design) -> Iterator[Figure]:
    """Yield every predicted figure at the last date, with its verdict."""
    stated = {w.get("id"): w for w in design.brief.get("workloads", [])}
    for run in last_runs(design):
        for name, figure in run["figures"].items():
            limit = figure.get("limit")
            if limit is None:
                limit = stated.get(run["workload"], {}).get(LIMITS.get(name, ""))
            unit = figure["unit"]
            low, best, high = (
                quantity(figure[key], unit, is_share=unit == "1") for key in ESTIMATES
            )
            yield Figure(
                title(run),
                words.figure_name(name),
                low,
                best,
                high,
                quantity(limit, unit, is_share=unit == "1") if limit is not None else words.NONE,
                _verdict(figure, limit),
            )


def _verdict(figure: dict[str, Any], limit: float | None) -> str:
    if limit is None:
        return ""
    if figure["value"] > limit * (1 + 1e-9):
        return "broken"
    return "at risk" if figure["high"] > limit * (1 + 1e-9) else "kept"


def exceeded(design: Design) -> list[Figure]:
    """Return the figures whose range crosses the limit of the brief."""
    return [f for f in figures(design) if f.verdict in {"at risk", "broken"}]


def predictions(design: Design) -> Table:
    """Return the predicted figures: low, best and high estimate, and the limit of the brief."""
    groups: dict[str, list[Figure]] = {}
    for figure in dict.fromkeys(figures(design)):  # alike at two sites: told once
        groups.setdefault(figure.workload, []).append(figure)
    return grouped(
        f"Predicted figures at month {max(design.dates, default=0)}",
        "Figure | Low # | Best estimate # | High # | Limit # | Promise",
        [
            (
                heading,
                [
                    row(
                        f.label,
                        f.low,
                        f.best,
                        f.worst,
                        f.limit,
                        Cell(f.verdict or words.NONE, badge=f.verdict.replace(" ", "-")),
                    )
                    for f in mine
                ],
                None,
            )
            for heading, mine in groups.items()
        ],
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return how each workload runs, and which of its promises are kept."""
    return Section(
        "Operations",
        tables=(runs(design), predictions(design)),
        notes=(
            "A promise is kept when the whole range stays within the limit of the brief, and at "
            "risk when only the best estimate does.",
        ),
    )
