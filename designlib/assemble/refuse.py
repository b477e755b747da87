"""Refusal: why no design exists, as sentences that name the brief's own requirements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from math import inf
from typing import Any

from designlib.assemble.changes import changes_of
from designlib.assemble.late import late_sentence, later_starts
from designlib.assemble.promises import ANY, Sizing
from designlib.assemble.statements import sets_of, work_statement
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Infeasible
from designlib.milp.diagnosis import Diagnosis
from designlib.problem.relief import rounded_up
from designlib.problem.tables import Dropped, Problem

Row = dict[str, Any]


def refusal(brief: Brief, p: Problem, catalog: Catalog, *, why: bool = True) -> Infeasible | None:
    """Return why a workload cannot run at all, before any optimization.

    None where every workload can. Of the parts that no workload can use, only the servers of the
    catalog bear on it. Without ``why`` the fields of the brief that keep it from running, and what
    each must be, are not looked for.
    """
    lacking = list(dict.fromkeys(w for w, site in p.tasks if not p.candidates_of(w, site)))
    if not lacking:
        return None
    names = {w.id: w.name or w.id for w in brief.work()}
    conflict, wanting, sets = [], [], []
    for w in lacking:
        mine = [d for d in p.dropped if d.workload == w]
        told = "; ".join(
            [*_told_once(_before_all_work(p, mine, catalog.servers)), *_told_once(mine)]
        )
        conflict.append(f"{w} ({names[w]}) cannot run on any server allowed: {told}")
        rows, statements = _fields(brief, catalog, w) if why else ([], [])
        wanting.append([*rows, *_near_miss(mine, {row["path"] for row in rows})])
        work = [work_statement(brief, w)]
        sets.append({"statements": statements or work, "irreducible": True})
    shortfalls = [rows[0] for rows in wanting if rows]
    repairs = []
    if len(lacking) == 1:
        repairs = [repair_row(brief, [row]) for row in wanting[0]]
    elif len(shortfalls) == len(lacking):
        repairs = [repair_row(brief, shortfalls)]
    return Infeasible(
        conflict=conflict,
        shortfalls=shortfalls,
        repairs=repairs,
        candidates=_dropped_rows(p),
        brief=brief.to_dict(),
        sets=sets,
    )


def _fields(brief: Brief, catalog: Catalog, workload: str) -> tuple[list[Row], list[Row]]:
    """Return the fields that keep a workload from running: their least changes, and statements."""
    sizing = Sizing(brief, catalog, workload)
    culprits = sizing.culprits()
    rows = [f.row(x) for f in culprits if (x := sizing.least(f)) is not None]
    return sorted(rows, key=_change_size), [f.statement() for f in culprits]


def _change_size(row: Row) -> float:
    """Return how far a field moves, as a ratio; what is not a number moves farthest."""
    limit, needed = row["limit"], row["needed"]
    if not isinstance(needed, (int, float)) or not isinstance(limit, (int, float)):
        return inf
    return max(needed / limit, limit / needed)


def _near_miss(dropped: list[Dropped], known: set[str]) -> list[Row]:
    """Return the change that the nearest miss of another field needs, where there is one."""
    near = [d.relief for d in dropped if d.relief is not None and d.relief.path not in known]
    best = min(near, key=lambda r: abs(r.needed / r.limit - 1) if r.limit else inf, default=None)
    return [] if best is None else [_short_row(best)]


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

    changes = changes_of(brief, shortfalls)
    return {
        "requirement": " and ".join(s["requirement"] for s in shortfalls),
        "from": told("limit"),
        "to": told("needed"),
        "unit": first["unit"] if one else "",
        "cost": cost,
        "verified": cost is not None,
        "changes": {path: None if x == ANY else x for path, x in changes.items()},
    }


def joined(repair: Row, other: Row) -> Row:
    """Return the repair that makes the changes of both; its cost and proof are those of the other.

    ``other`` mends what is left once ``repair`` is made.
    """

    def told(end: str) -> str:
        return ", ".join(_amount(row[end], row["unit"]) for row in (repair, other))

    return {
        **other,
        "requirement": f"{repair['requirement']} and {other['requirement']}",
        "from": told("from"),
        "to": told("to"),
        "unit": "",
        "changes": {**repair["changes"], **other["changes"]},
    }


def farther(repair: Row, factor: float) -> Row | None:
    """Return a repair of one number that moves it farther; None where it moves anything else."""
    numbers = [repair["from"], repair["to"], *repair["changes"].values()]
    if len(repair["changes"]) != 1:
        return None
    if not all(isinstance(x, (int, float)) for x in numbers) or repair["to"] < repair["from"]:
        return None
    needed = rounded_up(repair["to"] * factor)
    path = next(iter(repair["changes"]))
    whole = path.endswith("_count")
    return {**repair, "to": needed, "changes": {path: int(needed) if whole else needed}}


def _amount(x: Any, unit: str) -> str:
    number = f"{x:,.3f}".rstrip("0").rstrip(".") if isinstance(x, (int, float)) else str(x)
    return f"{number} {unit}".rstrip()


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
