"""Balance: a design is balanced when every layer supplies at least what the others draw."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import bottleneck, by_layer
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Cell, Row, Table, grouped, row
from designlib.report.words import factor, number, percent

ORDER: Final = 300

TOLERANCE = 1e-6


def balance(design: Design) -> Table:
    """Return supply and draw of every resource at the last date, the tightest first in a layer."""
    last = max(design.dates, default=0)
    rows = [r for r in design.tables["balance"] if r["period_month"] == last]
    tight = design.summary.get("bottleneck") or {}
    groups = [
        (
            words.label(words.LAYERS, layer),
            [
                _balance_row(r, tight)
                for r in sorted(mine, key=lambda r: -(r["utilisation"] or 0.0))
            ],
            None,
        )
        for layer, mine in by_layer(r for r in rows if r["resource"] != "capability")
    ]
    return grouped(
        f"Supply and draw at month {last}",
        "Resource | Where | Unit | Supply # | Draw # | Left # | Used # | Room to grow #",
        groups,
    )


def _balance_row(r: dict[str, Any], tight: dict[str, Any]) -> Row:
    first = bool(tight) and (r["resource"], r["place"]) == (tight["resource"], tight["place"])
    name = words.label(words.RESOURCES, r["resource"])
    when = [x for x in (r["slice"], r["case"] if r["case"] != "normal" else "") if x]
    return row(
        Cell(f"{name}: bottleneck" if first else name, ", ".join(when), stands_out=first),
        words.place(r["place"]),
        r["unit"],
        number(r["supply"]),
        number(r["draw"]),
        number(r["slack"] if abs(r["slack"] or 0.0) > TOLERANCE else 0),
        Cell(percent(r["utilisation"]), share=r["utilisation"], stands_out=first),
        factor(r["growth_factor"]),
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return how far each layer is used, and which fills up first."""
    law = "A design is balanced when every layer supplies at least what the others draw."
    return Section(
        "Balance",
        lead=(f"{law} {bottleneck(design)}",),
        figures=charts_of(design, "balance"),
        tables=(balance(design),),
        notes=(
            "Room to grow is the factor by which all workloads can grow together until the "
            "resource is full; what growth does not draw on is fixed.",
        ),
    )
