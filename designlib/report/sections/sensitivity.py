"""Sensitivity: what each input does to the cost, every end of it optimized anew."""

from __future__ import annotations

from textwrap import shorten
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.charts import plot
from designlib.design import Design
from designlib.report.section import Figure, Section
from designlib.report.table import Cell, table
from designlib.report.words import money

ORDER: Final = 1050
REASON_MAX: Final = 200
"""Longest reason that the table shows. [characters]"""

HEADS = "Input | Moved to | Present value # | Change at least # | Change at most # | What it means"


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the chapter on what moves the cost, where inputs were moved."""
    rows: list[dict[str, Any]] = design.summary.get("sensitivity") or []
    if not rows:
        return None
    return Section(
        "What moves the cost",
        lead=(
            "Every line is a design of its own, optimized again with one input changed: prices at "
            "the ends of their own bands, the other inputs moved by the same share.",
        ),
        figures=(Figure("tornado", plot("tornado", design)),),
        tables=(table("Each input at both ends", HEADS, [_row(r) for r in rows]),),
    )


def _row(r: dict[str, Any]) -> list[Cell | str]:
    if r["objective"] is None:
        reason = shorten(r["reason"], REASON_MAX, placeholder=" ...")
        return [r["driver"], r["change"], "", "", "", Cell(r["status"], note=reason)]
    low, high = r["change_low"], r["change_high"]
    proven = "dearer, proven" if low > 0 else "cheaper, proven" if high < 0 else "within the gap"
    return [r["driver"], r["change"], money(r["objective"]), money(low), money(high), proven]
