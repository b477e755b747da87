"""Candidate: one way to run a workload, as the optimization sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from designlib.problem.built_tables import Series
from designlib.problem.relief import Relief


@dataclass(frozen=True)
class Candidate:
    """One way to run one workload on one pool, fixed over time."""

    workload: str
    pool: str | None
    held: dict[str, Series]
    """Day slice -> servers held all the time in that slice. [1]"""
    gang: Series = ()
    """Servers that must be free at once, on top of what is held. [1]"""
    hours: Series = ()
    """Server-hours a month, already divided by the share of time that jobs may fill. [h/month]"""
    slices: tuple[str, ...] = ()
    """Day slices in which the hours may be worked."""
    spread: bool = False
    """Runs longer than a slice cannot be moved into it: their hours lie evenly over the slices."""
    exclusive: Series = ()
    """Servers of the above that no other work may share."""
    apart: Series = ()
    """Servers over which the replicas of a service are spread, so that one failure is survived."""
    draws: dict[str, Series] = field(default_factory=dict)
    """Site resource -> amount by date, such as read_gb_s."""
    rent_per_month: Series = ()
    """Rented capacity. [currency/month]"""
    fleet_share: bool = False
    """Runs on a part of every pool, see ``Problem.fleet_shares``."""
    share: Series = ()
    """Share of the work that it does, where another part does the rest. [1]"""
    beside: Candidate | None = None
    """The part of the work that servers do which are there already, until they retire."""
    rented_for: str = ""
    """Site whose work a candidate without a pool takes over, where there are several."""
    relief: Relief | None = None
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    layout: str = ""
    precision: str = ""
    gpus: Series = ()
    replicas: Series = ()
    busy_frac: Series = ()
    batch: float = 0.0

    @property
    def parts(self) -> tuple[Candidate, ...]:
        """Return what runs side by side: itself, and what runs beside it."""
        return (self,) if self.beside is None else (self, self.beside)

    @property
    def runs_on(self) -> str:
        """Return where the work runs, in words: a pool, every pool, or rented capacity."""
        return self.pool or ("every pool" if self.fleet_share else "rented")

    @cached_property
    def peak(self) -> Series:
        """Return the servers held in the slice that holds most, by date. [1].

        Nothing if none is held all the time.
        """
        return tuple(map(max, zip(*self.held.values(), strict=True)))

    @cached_property
    def at_once(self) -> Series:
        """Return the servers taken at once, by date: held, and free at once for jobs. [1]."""
        return _sum(self.peak, self.gang)

    def servers(self, slice_hours: dict[str, float], dates_count: int) -> Series:
        """Return the fewest servers of its pool on which it runs, by date, in parts of a server.

        Held and at once, apart from all other work, or for its hours. [1]
        """
        hours = sum(slice_hours[s] for s in self.slices)
        worked = [h / hours for h in self.hours] if hours else ()
        amounts = (x for x in (self.at_once, _sum(self.exclusive, self.apart), worked) if x)
        return tuple(map(max, zip((0.0,) * dates_count, *amounts, strict=True)))


def _sum(a: Series, b: Series) -> Series:
    """Return the sum of two series by date, of which either may be left out."""
    return tuple(x + y for x, y in zip(a, b, strict=True)) if a and b else tuple(a or b)
