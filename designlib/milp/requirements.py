"""Requirements: what of a brief may be let go in a model, to find what conflicts.

Each is one statement of the brief: a limit, the fleet, a policy on it, or a workload. Letting it go
frees variables that are zero in a design; a model that no limit frees is tried without lead times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, log10
from typing import Any

from designlib.problem.tables import Grant, Problem

LIMIT, WORK = "limit", "work"
_NOISE = 1e-6


@dataclass(frozen=True)
class Requirement:
    """A statement of the brief, and what gives way where it is let go."""

    kind: str
    """``limit``: may be moved by an amount; ``work``: may be left out."""
    words: str
    path: str
    value: float
    unit: str
    variables: tuple[Any, ...]
    month: int = 0
    """Month from which it holds."""
    weight: float = 1.0
    """What one unit of it counts for, beside those of other requirements. [1]"""

    def rounded(self, relief: float) -> float:
        """Return a relief rounded up to what a person would ask for.

        Whole units, three digits of the total.
        """
        total = self.value + relief
        step = _step(total)
        return ceil(total / step - _NOISE) * step - self.value

    def indifferent(self, relief: float) -> float:
        """Return by how much less of a relief is asked for as the same amount."""
        total = self.value + relief
        return total - (ceil(total / _step(total) - _NOISE) - 1) * _step(total)


def _step(total: float) -> float:
    """Return the distance of two amounts that a person would ask for."""
    return max(1.0, 10.0 ** (ceil(log10(max(total, 1.0))) - 3))


def requirements(m: Any, p: Problem) -> tuple[Requirement, ...]:
    """Return the requirements of a problem, with their variables in its model."""
    found = [_granted(p, grant, m.relief[g]) for g, grant in enumerate(p.grants)]
    found += [_granted(p, grant, m.more_gpus[g]) for g, grant in enumerate(p.fleet_grants)]
    most = float(p.kinds_max_count)
    kinds = tuple(m.more_kinds.values())
    if kinds:
        words, path = "kinds of server at a site", "fleet.server_kinds_max_count"
        found.append(Requirement(LIMIT, words, path, most, "kinds", kinds, weight=1 / max(most, 1)))
    if len(m.GENERATIONS):
        words, path = "generations of GPUs", "fleet.generations_max_count"
        most = float(p.generations_max_count or 0)
        more = (m.more_generations,)
        weight = 1 / max(most, 1.0)
        found.append(Requirement(LIMIT, words, path, most, "generations", more, weight=weight))
    for w in p.workloads:
        if w not in p.fleet_shares:  # a share of the fleet is taken, whoever works on it
            mine = tuple(m.undone[task] for task in p.tasks if task[0] == w)
            found.append(Requirement(WORK, w, f"workloads.{w}", 1.0, "", mine))
    return tuple(found)


def _granted(p: Problem, grant: Grant, variable: Any) -> Requirement:
    month = p.dates[grant.date] if grant.date else 0
    words = f"{grant.requirement} from month {month}" if month else grant.requirement
    weight = 1 / max(grant.value, 1.0)
    return Requirement(
        LIMIT, words, grant.path, grant.value, grant.unit, (variable,), month, weight
    )


def without_lead_times(p: Problem) -> Problem:
    """Return the problem as if everything that can be bought could be there on the first date."""
    last = len(p.dates)
    items = {i: replace(x, first_date=0) for i, x in p.items.items() if x.first_date < last}
    racks = {q: replace(x, first_date=0) for q, x in p.racks.items() if x.first_date < last}
    return replace(p, items={**p.items, **items}, racks={**p.racks, **racks})
