"""Pareto: what less power, or a tighter promise, costs: the cheapest design at each level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.sweeps import figures_of, front, one_answer
from designlib.faults import Fault, FaultError, nearest
from designlib.schema.sites import Site

Progress = Callable[[dict[str, Any]], None]

PROMISES: Final[Mapping[str, str]] = {
    "ttft_p95_s": "Time to first token, p95",
    "tpot_p95_s": "Time per output token, p95",
    "max_hours": "Hours a run may take",
    "deadline_days": "Days a run may take",
    "wait_p99_s": "Wait of an item, p99",
}
"""Field of a workload that a tighter design makes smaller -> what it is in words."""
UNITS: Final = {"_s": "s", "_hours": "h", "_days": "days"}
AROUND: Final = (2.0, 1.59, 1.26, 1.0, 0.79, 0.63, 0.5)
"""Levels of a promise around what the brief states, a tenth of a decade apart."""
DOWN: Final = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
"""Levels of power, as shares of what the cheapest design draws."""


@dataclass(frozen=True)
class Axis:
    """Something of which less is better and costs more."""

    name: str
    words: str
    unit: str
    levels: tuple[float, ...]
    """In the order in which they are tried, the loosest first. [unit]"""
    changes: Callable[[float], dict[str, Any]]


def axes(design: Design) -> dict[str, Axis]:
    """Return what the cost of a design can be set against, by name.

    Parameters
    ----------
    design : Design
        The cheapest design.

    Returns
    -------
    dict of str to Axis
        IT power of each site, and each promise of a workload that takes time.
    """
    brief = Brief.from_dict(design.brief)
    return {axis.name: axis for axis in (*_power(design, brief), *_promises(brief))}


def pareto(
    design: Design,
    axis: str,
    catalog: Catalog | None = None,
    *,
    gap: float = 5e-3,
    time_limit_s: float | None = 60.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the cheapest designs at the levels of an axis, without those that another beats.

    Parameters
    ----------
    design : Design
        The cheapest design.
    axis : str
        A name of ``axes(design)``.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.
    progress : callable, optional
        Called after each level with ``stage``, ``done``, ``total``, ``message`` and ``design``
        (None where no design reaches the level), so that a front can grow while it is made.

    Returns
    -------
    pd.DataFrame
        Row: a design. ``value``: the level that it keeps; then as from ``sweep``. No row has
        another that is as good in level and cost and better in one.

    Raises
    ------
    FaultError
        The design has no such axis.
    """
    known = axes(design)
    if axis not in known:
        message = f"'{axis}' is no axis of this design{nearest(axis, known)}"
        raise FaultError([Fault("<design>", None, "axis", message)])
    parts = catalog or Catalog.load()
    brief, chosen = Brief.from_dict(design.brief), known[axis]
    rows = []
    for n, level in enumerate(chosen.levels):
        found, status, reason = one_answer(brief, chosen.changes(level), parts, gap, time_limit_s)
        rows.append({"value": level, "status": status, "reason": reason, **figures_of(found)})
        if progress is not None:
            event = {"stage": "pareto", "done": n + 1, "total": len(chosen.levels)}
            message = f"{chosen.words} {level:.4g} {chosen.unit}: {status}"
            progress({**event, "message": message, "design": found})
        if status == "infeasible":
            break  # what cannot be met at one level cannot be met below it
    frame = pd.DataFrame(rows)
    return front(frame, ["value", "objective"])


def _power(design: Design, brief: Brief) -> Iterator[Axis]:
    """Yield the IT power of each site that is limited or draws any."""
    draws: dict[str, float] = {}
    for row in design.tables["balance"]:
        if row["resource"] == "it_kw":
            draws[row["place"]] = max(draws.get(row["place"], 0.0), row["draw"])
    for site in brief.sites:
        drawn = draws.get(site.id, 0.0)
        if drawn > 0:
            levels = tuple(drawn * share for share in DOWN)
            name, words = f"{site.id}.it_power_kw", f"IT power of {site.id}"
            yield Axis(name, words, "kW", levels, _capped(site))


def _capped(site: Site) -> Callable[[float], dict[str, Any]]:
    """Return the change of a brief under which the power steps of a site end at a level."""
    path, steps = f"sites.{site.id}.it_power_kw", site.it_power_kw
    if not steps:
        return lambda level: {path: level}
    return lambda level: {path: [{"month": s.month, "kw": min(s.kw, level)} for s in steps]}


def _promises(brief: Brief) -> Iterator[Axis]:
    for workload in brief.workloads:
        for field, words in PROMISES.items():
            stated = getattr(workload, field, None)
            if stated:
                path = f"workloads.{workload.id}.{field}"
                unit = next(u for suffix, u in UNITS.items() if field.endswith(suffix))
                yield Axis(
                    f"{workload.id}.{field}",
                    f"{words} of {workload.name or workload.id}",
                    unit,
                    tuple(stated * share for share in AROUND),
                    lambda level, path=path: {path: level},  # type: ignore[misc]
                )
