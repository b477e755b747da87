"""Alternatives: designs near the best one that give up something of it, proven as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.optimize import Stopped, optimize, pools_of

Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Alternative:
    """A design unlike those before it, and what it costs beyond the first."""

    design: Design
    without: tuple[str, ...]
    """Pools of the first design that it gives up."""
    extra_low: float
    """What it costs more at least: its bound less the first design's objective. [currency]"""
    extra_high: float
    """What it costs more at most: its objective less the first design's bound. [currency]"""


@dataclass(frozen=True)
class Alternatives:
    """Alternatives in the order of their proof, and why there are no more."""

    designs: tuple[Alternative, ...]
    ended: str


def alternatives(
    design: Design,
    catalog: Catalog | None = None,
    *,
    count: int = 3,
    within_frac: float = 0.1,
    gap: float = 5e-3,
    time_limit_s: float | None = 60.0,
    progress: Progress | None = None,
) -> Alternatives:
    """Return other designs of the same brief, the cheapest first.

    Each is the cheapest that gives up at least one kind of server or one compute network of every
    design before it, so that all differ in structure and not in a number or two.

    Parameters
    ----------
    design : Design
        The best design.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default, as for the design.
    count : int
        Most alternatives. [1]
    within_frac : float
        Share of the cost of the design that an alternative may cost more. [1]
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.
    progress : callable, optional
        Called after each search with ``stage``, ``done``, ``total`` and ``message``.

    Returns
    -------
    Alternatives
        The designs, and one sentence on why the search ended.
    """
    parts = catalog or Catalog.load()
    brief = Brief.from_dict(design.brief)
    known, found = [design], list[Alternative]()
    most = design.certificate["objective"] * (1 + within_frac)
    for n in range(count):
        try:
            other = optimize(brief, parts, gap=gap, time_limit_s=time_limit_s, unlike=known)
        except Stopped as error:
            return Alternatives(tuple(found), _stopped(error))
        if other.certificate["objective"] > most:
            return Alternatives(tuple(found), _too_dear(other, most, within_frac))
        known.append(other)
        found.append(_beside(design, other))
        if progress is not None:
            message = f"{other.certificate['objective']:,.0f} {design.currency}"
            progress({"stage": "alternatives", "done": n + 1, "total": count, "message": message})
    return Alternatives(tuple(found), f"As many as asked for: {count}.")


def _beside(design: Design, other: Design) -> Alternative:
    base, its = design.certificate, other.certificate
    given_up = tuple(sorted(pools_of(design) - pools_of(other)))
    low, high = its["bound"] - base["objective"], its["objective"] - base["bound"]
    return Alternative(other, given_up, low, high)


def _stopped(error: Stopped) -> str:
    if error.status == "infeasible":
        return "No further design over these candidates gives up something of each one before."
    return f"The search for a further one ended without a design ({error.status})."


def _too_dear(other: Design, most: float, within: float) -> str:
    said = f"The next one found costs more than {within:.0%} above the best design"
    proven = "; none costs less, which is proven" if other.certificate["bound"] > most else ""
    return f"{said}{proven}."
