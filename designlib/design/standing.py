"""Standing: which placed units are there at a date, and where along the rows their racks are."""

from __future__ import annotations

from collections import Counter
from typing import Any


def stands(unit: dict[str, Any], month: int) -> bool:
    """Return whether a placed unit is there at a date: it has come, and has not left yet.

    Examples
    --------
    >>> stands({"period_month": 6}, 6), stands({"period_month": 6, "until_month": 18}, 18)
    (True, False)
    """
    until = unit.get("until_month")
    return bool(unit["period_month"] <= month and (until is None or until > month))


def standing(units: list[dict[str, Any]], month: int) -> list[dict[str, Any]]:
    """Return the placed units that are there at a date."""
    return [unit for unit in units if stands(unit, month)]


def places(units: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Return the position of each rack on the floor of its site, from 0, by site and name. [1].

    Racks stand in the order of their names. One whose servers have all left takes no position: it
    was theirs, and what comes instead takes its place.

    Examples
    --------
    >>> places([{"site": "b", "rack": "R2"}, {"site": "b", "rack": "R3"}])
    {('b', 'R2'): 0, ('b', 'R3'): 1}
    """
    found: dict[tuple[str, str], int] = {}
    counts: Counter[str] = Counter()
    for site, rack in sorted({(unit["site"], unit["rack"]) for unit in units}):
        found[site, rack] = counts[site]
        counts[site] += 1
    return found
