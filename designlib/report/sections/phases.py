"""Phases: when each part is ordered, delivered, installed and accepted, and what may not slip."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.phase_plan import phase_plan
from designlib.report import words
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table

ORDER: Final = 210


def plan(design: Design) -> Table:
    """Return the parts of each date, the longest wait first."""
    found: list[Any] = phase_plan(design).to_dict("records")
    rows = [
        (
            Cell(row["name"], row["part_id"]),
            words.label(words.LAYERS, row["layer"]),
            row["count"],
            row["order_month"],
            row["delivery_month"],
            row["period_month"],
            row["wait_months"],
            "critical" if row["critical"] else "",
        )
        for row in found
    ]
    return table(
        "Order, delivery and service of each part",
        "Part | Layer | Count #count | Order by month #month | Delivered by month #month | "
        "In service, month #month | Order to service, months #month | Path",
        rows,
        sheet="Phase plan",
        folded="The whole plan",
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the phases of the purchase, where anything is bought."""
    if not design.tables["bill_of_materials"]:
        return None
    return Section(
        "Phase plan",
        figures=charts_of(design, "schedule"),
        tables=(plan(design),),
        notes=(
            "Parts of one date are accepted together: the part that takes longest is critical, and "
            "a day lost there is a day lost for all of them.",
        ),
    )
