"""Assumptions: on what the design rests that the brief does not state."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Row, Table, badge, grouped, row, table
from designlib.report.words import number, quantity

ORDER: Final = 1200

SHARES: Final = ("_frac", "_frac_per_year", "_probability")
"""How the path of an assumption ends where its value is a share."""


def assumption_counts(design: Design) -> list[tuple[str, int]]:
    """Return how many assumptions there are of each confidence, the surest first."""
    counts = Counter(a["confidence"] for a in design.tables["assumptions"])
    known = [(c, counts[c]) for c in words.CONFIDENCE if counts[c]]
    return known + sorted((c, n) for c, n in counts.items() if c not in words.CONFIDENCE)


def assumptions(design: Design) -> Table:
    """Return the register: prices, then what the brief left open, then constants."""
    groups: dict[str, list[Row]] = {"Prices": [], "Left open by the brief": [], "Constants": []}
    known = _numbers(design)
    for entry in design.tables["assumptions"]:
        groups[_chapter(entry, design.brief)].append(
            row(
                Cell(entry["path"], entry["reason"] or ""),
                _value(entry, design.currency),
                known[entry["source"]],
                entry["date"] or words.NONE,
                badge(entry["confidence"]),
            )
        )
    return grouped(
        "Register of assumptions",
        "What | Value # | Source | Date | Confidence",
        [(f"{title} ({len(rows)})", rows, None) for title, rows in groups.items() if rows],
        folded=f"Register of assumptions ({len(design.tables['assumptions'])})",
    )


def _numbers(design: Design) -> dict[str, str]:
    """Return the number of each source, in the order in which the register names them."""
    told = dict.fromkeys(a["source"] for a in design.tables["assumptions"])
    return {source: f"S{n}" for n, source in enumerate(told, 1)}


def sources(design: Design) -> Table:
    """Return every source of the register with the number by which the register names it."""
    rows = design.tables["assumptions"]
    return table(
        "Sources of the register",
        "Number | Source | Values #count",
        [
            (key, source or "not stated", sum(a["source"] == source for a in rows))
            for source, key in _numbers(design).items()
        ],
    )


def _value(entry: dict[str, Any], currency: str) -> str:
    is_share = str(entry["path"]).endswith(SHARES)
    return quantity(entry["value"], entry["unit"].replace("money", currency), is_share=is_share)


def _chapter(entry: dict[str, Any], brief: dict[str, Any]) -> str:
    first = str(entry["path"]).partition(".")[0]
    if first == "prices":
        return "Prices"
    return "Left open by the brief" if first in brief or not entry["date"] else "Constants"


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return every value that the brief left open, with its source, date and confidence."""
    register = assumptions(design)
    return Section(
        "Assumptions",
        lead=(
            f"The design rests on {number(register.rows_count)} values that the brief does not "
            "state. State one in the brief, or put a price into a catalog of your own, and it "
            "replaces the value listed here.",
        ),
        tables=(
            table(
                "Values by confidence",
                "Confidence | Values #",
                [(badge(word), count) for word, count in assumption_counts(design)],
            ),
            register,
            sources(design),
        ),
    )
