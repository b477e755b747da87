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


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return how each rule on the data is kept, where the brief states any."""
    kept = rules(design)
    return Section("Rules on the data", tables=(kept,)) if kept else None
