"""Draws: who draws on a resource, as far as the records of a design tell it apart."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from designlib.design import Design
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import number, percent

SERVERS: Final = frozenset({"servers", "server_hours", "apart_servers"})
POWER: Final = frozenset({"it_kw", "air_kw", "rear_door_kw", "liquid_kw", "facility_kw"})
PLACES: Final = frozenset({"rack_slots", "positions", "service_racks", "floor_kg", "height_u"})


def draws(design: Design, resource: str, date: int) -> Section:
    """Return each place of a resource at a date, and which work or parts draw on it.

    Parameters
    ----------
    design : Design
        The design.
    resource : str
        Name of the resource in the balance.
    date : int
        Decision date. [mo]
    """
    rows = [
        r
        for r in design.tables["balance"]
        if r["resource"] == resource and r["period_month"] == date
    ]
    title = f"Who draws on {words.label(words.RESOURCES, resource).lower()} at month {date}"
    found = _who(design, resource, date)
    return Section(
        title,
        tables=(_places(rows), *((found,) if found else ())),
        notes=() if found else ("The record of this resource does not tell its users apart.",),
    )


def _places(rows: list[dict[str, Any]]) -> Table:
    return table(
        "Supply and draw of each place, day slice and failure case",
        "Where | When | Supply # | Draw # | Unit | Used #",
        [
            (
                words.place(r["place"]),
                ", ".join(x for x in (r["slice"], r["case"]) if x),
                number(r["supply"]),
                number(r["draw"]),
                r["unit"],
                Cell(percent(r["utilisation"]), share=r["utilisation"]),
            )
            for r in sorted(rows, key=lambda r: -(r["utilisation"] or 0.0))
        ],
    )


def _who(design: Design, resource: str, date: int) -> Table | None:
    if resource in SERVERS:
        return _workloads(design, date)
    if resource in POWER:
        return _parts(design, date, "kw", "Power, kW")
    if resource in PLACES:
        return _parts(design, date, "u_height", "Height, U")
    return None


def _workloads(design: Design, date: int) -> Table | None:
    rows = [r for r in design.tables["operations"] if r["period_month"] == date]
    if not rows:
        return None
    return table(
        "Work that draws on the servers",
        "Workload | Pool | Servers # | GPUs # | Hours a month # | Busy #",
        [
            (
                Cell(r["workload"], r["name"] if r["name"] != r["workload"] else ""),
                words.place(r["pool"]),
                number(r["servers"]),
                number(r["gpus"]),
                number(r["hours"]),
                percent(r["busy_frac"]),
            )
            for r in sorted(rows, key=lambda r: -(r["servers"] or 0.0))
        ],
    )


def _parts(design: Design, date: int, column: str, heading: str) -> Table | None:
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for unit in design.tables["placement"]:
        gone = unit.get("until_month")
        if unit["period_month"] <= date and not (gone and gone <= date):
            held = sums[unit["part_id"], unit["site"]]
            held[0] += 1
            held[1] += unit[column] or 0.0
    if not sums:
        return None
    total = sum(amount for _, amount in sums.values())
    ordered = sorted(sums.items(), key=lambda item: -item[1][1])
    return table(
        "Parts in the racks, the heaviest users first",
        f"Part | Site | Units # | {heading} # | Share #",
        [
            (part, site, number(count), number(amount), _share(amount, total))
            for (part, site), (count, amount) in ordered
        ],
    )


def _share(amount: float, total: float) -> Cell:
    part = amount / total if total else 0.0
    return Cell(percent(part), share=part)
