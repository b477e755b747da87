"""Acceptance: how each promise is measured before the cluster is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Section
from designlib.report.table import Cell, Table, grouped
from designlib.validate.acceptance import AcceptanceTest, acceptance

ORDER: Final = 940
SHEET: Final = "Acceptance plan"
STAGES: Final = {
    "first": "On a pilot, before the rest is accepted",
    "whole": "On the whole cluster",
}
HEADS: Final = "Promise | Tool | Passes where # figure | Unit | Samples | Hours # figure | Basis"
SIGNS: Final = {">=": "at least", "<=": "at most"}


def plan(tests: Sequence[AcceptanceTest]) -> Table:
    """Return the acceptance plan: one row a test, the pilot's first."""
    stages = [(title, [t for t in tests if t.stage == stage]) for stage, title in STAGES.items()]
    return grouped(
        "Each promised figure with its tool, its limit and its samples",
        HEADS,
        [(title, [_row(t) for t in mine], None) for title, mine in stages if mine],
        sheet=SHEET,
    )


def _row(t: AcceptanceTest) -> tuple[Any, ...]:
    limit = f"{SIGNS[t.rule]} {t.threshold:,.4g}"
    return (
        Cell(t.promise, t.id),
        Cell(t.tool, t.command),
        Cell(limit, value=t.threshold),
        t.unit,
        t.samples,
        t.hours,
        t.basis,
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the acceptance plan; None without the catalog, or where nothing is promised."""
    tests = acceptance(design, catalog) if catalog is not None else ()
    if not tests:
        return None
    hours = sum(t.hours for t in tests if t.stage == "first")
    lead = (
        f"{len(tests)} tests hold the promises of this design; those of the pilot take"
        f" {hours:,.0f} hours. The command designlib review DESIGN --acceptance DIR writes each"
        " as a script that says pass or fail."
    )
    return Section("Acceptance test plan", lead=(lead,), tables=(plan(tests),))
