"""Statements: requirements of a brief in words, for those that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designlib.brief import Brief
from designlib.milp.diagnosis import Conflict
from designlib.milp.requirements import LIMIT, Requirement
from designlib.problem.tables import Problem

FEW = 6
"""Statements above which the work among them is told as one. [1]"""

ASKS: dict[str, tuple[tuple[str, str], ...]] = {
    "training": (("tokens_count", "tokens"), ("deadline_days", "days")),
    "fine-tuning": (("runs_per_month_count", "runs a month"), ("max_hours", "h a run at most")),
    "dedicated-training": (("gpus_count", "GPUs"),),
    "inference": (("peak_requests_s", "requests/s at the peak"),),
    "tiered-inference": (("peak_requests_s", "requests/s at the peak"),),
    "batch-inference": (("items_per_month_count", "items a month"),),
    "cpu-inference": (("peak_requests_s", "requests/s at the peak"),),
    "image-inference": (("studies_per_day", "studies a day"),),
    "job-queue": (("jobs_per_day", "jobs a day"),),
}
"""Kind of work -> fields that say how much of it is asked, and their words."""

Row = dict[str, Any]


def sets_of(brief: Brief, p: Problem, conflicts: Sequence[Conflict]) -> list[Row]:
    """Return the conflicts as rows of statements, each with its place in the brief."""
    return [
        {"statements": _statements(brief, p, found), "irreducible": found.irreducible}
        for found in conflicts
    ]


def _statements(brief: Brief, p: Problem, found: Conflict) -> list[Row]:
    rows = [start_statement(brief, p)] if found.too_early else []
    rows += [limit_statement(r) for r in found.statements if r.kind == LIMIT]
    work = [work_statement(brief, r.words) for r in found.statements if r.kind != LIMIT]
    if len(rows) + len(work) > FEW:
        named = ", ".join(row["requirement"] for row in work)
        sentence = f"all of {named} must be done"
        work = [_row("the work", [row["path"] for row in work], None, "", sentence)]
    return rows + work


def start_statement(brief: Brief, p: Problem) -> Row:
    """Return the statement that the work begins when it does."""
    month = p.dates[0]
    words = f"the work begins at month {month}"
    return _row("start of service", "service_start_month", month, "month", words)


def limit_statement(r: Requirement) -> Row:
    """Return the statement that there is no more of something."""
    value = f"{r.value:,.3f}".rstrip("0").rstrip(".")
    row = _row(r.words, r.path, r.value, r.unit, f"{r.words}: {value} {r.unit} and no more")
    return {**row, "month": r.month}


def work_statement(brief: Brief, name: str) -> Row:
    """Return the statement that a workload must be done, and how much of it is asked."""
    work = next((w for w in brief.work() if w.id == name), None)
    title = f"{name} ({work.name})" if work and work.name and work.name != name else name
    asked = [
        f"{getattr(work, field):,.15g} {words}"
        for field, words in ASKS.get(work.kind if work else "", ())
        if getattr(work, field, None)
    ]
    how = f": {', '.join(asked)}" if asked else " must be done"
    return _row(name, brief.path_of(name), None, "", f"{title}{how}")


def _row(words: str, path: Any, value: float | None, unit: str, sentence: str) -> Row:
    return {
        "requirement": words,
        "path": path,
        "value": value,
        "unit": unit,
        "sentence": sentence,
    }
