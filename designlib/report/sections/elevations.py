"""Elevations: every unit of height of every rack, and what each rack carries of what it may."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.elevations import elevations, racks
from designlib.report.section import Section
from designlib.report.table import Cell, Column, Table, table
from designlib.report.words import number, plural

ORDER: Final = 610

RACK_HEADS: Final = (
    Column("Rack"), Column("Site"), Column("Cooling"), Column("Height used", "U", "count"),
    Column("Height usable", "U", "count"), Column("Power", "kW", "tenth"),
    Column("Rack limit", "kW", "tenth"), Column("One path carries", "kW", "tenth"),
    Column("Room air", "kW", "tenth"), Column("Loop", "kW", "tenth"),
    Column("Rear door", "kW", "tenth"), Column("Weight", "kg", "count"),
    Column("Weight limit", "kg", "count"), Column("Ports", "", "count"),
    Column("In service", "month", "month"),
)  # fmt: skip
UNIT_HEADS: Final = (
    Column("Rack"), Column("Site"), Column("From", "U", "count"), Column("Height", "U", "count"),
    Column("Device"), Column("Part"), Column("Line"), Column("Feeds"),
    Column("Power", "kW", "tenth"), Column("Room air", "kW", "tenth"),
    Column("Loop", "kW", "tenth"), Column("Rear door", "kW", "tenth"),
    Column("Weight", "kg", "tenth"), Column("Ports", "", "count"),
    Column("In service", "month", "month"),
)  # fmt: skip


def rack_sums(found: pd.DataFrame) -> Table:
    """Return what each rack carries beside what it may."""
    rows = [
        (
            r["rack"], r["site"], r["rack_kind"], r["used_u"], r["usable_u"], r["kw"],
            r["limit_kw"], r["failover_kw"], r["air_kw"], r["liquid_kw"], r["door_kw"],
            r["kg"], r["limit_kg"], r["ports"], r["period_month"],
        )
        for r in _records(found)
    ]  # fmt: skip
    total = (
        "All racks", "", plural(len(found), "rack"), found.used_u.sum(), None, found.kw.sum(),
        None, None, found.air_kw.sum(), found.liquid_kw.sum(), found.door_kw.sum(),
        found.kg.sum(), None, found.ports.sum(), None,
    )  # fmt: skip
    return table(
        "Racks: what each carries and may carry",
        RACK_HEADS,
        [tuple(_cell(x) for x in row) for row in rows],
        tuple(_cell(x) for x in total),
        sheet="Rack sums",
        folded="Every rack",
    )


def units(found: pd.DataFrame) -> Table:
    """Return every unit of height of every rack; what is blank says so."""
    rows = [
        (
            r["rack"], r["site"], r["u_bottom"], r["u_height"], r["device"] or "blank",
            r["part_id"], r["line_id"], r["feeds"], r["kw"], r["air_kw"], r["liquid_kw"],
            r["door_kw"], r["kg"], r["ports"], r["period_month"],
        )
        for r in _records(found)
    ]  # fmt: skip
    return table(
        "Elevations: every unit of height, from the floor up",
        UNIT_HEADS,
        [tuple(_cell(x) for x in row) for row in rows],
        sheet="Elevations",
        folded="Every unit of height",
    )


def _records(found: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in r.items()} for r in found.to_dict("records")]


def _cell(value: Any) -> Any:
    """Return a cell of a plain number or text."""
    if hasattr(value, "item"):
        value = value.item()
    return Cell(value=value) if isinstance(value, (int, float)) else value


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the elevation of every rack; nothing without the catalog or without racks."""
    if catalog is None or not design.tables["placement"]:
        return None
    sums = racks(design, catalog)
    tight = (sums.kw / sums.limit_kw).max()
    paths = (sums.kw / sums.failover_kw).max()
    lead = (
        f"{plural(len(sums), 'rack')} hold {plural(len(design.tables['placement']), 'unit')}. The "
        f"fullest carries {tight:.0%} of what its position feeds and cools; with one of two paths "
        f"of power lost, the strips of the other carry at most {paths:.0%} of their rating. The "
        f"heaviest weighs {number(sums.kg.max())} kg without the cabinet."
    )
    return Section(
        "Rack elevations",
        lead=(lead,),
        tables=(rack_sums(sums), units(elevations(design, catalog))),
        notes=(
            "Feeds A and B are independent paths; every device hangs on both. Heat goes to the "
            "room air, to a loop to the chips, or to a rear door.",
        ),
    )
