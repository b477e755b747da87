"""Floor: where the racks stand, what the floor bears, and how long the cables are."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.charts.network import KINDS, lengths
from designlib.design import Design
from designlib.explore.floor import EMPTY, FREE, cable_lengths, floor, split
from designlib.faults import FaultError
from designlib.report.figures import charts_of
from designlib.report.section import Figure, Section
from designlib.report.table import Cell, Column, Table, table
from designlib.report.words import number, plural

ORDER: Final = 620

POSITION_HEADS: Final = (
    Column("Position", "", "count"), Column("Site"), Column("Row", "", "count"),
    Column("Place in the row", "", "count"), Column("Along the row", "m", "tenth"),
    Column("Across the rows", "m", "tenth"), Column("Rack"), Column("Cooling"), Column("Holds"),
    Column("Power", "kW", "tenth"), Column("Weight", "kg", "count"),
    Column("Floor load", "kg/m2", "count"), Column("Floor limit", "kg/m2", "count"),
)  # fmt: skip
SPLIT_HEADS: Final = (
    Column("Kind of cable"), Column("Links", "", "count"), Column("Longest", "m", "tenth"),
    Column("Reaches", "m", "tenth"),
)  # fmt: skip
LENGTH_HEADS: Final = (
    Column("Network"), Column("Links between"), Column("Cable"), Column("Kind"),
    Column("Simplest kind that reaches"), Column("Up to", "m", "count"),
    Column("Links", "", "count"),
)  # fmt: skip


def positions(found: Any) -> Table:
    """Return every rack position with what stands there."""
    rows = [
        (
            Cell(value=int(r.position) + 1), r.site, Cell(value=int(r.row) + 1),
            Cell(value=int(r.column) + 1), Cell(value=float(r.x_m)), Cell(value=float(r.y_m)),
            r.rack or "none", r.rack_kind, r.holds, Cell(value=float(r.kw)),
            Cell(value=float(r.kg)), Cell(value=float(r.kg_per_m2)),
            _limit(r.floor_limit_kg_per_m2),
        )
        for r in found.itertuples()
    ]  # fmt: skip
    return table(
        "Rack positions", POSITION_HEADS, rows, sheet="Floor plan", folded="Every position"
    )


def _limit(kg_per_m2: Any) -> Cell | None:
    """Return what the floor bears; None where the brief states nothing."""
    known = kg_per_m2 is not None and kg_per_m2 == kg_per_m2
    return Cell(value=float(kg_per_m2)) if known else None


def cable_tables(design: Design, catalog: Catalog, found: Any) -> tuple[Table, ...]:
    """Return the split of the links by kind of cable, and every length."""
    kinds = [
        (KINDS.get(s.kind, s.kind), Cell(value=s.links), Cell(value=s.longest_m),
         Cell(value=s.reach_m))
        for s in split(design, catalog)
    ]  # fmt: skip
    rows = [
        (r.fabric, r.tier, r.part, KINDS.get(r.kind, r.kind), KINDS.get(r.could_be, r.could_be),
         Cell(value=int(r.up_to_m)), Cell(value=int(r.links)))
        for r in found.itertuples()
    ]  # fmt: skip
    return (
        table("Links by kind of cable", SPLIT_HEADS, kinds),
        table("Lengths of the links", LENGTH_HEADS, rows, sheet="Cable lengths",
              folded="Every length"),
    )  # fmt: skip


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the floor plan and the lengths of the cables; nothing without racks."""
    if not design.tables["placement"]:
        return None
    figures = charts_of(design, "floor_plan")
    if catalog is None:
        return Section("Floor plan", figures=figures)
    found = floor(design, catalog)
    heaviest = found.kg_per_m2.max()
    lead = [
        f"{plural(int((found['rack'] != '').sum()), 'filled rack')} stand on "
        f"{plural(len(found), 'position')}; {number(int((found.rack_kind == EMPTY).sum()))} racks "
        "are bought and hold nothing yet, so that whatever is bought finds room, and "
        f"{number(int((found.rack_kind == FREE).sum()))} positions stay free. The floor bears at "
        f"most {number(heaviest)} kg/m2."
    ]
    tables: tuple[Table, ...] = (positions(found),)
    try:
        made = cable_lengths(design, catalog)
    except FaultError:
        made = None  # a design whose switches are those of no even fabric has no cable list
    if made is not None and len(made):
        figures = (*figures, Figure("cable_lengths", lengths(made)))
        tables = (*tables, *cable_tables(design, catalog, made))
        lead.append("Cables run from the rack up to the tray, along it and down again.")
    return Section("Floor plan", lead=tuple(lead), figures=figures, tables=tables)
