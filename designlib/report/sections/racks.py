"""Racks: what stands where; racks that hold the same are shown once."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import standing
from designlib.report import words
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Cell, Row, Table, row, table
from designlib.report.words import NONE, month, number, plural

ORDER: Final = 600

Unit = dict[str, Any]


def _units(design: Design) -> list[Unit]:
    """Return what stands in racks at the last date."""
    return standing(design.tables["placement"], max(design.dates, default=0))


def rack_table(design: Design) -> Table:
    """Return the racks; those of equal content in one row."""
    units = _units(design)
    found = _alike(units)
    total = row(
        Cell("All racks", plural(sum(len(names) for names, _ in found), "rack")),
        "",
        plural(len(units), "unit"),
        "",
        number(sum(u["kw"] or 0.0 for u in units)),
        number(sum(u["kg"] or 0.0 for u in units)),
        "",
    )
    return table(
        "Racks and what they hold; power and weight are of one rack",
        "Rack | Cooling | Content, from the floor up | Height used, U # | Power, kW # | "
        "Weight, kg # | In service, month #",
        [_row(names, held) for names, held in found],
        total,
    )


def _alike(units: list[Unit]) -> list[tuple[list[str], list[Unit]]]:
    """Return the names of the racks of equal content, with the content of the first."""
    racks: dict[tuple[str, str], list[Unit]] = {}
    for unit in sorted(units, key=lambda u: (u["site"], u["rack"], u["u_bottom"])):
        racks.setdefault((unit["site"], unit["rack"]), []).append(unit)
    groups: dict[tuple[Any, ...], tuple[list[str], list[Unit]]] = {}
    for (site, rack), held in racks.items():
        content = tuple(
            (u["rack_kind"], u["part_id"], u["u_bottom"], u["u_height"], u["period_month"])
            for u in held
        )
        groups.setdefault((site, content), ([], held))[0].append(rack)
    return list(groups.values())


def _row(names: list[str], held: list[Unit]) -> Row:
    parts = Counter(u["part_id"] for u in held)
    months = sorted({u["period_month"] for u in held})
    return row(
        Cell(_span(names), f"{plural(len(names), 'rack')}, {held[0]['site']}"),
        held[0]["rack_kind"],
        ", ".join(f"{n} \N{MULTIPLICATION SIGN} {part}" for part, n in parts.items()),
        number(sum(u["u_height"] for u in held)),
        number(sum(u["kw"] or 0.0 for u in held)),
        number(sum(u["kg"] or 0.0 for u in held)),
        ", ".join(month(m) for m in months),
    )


def _span(names: list[str]) -> str:
    """Return the names of racks, short where there are many."""
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} to {names[-1]}"


def fabrics(design: Design) -> Table:
    """Return the networks and how many switches each has."""
    return table(
        "Networks",
        "Network | Technology | Switch | Leaf # | Spine # | Core # | At month #",
        [
            (
                Cell(words.capital(f["name"].partition(": ")[0]), f.get("site", "")),
                f["technology"],
                f["switch"],
                *(number(f[tier]) if f[tier] else NONE for tier in ("leaf", "spine", "core")),
                month(f["period_month"]),
            )
            for f in design.summary.get("fabrics") or []
        ],
    )


def power(design: Design) -> Table:
    """Return power, weight and height of every rack; power adds up to that of all units."""
    racks: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in _units(design):
        racks.setdefault((unit["site"], unit["rack"], unit["rack_kind"]), []).append(unit)
    sums = {
        key: (
            sum(u["u_height"] for u in held),
            sum(u["kw"] or 0.0 for u in held),
            sum(u["kg"] or 0.0 for u in held),
        )
        for key, held in sorted(racks.items())
    }
    rows = [(rack, site, kind, *sums[site, rack, kind]) for site, rack, kind in sums]
    return table(
        "Power of each rack",
        "Rack | Site | Cooling | Height used, U #count | Power, kW #tenth | Weight, kg #count",
        rows,
        ("All", "", "", *(sum(held[n] for held in sums.values()) for n in range(3))),
        sheet="Power",
        folded=f"Power of each rack ({len(rows)})",
    )


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return what stands where, and how it is connected."""
    return Section(
        "Racks and networks",
        figures=charts_of(design, "racks", "network", "oversubscription"),
        tables=(rack_table(design), fabrics(design), power(design)),
    )
