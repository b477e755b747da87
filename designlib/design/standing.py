"""Standing: which placed units are there at a date."""

from __future__ import annotations

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
