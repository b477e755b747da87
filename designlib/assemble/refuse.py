"""Refusal: why no design exists, as sentences that name the brief's own requirements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from math import inf
from typing import Any

from designlib.assemble.changes import changes_of
from designlib.assemble.late import late_sentence, later_starts
from designlib.assemble.statements import sets_of
from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.milp.repair import Diagnosis
from designlib.problem.tables import Dropped, Problem

Row = dict[str, Any]


def refusal(brief: Brief, p: Problem, servers: Collection[str]) -> Infeasible | None:
    """Return why a workload cannot run at all, before any optimization.

    None where every workload can. ``servers`` are the servers of the catalog: of the parts that no
    workload can use, only they bear on it.
    """
    lacking = list(dict.fromkeys(w for w, site in p.tasks if not p.candidates_of(w, site)))
    if not lacking:
        return None
    names = {w.id: w.name or w.id for w in brief.work()}
    conflict, shortfalls = [], []
    for w in lacking:
        mine = [d for d in p.dropped if d.workload == w]
        why = "; ".join([*_told_once(_before_all_work(p, mine, servers)), *_told_once(mine)])
        conflict.append(f"{w} ({names[w]}) cannot run on any server allowed: {why}")
        near = [d.relief for d in mine if d.relief is not None]
        if near:
            best = min(near, key=lambda r: abs(r.needed / r.limit - 1) if r.limit else inf)
            shortfalls.append(_short_row(best))
    repairs = [repair_row(brief, shortfalls)] if len(shortfalls) == len(lacking) else []
    return Infeasible(
        conflict=conflict,
        shortfalls=shortfalls,
        repairs=repairs,
        candidates=_dropped_rows(p),
        brief=brief.to_dict(),
    )


def _before_all_work(p: Problem, mine: list[Dropped], servers: Collection[str]) -> list[Dropped]:
    """Return what removed the servers for all work, where no server was left to try for this one.

    What removed the fewest comes first, for it says the most.
    """
    if any(d.pool for d in mine):
        return []
    told = {d.part_id for d in mine}
    found = [d for d in p.dropped if d.workload == "*" and d.part_id in servers]
    found = [d for d in found if d.part_id not in told]
    alike = Counter(d.reason for d in found)
    return sorted(found, key=lambda d: alike[d.reason])


def _told_once(dropped: list[Dropped]) -> list[str]:
    """Return the reasons, each once with all the parts that it drops."""
    parts: dict[str, list[str]] = {}
    for d in dropped:
        parts.setdefault(d.reason, []).append(d.part_id)
    return [f"{', '.join(dict.fromkeys(ids))}: {reason}" for reason, ids in parts.items()]


def relaxed(brief: Brief, p: Problem, diagnosis: Diagnosis) -> Infeasible:
    """Return the exception for a problem without a design.

    What conflicts, by how much, and what mends it.
    """
    shortfalls = [_short_row(s) for s in diagnosis.shortfalls]
    repairs = [
        repair_row(brief, [_short_row(s) for s in repair.changes], repair.cost)
        for repair in diagnosis.repairs
    ]
    conflict = [str(s) for s in diagnosis.shortfalls]
    if any(found.too_early for found in diagnosis.conflicts):
        conflict.insert(0, late_sentence(p))
        repairs += [repair_row(brief, [*shortfalls, row]) for row in later_starts(p)]
    return Infeasible(
        conflict=conflict or list(diagnosis.missing),
        shortfalls=shortfalls,
        repairs=repairs,
        candidates=_dropped_rows(p),
        brief=brief.to_dict(),
        sets=sets_of(brief, p, diagnosis.conflicts),
    )


def repair_row(brief: Brief, shortfalls: list[Row], cost: float | None = None) -> Row:
    """Return a repair: what it moves from where to where, and the changes of the brief it makes."""
    one = len(shortfalls) == 1
    first = shortfalls[0]

    def told(end: str) -> Any:
        return first[end] if one else ", ".join(_amount(s[end], s["unit"]) for s in shortfalls)

    return {
        "requirement": " and ".join(s["requirement"] for s in shortfalls),
        "from": told("limit"),
        "to": told("needed"),
        "unit": first["unit"] if one else "",
        "cost": cost,
        "verified": cost is not None,
        "changes": changes_of(brief, shortfalls),
    }


def _amount(x: float, unit: str) -> str:
    return f"{x:,.3f}".rstrip("0").rstrip(".") + f" {unit}".rstrip()


def _short_row(s: Any) -> Row:
    """Return a shortfall, or the relief of a near miss, as a row."""
    return {
        "requirement": s.requirement,
        "path": s.path,
        "limit": s.limit,
        "needed": s.needed,
        "unit": s.unit,
        "month": getattr(s, "month", 0),
    }


def _dropped_rows(p: Problem) -> list[Row]:
    return [
        {
            "workload": d.workload,
            "candidate": d.candidate,
            "pool": d.pool,
            "part_id": d.part_id,
            "status": "dropped",
            "reason": d.reason,
            "figures": {},
        }
        for d in p.dropped
    ]
