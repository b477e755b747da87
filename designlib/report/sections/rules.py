"""Rules: how the design keeps each rule on the data."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table

ORDER: Final = 900


def rules(design: Design) -> Table | None:
    """Return how each rule on the data is kept; None where the brief states none."""
    rows = design.tables.get("compliance") or []
    if not rows:
        return None
    return table(
        "Who asks, how the design keeps the rule, and what it removed and added",
        "Rule | Kept by | Parts removed | Items added",
        [
            (
                Cell(words.capital(r["rule"]), f"asked by {r['asked_by']}"),
                words.capital(r["kept_by"]),
                r["parts_removed"],
                r["items_added"],
            )
            for r in rows
        ],
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return the compliance matrix: each control, the element of the design, the evidence."""
    kept, title = rules(design), "Compliance matrix"
    if kept is None:
        none = "The brief names no rule on the data: no part was removed and none added for one."
        return Section(title, lead=(none,))
    return Section(
        title,
        lead=(
            "Each rule is a control. The design keeps it by what it says here; the evidence is "
            "what an auditor asks for, and is collected in operation.",
        ),
        tables=(kept, _matrix(design)),
    )


def _matrix(design: Design) -> Table:
    """Return control, design element and the evidence that shows it."""
    lines: dict[str, list[str]] = {}
    for line in design.tables["bill_of_materials"]:
        lines.setdefault(line["part_id"], []).append(line["line_id"])
    return table(
        "Control, element of the design, evidence",
        "Control | Element of the design | Evidence",
        [
            (
                words.capital(r["rule"]),
                words.capital(r["kept_by"]),
                _evidence(r["items_added"], lines),
            )
            for r in design.tables["compliance"]
        ],
        sheet="Compliance",
    )


def _evidence(items: str, lines: dict[str, list[str]]) -> str:
    """Return what shows that a control is in place: what was added for it, with its lines."""
    named = [item.strip() for item in (items or "").split(",") if item.strip() not in {"", "none"}]
    if not named:
        return "the configuration of the element, kept with the design"
    told = [f"{n} (lines {', '.join(lines[n])})" if n in lines else n for n in named]
    return f"configuration and log of {'; '.join(told)}"
