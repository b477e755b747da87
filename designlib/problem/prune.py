"""Prune: drop the candidates that another of the same pool beats on every resource.

Dominance is safe only there: two candidates on one pool draw the same ports, racks and power per
server, so that the one that holds, gangs, works and draws no more of anything is never the worse
choice. Anything wider would be a heuristic.
"""

from __future__ import annotations

from dataclasses import replace

from designlib.problem.tables import Candidate, Dropped, Problem, Series


def prune(problem: Problem) -> Problem:
    """Return the problem without dominated candidates.

    Each is listed among the dropped with its dominator.
    """
    kept: dict[str, Candidate] = {}
    rivals: dict[tuple[str, str | None], dict[str, Candidate]] = {}
    dropped: list[Dropped] = []
    for key, candidate in sorted(problem.candidates.items(), key=lambda pair: _size(pair[1])):
        mine = rivals.setdefault((candidate.workload, candidate.pool), {})
        better = next((k for k, other in mine.items() if dominates(other, candidate)), None)
        if better is None:
            kept[key] = mine[key] = candidate
            continue
        pool = candidate.pool or ""
        part = problem.items[problem.pools[pool].kind].part_id if pool else ""
        reason = f"dominated by {better}: no resource of the same pool is drawn less"
        dropped.append(Dropped(candidate.workload, key, pool, part, reason))
    ordered = {k: c for k, c in problem.candidates.items() if k in kept}
    return replace(problem, candidates=ordered, dropped=(*problem.dropped, *dropped))


def dominates(a: Candidate, b: Candidate) -> bool:
    """Return whether ``a`` needs no more than ``b`` of anything the ledger knows, at any date."""
    if (a.workload, a.pool) != (b.workload, b.pool) or a.relief is not None or b.relief is not None:
        return False
    if a.beside is not None and (b.beside is None or not dominates(a.beside, b.beside)):
        return False
    slices = {*a.held, *b.held}
    resources = {*a.draws, *b.draws}
    return (
        all(_within(a.held.get(s, ()), b.held.get(s, ())) for s in slices)
        and all(_within(a.draws.get(r, ()), b.draws.get(r, ())) for r in resources)
        and _within(a.at_once, b.at_once)
        and _within(a.rent_per_month, b.rent_per_month)
        and _within(a.apart, b.apart)
        and _within(a.exclusive, b.exclusive)
        and _within(a.hours, b.hours)
        and (not a.hours or _works_where(a, b))
    )


def _works_where(a: Candidate, b: Candidate) -> bool:
    """Return whether the hours of ``a`` can be worked in any slices in which ``b`` works its own.

    Hours that lie evenly over the slices fill each of them, so one slice more may be one too many.
    """
    if a.spread:
        return set(a.slices) == set(b.slices) and (b.spread or len(a.slices) == 1)
    return set(a.slices) >= set(b.slices)


def _within(a: Series, b: Series) -> bool:
    """Return whether a series is nowhere above another; a missing series is zero."""
    if not a:
        return all(y >= 0 for y in b)
    return all(x <= y for x, y in zip(a, b or (0.0,) * len(a), strict=True))


def _size(c: Candidate) -> tuple[float, float]:
    """Order candidates so that a dominator comes before what it dominates."""
    peaks = sum(sum(x.at_once) + sum(sum(h) for h in x.held.values()) for x in c.parts)
    work = sum(sum(x.hours) + sum(map(sum, x.draws.values())) for x in c.parts)
    return peaks, work
