"""Why not: what was left out and why, and what the optimizer weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Cell, Row, Table, grouped, row, table
from designlib.report.words import number, quantity

ORDER: Final = 1100
SHOWN_MAX: Final = 40
"""Options of one group on the page, so that it stays small; the workbook has them all. [1]"""

DOMINATED: Final = "dominated by "

EVERY: Final = "*"


@dataclass(frozen=True)
class Reason:
    """Options that were dropped for one kind of reason."""

    text: str
    rows: tuple[dict[str, Any], ...]

    @property
    def workloads(self) -> str:
        """Workloads that lost an option."""
        named = sorted({entry["workload"] for entry in self.rows})
        return "all" if EVERY in named else ", ".join(named)


def reasons(rows: Iterable[dict[str, Any]]) -> list[Reason]:
    """Return why options were dropped, by kind of reason, the most frequent first."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in rows:
        if entry["status"] == "dropped":
            kinds.setdefault(_kind(entry["reason"]), []).append(entry)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Reason(_text(kind, mine), tuple(mine)) for kind, mine in ordered]


def _kind(reason: str) -> str:
    """Return a reason without its names and numbers."""
    if reason.startswith(DOMINATED):
        _, _, why = reason.partition(": ")
        return f"another option is never worse{f': {why}' if why else ''}"
    return re.sub(r"\d[\d,]*(\.\d+)?", "\N{HORIZONTAL ELLIPSIS}", reason)


def _text(kind: str, mine: list[dict[str, Any]]) -> str:
    told = {entry["reason"] for entry in mine}
    return words.capital(told.pop() if len(told) == 1 else kind)


def counts(found: list[Reason]) -> Table:
    """Return how many options each kind of reason dropped."""
    return table(
        "Options dropped before the optimization, by reason",
        "Reason | Workloads | Options #",
        [(reason.text, reason.workloads, number(len(reason.rows))) for reason in found],
        row("All", "", number(sum(len(reason.rows) for reason in found))),
    )


def dropped(found: list[Reason]) -> Table:
    """Return every dropped option with its own reason."""
    held = sum(len(reason.rows) for reason in found)
    told = grouped(
        "Dropped options",
        "Option | Workload | Reason",
        [
            (
                _headed(reason.text, len(reason.rows)),
                [
                    row(
                        Cell(entry["candidate"] or entry["part_id"], entry["part_id"]),
                        "all" if entry["workload"] == EVERY else entry["workload"],
                        words.capital(entry["reason"]),
                    )
                    for entry in reason.rows[:SHOWN_MAX]
                ],
                None,
            )
            for reason in found
        ],
        folded=f"Dropped options ({held})",
    )
    return replace(told, printed=False)


def _headed(title: str, count: int) -> str:
    """Return the heading of a group, which says what of it the page leaves to the workbook."""
    more = f", {SHOWN_MAX} shown, all in the workbook" if count > SHOWN_MAX else ""
    return f"{title} ({number(count)}{more})"


def considered(design: Design) -> Table:
    """Return the options that the optimizer weighed, by workload, the chosen ones first."""
    rank = {"chosen": 0, "considered": 1}
    kept = [c for c in design.tables["candidates"] if c["status"] in rank]
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in sorted(kept, key=lambda c: (c["workload"], rank[c["status"]], c["candidate"])):
        groups.setdefault(entry["workload"], []).append(entry)
    told = grouped(
        "Options that the optimizer weighed",
        "Option | Predicted | Outcome",
        [
            (
                _headed(workload, len(mine)),
                [_considered(entry) for entry in mine[:SHOWN_MAX]],
                None,
            )
            for workload, mine in groups.items()
        ],
        folded=f"Options that the optimizer weighed ({len(kept)})",
    )
    return replace(told, printed=False)


def _best(figure: dict[str, Any]) -> str:
    return quantity(figure["value"], figure["unit"], is_share=figure["unit"] == "1")


def _considered(entry: dict[str, Any]) -> Row:
    told = [
        f"{words.figure_name(name).lower()} {_best(figure)}"
        for name, figure in list(entry["figures"].items())[:2]
    ]
    return row(
        Cell(entry["candidate"], entry["part_id"]),
        "; ".join(told) or words.NONE,
        Cell("chosen", badge="kept") if entry["status"] == "chosen" else entry["reason"],
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return which options the search weighed, and why the others were dropped."""
    found = reasons(design.tables["candidates"])
    return Section(
        "Why not something else",
        figures=charts_of(design, "candidates"),
        tables=(counts(found), dropped(found), considered(design)),
    )
