r"""Repair: when nothing fits, say what conflicts, by how much, and what mends it.

.. math::
    stock_{i,t} &\le owned_{i,t} && \text{nothing\_bought: a layer may buy nothing}

Three questions, each a small optimization over the same building blocks. Which least change of the
brief's own limits makes a design possible? Which single limit, moved alone, is enough, and what
does the cheapest design then cost? And if no limit helps: which resource of which layer falls
short?
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import ceil, log10
from typing import Any

import pyomo.environ as pyo

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.milp.ledger import RESOURCES
from designlib.problem.tables import Limit, Problem

_NOISE = 1e-6


RELIEF_SCALE = 1e5
"""Weight of relative reliefs: a unit of a large budget alone is below the solver's tolerance."""
RELIEF_GAP = 1e-3
"""Distance from the least relief at which the search for it may stop. [1]"""


def _plain(x: float) -> str:
    """Return a number as a person writes it: no exponent, at most three decimals."""
    return f"{x:,.3f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Shortfall:
    """A requirement of the brief that falls short, and by how much."""

    requirement: str
    path: str
    limit: float
    needed: float
    unit: str

    def __str__(self) -> str:
        short = self.needed - self.limit
        return (
            f"{self.requirement}: {_plain(self.limit)} {self.unit} given, "
            f"{_plain(self.needed)} needed (short by {_plain(short)} {self.unit})"
        )


@dataclass(frozen=True)
class Repair:
    """A change of one or more requirements that makes a design possible."""

    changes: tuple[Shortfall, ...]
    cost: float
    """Present value of the cheapest design found after the change. [currency]"""
    gap: float


@dataclass(frozen=True)
class Diagnosis:
    """Why nothing fits."""

    shortfalls: tuple[Shortfall, ...]
    repairs: tuple[Repair, ...]
    missing: tuple[str, ...]
    """Sentences on resources that no limit of the brief can mend."""


def diagnose(problem: Problem, settings: Settings) -> Diagnosis:
    """Return the conflict of an infeasible problem and the repairs that mend it, cheapest first."""
    begun = time.perf_counter()

    def quick() -> Settings:
        """Return how the next step may run: all of them together keep the limit of one search."""
        limit = settings.time_limit_s
        left = None if limit is None else max(0.0, limit - (time.perf_counter() - begun))
        least = max(settings.gap, 0.01)
        return replace(settings, gap=least, time_limit_s=left, write_model=None, progress=None)

    names = _relievable(problem)
    together = _least_relief(problem, names, quick())
    if together is None:
        return Diagnosis((), (), _missing(problem, quick()))
    alone = []
    for name in names:
        relief = _least_relief(problem, (name,), quick()) if quick().time_limit_s != 0.0 else None
        alone += [relief] if relief is not None else []
    found = [_priced(problem, r, quick()) for r in (alone or [together])]
    repairs = tuple(sorted((r for r in found if r is not None), key=lambda r: r.cost))
    conflict = [s for r in alone for s in _shortfalls(problem, r)] or _shortfalls(problem, together)
    return Diagnosis(tuple(conflict), repairs, ())


def _relievable(p: Problem) -> tuple[str, ...]:
    limits = tuple(f"limit:{n}" for n in range(len(p.limits)))
    return limits + tuple(f"candidate:{o}" for o, c in p.candidates.items() if c.relief is not None)


def _free(m: Any, p: Problem, names: tuple[str, ...]) -> Any:
    """Free the named reliefs and return their relative sum."""
    total: Any = 0
    for name in names:
        kind, key = name.split(":", 1)
        if kind == "limit":
            n = int(key)
            m.relief[n].unfix()
            total += m.relief[n] / max(max(p.limits[n].value), 1.0)
        else:
            relief = p.candidates[key].relief
            assert relief is not None
            m.choose[key].unfix()
            total += m.choose[key] * abs(relief.needed / relief.limit - 1) if relief.limit else 0
    return total


def _least_relief(
    p: Problem, names: tuple[str, ...], settings: Settings
) -> dict[str, float] | None:
    """Return the least relief of the named requirements that makes a design possible, or None."""
    m, _ = build(p)
    total = _free(m, p, names)
    m.present_value.deactivate()
    m.relief_needed = pyo.Objective(expr=RELIEF_SCALE * total)
    if solve(m, replace(settings, gap=RELIEF_GAP)).objective is None:
        return None
    amounts: dict[str, float] = {}
    for name in names:
        kind, key = name.split(":", 1)
        x = float(pyo.value(m.relief[int(key)] if kind == "limit" else m.choose[key]))
        if x > _NOISE:
            amounts[name] = _rounded(p.limits[int(key)], x) if kind == "limit" else 1.0
    return amounts


