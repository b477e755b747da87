"""Asked tables: what the brief grants of a resource, and what it asks whatever is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from designlib.problem.built_tables import Series
from designlib.problem.relief import Relief

BUDGET = "capex"
"""Resource of which a later step pays for what comes after it, on top of what was granted."""


@dataclass(frozen=True)
class Limit:
    """A promise or bound of the brief on a resource, by date."""

    resource: str
    place: str
    value: Series
    requirement: str
    path: str
    unit: str
    scales: bool = False
    """Whether more of it is a larger share of what is asked, not the same amount at each date."""


@dataclass(frozen=True)
class Grant:
    """What one field of the brief grants from one of its dates on, and what a unit more adds."""

    requirement: str
    path: str
    date: int
    """Index of the date from which it is granted. [1]"""
    value: float
    unit: str
    adds: dict[int, Series]
    """Index of a limit -> what one unit more of this adds to it, by date. [1]"""


def grants(limits: Sequence[Limit]) -> tuple[Grant, ...]:
    """Return what the brief could grant more of: limits that one field sets move together.

    A field with steps is one grant a step, so that the step that is short is the one that is named.
    """
    paths: dict[str, list[int]] = {}
    for n, limit in enumerate(limits):
        paths.setdefault(limit.path, []).append(n)
    places: dict[str, set[str]] = {}
    for limit in limits:
        places.setdefault(limit.requirement, set()).add(limit.place)
    found: list[Grant] = []
    for path, mine in paths.items():
        first = limits[mine[0]]
        several = len(places[first.requirement]) > 1
        words = f"{first.requirement} at {first.place}" if several else first.requirement
        if first.scales:
            top = max(max(limits[n].value) for n in mine)
            adds = {n: tuple(x / top if top else 1.0 for x in limits[n].value) for n in mine}
            found.append(Grant(first.requirement, path, 0, top, first.unit, adds))
            continue
        for start, end in _stretches(first.value):
            stop = len(first.value) if first.resource == BUDGET else end
            series = tuple(float(start <= t < stop) for t in range(len(first.value)))
            found.append(
                Grant(
                    words, path, start, first.value[start], first.unit, dict.fromkeys(mine, series)
                )
            )
    return tuple(found)


def _stretches(value: Series) -> Iterator[tuple[int, int]]:
    """Yield first and past-the-last index of each run of equal values."""
    start = 0
    for t in range(1, len(value) + 1):
        if t == len(value) or value[t] != value[start]:
            yield start, t
            start = t


@dataclass(frozen=True)
class Demand:
    """A draw that no choice can avoid."""

    resource: str
    place: str
    value: Series
    layer: str
    scales: bool = True


@dataclass(frozen=True)
class Dropped:
    """A candidate that never reaches the optimization, and why."""

    workload: str
    candidate: str
    pool: str
    part_id: str
    reason: str
    relief: Relief | None = None
