"""Asked tables: what the brief grants of a resource, and what it asks whatever is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from designlib.problem.built_tables import Series


@dataclass(frozen=True)
class Limit:
    """A promise or bound of the brief on a resource, by date."""

    resource: str
    place: str
    value: Series
    requirement: str
    path: str
    unit: str


@dataclass(frozen=True)
class Demand:
    """A draw that no choice can avoid."""

    resource: str
    place: str
    value: Series
    layer: str
    scales: bool = True
