"""Promises: every promise of the design, counted again by code of its own, with its margin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.charts._margins import margins
from designlib.design import Design
from designlib.report.section import Figure, Section
from designlib.report.table import Cell, table
from designlib.report.words import number, percent
from designlib.validate import Promise, Validation, checks, validate
from designlib.validate.recount import recounts

ORDER: Final = 350
PLAYED: Final = "month"
"""The recount that plays events: it takes seconds, a report none."""
SHEET: Final = "Promises"


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the promises with their margins; None without the catalog that they are counted by."""
    if catalog is None or not design.dates or not design.tables["bill_of_materials"]:
        return None
    found = validate(design, catalog, only={*checks(), *recounts()} - {PLAYED})
    rows = [p.row() for p in found.promises]
    return Section(
        "Promises, counted again",
        lead=(_lead(found),),
        figures=(Figure("margins", margins(rows)),),
        tables=(
            # On paper it would take many pages; the chart has the tightest, the workbook has all.
            replace(
                table(
                    "The tightest date of every promise",
                    "Promise | Where | Promised # | Counted again # | Unit | Margin # | Kept | How",
                    [_row(p) for p in tightest(found.promises)],
                    sheet=SHEET,
                    folded="Show every promise",
                ),
                printed=False,
            ),
        ),
        notes=(
            "Hardware, brief and catalog are all that is believed: cabling, racks, power, storage "
            "flows, orders and money are counted again by other code than the optimizer's. "
            "The command designlib validate also plays a month event by event, with failures and "
            "queues.",
        ),
    )


def tightest(promises: tuple[Promise, ...]) -> list[Promise]:
    """Return of each promise of a place the date with the least margin, rules left out."""
    worst: dict[tuple[str, str, str], Promise] = {}
    for p in promises:
        key = (p.check, p.what, p.where)
        if p.unit != "breaches" and (key not in worst or p.margin < worst[key].margin):
            worst[key] = p
    return list(worst.values())


def _lead(found: Validation) -> str:
    limits = [p for p in found.promises if p.sense != "told"]
    kept = sum(p.kept for p in limits)
    return f"{kept:,} of {len(limits):,} promises are kept when they are counted again."


def _row(p: Promise) -> tuple[Any, ...]:
    told = p.sense == "told"
    where = p.where if p.month is None else f"{p.where}, month {p.month}"
    return (
        p.what,
        where,
        "" if told else f"{_WORDS[p.sense]}{number(p.promised)}",
        number(p.recomputed),
        p.unit,
        "" if told else percent(p.margin),
        "told" if told else Cell("yes" if p.kept else "no", stands_out=not p.kept),
        p.law,
    )


_WORDS: Final = {"at least": "at least ", "at most": "at most ", "equal": ""}
