"""Triggers: how long each layer lasts, and the use at which its next order must leave."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.triggers import service_triggers, triggers
from designlib.faults import FaultError
from designlib.report import words
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table

ORDER: Final = 510


def layers(design: Design) -> Table:
    """Return the resource of each layer that fills first, and when to order."""
    found: list[Any] = triggers(design).to_dict("records")
    rows = [
        (
            words.label(words.LAYERS, row["layer"]),
            Cell(words.label(words.RESOURCES, row["resource"]), words.place(row["place"])),
            row["use_frac"],
            row["growth_per_month_frac"],
            _known(row["lead_months"]),
            _known(row["trigger_frac"]),
            _known(row["first_stock_full_month"]),
            _known(row["full_month"]),
        )
        for row in found
    ]
    return table(
        "A layer is ordered for when so much of it is in use",
        "Layer | What fills first | In use at the last date #percent | Growth a month #percent | "
        "Order to service, months #month | Order at a use of #percent | "
        "First purchase full in month #month | All of it full in month #month",
        rows,
        sheet="Triggers",
    )


def services(design: Design) -> Table | None:
    """Return the load of each service at which more GPUs must be ordered."""
    try:
        found = service_triggers(design)
    except FaultError:
        return None  # a design of another tool, whose brief tells only names
    if found.empty:
        return None
    return table(
        "Load of the GPUs of each service",
        "Service | Highest load that keeps the promise #percent | Growth a month #percent | "
        "Order to service, months #month | Order at a load of #percent",
        [(r[0], r[1], r[2], _known(r[3]), _known(r[4])) for r in found.itertuples(index=False)],
    )


def _known(value: Any) -> float | None:
    return float(value) if isfinite(value) else None


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return when each layer is full and when to order more of it."""
    if triggers(design).empty:
        return None
    loads = services(design)
    return Section(
        "When to order more",
        figures=charts_of(design, "triggers"),
        tables=(layers(design),) if loads is None else (layers(design), loads),
        notes=(
            "An order at that use goes into service just when the layer is full, if the draw grows "
            "on as it does over the horizon.",
        ),
    )
