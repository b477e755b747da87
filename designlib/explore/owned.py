"""Owned: the line of a placed unit, and what takes its place where the unit was there already."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.design import Design

Row = dict[str, Any]


def lines_of(design: Design, units: list[Row], month: int) -> list[Row]:
    """Return for each placed unit the line of the bill that bought it.

    Parameters
    ----------
    design : Design
        A design.
    units : list of dict
        Rows of its placement that are there at a date.
    month : int
        That date. [mo]

    Returns
    -------
    list of dict
        Rows of the bill. A server that was there already has no line: its row names the part, the
        site, the layer and the pool that it is in service for, as a line would.
    """
    lines = {line["line_id"]: line for line in design.tables["bill_of_materials"]}
    pools = _pools(design, month)
    return [lines[unit["line_id"]] if unit["line_id"] else _owned(unit, pools) for unit in units]


def _pools(design: Design, month: int) -> dict[tuple[str, str], list[str]]:
    """Return the pool of each server that was there and is in service at a date."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in design.tables.get("existing", []):
        if row["period_month"] == month and row["pool"]:
            found[row["site"], row["part_id"]] += [row["pool"]] * round(row["count"] or 0)
    return found


def _owned(unit: Row, pools: dict[tuple[str, str], list[str]]) -> Row:
    part, site = unit["part_id"], unit["site"]
    left = pools.get((site, part))
    return {
        "line_id": "",
        "part_id": part,
        "site": site,
        "layer": "compute",
        "pool": left.pop(0) if left else f"{part}-alone",
    }