def _rounded(limit: Limit, relief: float) -> float:
    """Return a relief rounded up to what a person would ask for.

    Whole units, three digits of the total.
    """
    total = max(limit.value) + relief
    step = max(1.0, 10.0 ** (ceil(log10(max(total, 1.0))) - 3))
    return ceil(total / step - _NOISE) * step - max(limit.value)


def _shortfalls(p: Problem, amounts: dict[str, float]) -> list[Shortfall]:
    found = []
    for name, x in amounts.items():
        kind, key = name.split(":", 1)
        if kind == "limit":
            limit = p.limits[int(key)]
            top = max(limit.value)
            found.append(Shortfall(limit.requirement, limit.path, top, top + x, limit.unit))
        else:
            r = p.candidates[key].relief
            assert r is not None
            found.append(Shortfall(r.requirement, r.path, r.limit, r.needed, r.unit))
    return found


def _priced(p: Problem, amounts: dict[str, float], settings: Settings) -> Repair | None:
    """Return the repair with the cost of the cheapest design under it.

    Solving it is what verifies it.
    """
    m, _ = build(p)
    for name, x in amounts.items():
        kind, key = name.split(":", 1)
        if kind == "limit":
            m.relief[int(key)].fix(x)
        else:
            m.choose[key].unfix()
    outcome = solve(m, settings)
    if outcome.objective is None:
        return None
    return Repair(
        tuple(_shortfalls(p, amounts)), outcome.objective / OBJECTIVE_SCALE, outcome.gap or 0.0
    )


def _missing(p: Problem, settings: Settings) -> tuple[str, ...]:
    """Return what runs out when no limit of the brief is to blame, layer by layer."""
    return missing_without(p, settings, "")


def missing_without(p: Problem, settings: Settings, layer: str) -> tuple[str, ...]:
    """Return what falls short, and in which layer, when nothing of one layer may be bought.

    Parameters
    ----------
    p : Problem
        The problem.
    settings : Settings
        How to solve.
    layer : str
        Layer whose purchases are forbidden; empty for none.
    """
    m, ledger = build(p, elastic=True)
    m.nothing_bought = pyo.ConstraintList()
    for book in ledger.installed:
        for stock, owned in zip(book.stock, book.owned, strict=True):
            if book.layer == layer and not isinstance(stock, (int, float)):
                m.nothing_bought.add(stock <= owned)
    m.present_value.deactivate()
    layer_of = {key: RESOURCES[key[0]].layer for key in m.BALANCE}
    scale = {key: _size(p, key[0]) for key in m.BALANCE}
    m.shortage_total = pyo.Objective(expr=sum(m.shortage[key] / scale[key] for key in m.BALANCE))
    layers = set(layer_of.values())
    # Less work mends every shortage: compute is to blame only where no other layer alone is.
    alone = [_short(m, {one}, layer_of, settings) for one in sorted(layers - {"compute"})]
    named = [sentence for found in alone for sentence in found or ()]
    if not named and "compute" in layers:
        named = list(_short(m, {"compute"}, layer_of, settings) or ())
    if named:
        return tuple(named)
    together = _short(m, layers, layer_of, settings)
    if together is None:
        return ("no combination of candidates is possible, whatever is bought",)
    return together


def _short(
    m: Any, layers: set[str], layer_of: dict[Any, str], settings: Settings
) -> tuple[str, ...] | None:
    """Return what falls short when only these layers may; None where that is no way out."""
    for key in m.BALANCE:
        if layer_of[key] in layers:
            m.shortage[key].unfix()
        else:
            m.shortage[key].fix(0)
    if solve(m, settings).objective is None:
        return None
    worst: dict[tuple[str, str], float] = {}
    for key in m.BALANCE:
        x = float(pyo.value(m.shortage[key]))
        if x > _NOISE:
            worst[key[0], key[1]] = max(worst.get((key[0], key[1]), 0.0), x)
    return tuple(
        f"{RESOURCES[r].layer}: {RESOURCES[r].shortage} at {a} "
        f"short by {_plain(x)} {RESOURCES[r].unit}"
        for (r, a), x in worst.items()
    )


def _size(p: Problem, resource: str) -> float:
    """Return the size at which a shortage of a resource counts as one."""
    amounts = [max(c.draws[resource]) for c in p.candidates.values() if resource in c.draws]
    amounts += [max(d.value) for d in p.demands if d.resource == resource]
    return max([x for x in amounts if x > 0], default=1.0)
