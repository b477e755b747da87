"""Fleet: workloads that need more GPUs together than the brief allows in service."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any

from designlib.assemble.refuse import repair_row
from designlib.assemble.statements import work_statement
from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.problem.tables import Candidate, Problem

LEVERS: dict[str, tuple[str, str, str, int]] = {
    "job-queue": ("jobs_per_day", "jobs a day", "1/d", 1),
    "dedicated-training": ("gpus_count", "GPUs", "GPUs", 1),
    "training": ("deadline_days", "deadline", "d", -1),
    "fine-tuning": ("max_hours", "time limit of a run", "h", -1),
    "inference": ("peak_requests_s", "peak rate", "requests/s", 1),
    "image-inference": ("studies_per_day", "studies a day", "1/d", 1),
}
"""Kind of work -> the field that asks less of the fleet, in words, its unit, and its direction."""

MARGIN = 0.95
"""A smaller workload needs a little more than its part: short queues pool less."""

Row = dict[str, Any]


def crowded(brief: Brief, p: Problem) -> Infeasible | None:
    """Return the conflict between workloads and the most GPUs in service; None where all fit.

    Every workload is taken at the candidate that needs the fewest GPUs at once, so that no choice
    of candidates can do better. Each repair is one that may be enough alone.
    """
    if not p.gpus_max:
        return None
    needs = [_needs(p, t) for t in p.date_indices]
    over = [sum(need.values()) - most for need, most in zip(needs, p.gpus_max, strict=True)]
    t = max(p.date_indices, key=lambda n: over[n])
    if over[t] <= 1e-6:
        return None
    need, most = needs[t], p.gpus_max[t]
    total = sum(need.values())
    parts = " + ".join(f"{w} {n:,.0f}" for w, n in need.items() if n)
    sentence = (
        f"GPUs in service at month {p.dates[t]}: {parts} = {total:,.0f} at the least, "
        f"{most:,.0f} allowed (short by {total - most:,.0f} GPUs)"
    )
    step = max(kind.gpus_count for kind in p.kinds.values())
    larger = _larger_fleet(total, most, step, p.dates[t])
    rows = [*larger, *_smaller_work(brief, need, total - most)]
    return Infeasible(
        conflict=[sentence],
        shortfalls=rows,
        repairs=[repair_row(brief, [row]) for row in rows],
        brief=brief.to_dict(),
        sets=[{"statements": _statements(brief, need, most, p.dates[t]), "irreducible": False}],
    )


def _statements(brief: Brief, need: dict[str, float], most: float, month: int) -> list[Row]:
    """Return the most GPUs in service and workloads that exceed it together, none too many.

    That the rest then fits follows from counting alone and not from a design.
    """
    kept = {w: n for w, n in need.items() if n}
    for w, n in sorted(kept.items(), key=lambda pair: pair[1]):
        if sum(kept.values()) - n > most:
            del kept[w]
    sentence = f"most GPUs in service: {most:,.0f} at month {month}"
    row = _row("most GPUs in service", "fleet.max_gpus", most, most, "GPUs", month)
    fleet = {**row, "value": most, "sentence": sentence}
    return [fleet, *(work_statement(brief, w) for w in kept)]


def _needs(p: Problem, t: int) -> dict[str, float]:
    """Return the fewest GPUs that each workload needs at once at a date."""
    found: dict[str, float] = {}
    for w, site in p.tasks:
        mine = [_gpus(p, p.candidates[o], t) for o in p.candidates_of(w, site)]
        found[w] = found.get(w, 0.0) + min(mine, default=0.0)
    return found


def _gpus(p: Problem, c: Candidate, t: int) -> float:
    if c.pool is None or c.relief is not None:
        return 0.0
    servers = c.at_once[t] if c.at_once else 0.0
    return servers * p.kinds[p.pools[c.pool].kind].gpus_count


def _larger_fleet(total: float, most: float, step: int, month: int) -> list[Row]:
    """Return the fleet of whole servers that would do."""
    needed = float(ceil(total / step) * step)
    return [_row("most GPUs in service", "fleet.max_gpus", most, needed, "GPUs", month)]


def _smaller_work(brief: Brief, need: dict[str, float], short: float) -> list[Row]:
    """Return, for each workload that is large enough, the smaller request that would fit."""
    found = []
    for w in brief.workloads:
        gpus = need.get(w.id, 0.0)
        if w.kind not in LEVERS or gpus <= short:
            continue
        field, words, unit, direction = LEVERS[w.kind]
        left = MARGIN * (gpus - short) / gpus
        now = float(getattr(w, field))
        needed = _rounded(now * left, down=True) if direction > 0 else _rounded(now / left)
        found.append(_row(f"{w.id}: {words}", f"workloads.{w.id}.{field}", now, needed, unit))
    return found


def _rounded(x: float, down: bool = False) -> float:
    """Return a positive number rounded to two digits, as a person would ask for it."""
    step = 10.0 ** (floor(log10(x)) - 1)
    return float(f"{(floor if down else ceil)(x / step + (1e-9 if down else -1e-9)) * step:.12g}")


def _row(
    requirement: str, path: str, limit: float, needed: float, unit: str, month: int = 0
) -> Row:
    return {
        "requirement": requirement,
        "path": path,
        "limit": limit,
        "needed": needed,
        "unit": unit,
        "month": month,
    }
