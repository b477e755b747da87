r"""Repair: when nothing fits, say what conflicts, by how much, and what mends it.

.. math::
    stock_{i,t} &\le owned_{i,t} && \text{nothing\_bought: a layer may buy nothing}

Four questions, each a small optimization over the same building blocks. Which least change of the
brief's own limits makes a design possible? Which single limit, moved alone, is enough, and what
does the cheapest design then cost? Which requirements, of which none can be left out, exclude each
other? And if no limit helps: is it the time that parts take to come, or which resource of which
layer falls short?
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, log10
from typing import Any

import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp.build import build
from designlib.milp.elastic import Amounts, Elastic
from designlib.milp.engine import Settings, solve
from designlib.milp.ledger import RESOURCES
from designlib.milp.requirements import LIMIT, Requirement, without_lead_times
from designlib.problem.tables import Problem

_NOISE = 1e-6
SETS_MAX = 3
"""Most conflicts that are told apart. [1]"""


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
    month: int = 0
    """Month from which the limit holds that is short."""

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
class Conflict:
    """Requirements that no design keeps together."""

    statements: tuple[Requirement, ...]
    too_early: bool = False
    """Whether the first date of the work is one of them: nothing can be there by then."""
    irreducible: bool = True
    """Whether it is proven that a design exists as soon as any one of them is let go."""


@dataclass(frozen=True)
class Diagnosis:
    """Why nothing fits."""

    shortfalls: tuple[Shortfall, ...]
    repairs: tuple[Repair, ...]
    missing: tuple[str, ...]
    """Sentences on resources that no limit of the brief can mend."""
    conflicts: tuple[Conflict, ...] = ()


def diagnose(problem: Problem, settings: Settings, *, why: bool = True) -> Diagnosis:
    """Return what conflicts in a problem that nothing fits, and the repairs, cheapest first.

    Without ``why`` only repairs are looked for.
    """
    begun = time.perf_counter()
    limit = settings.time_limit_s
    calm = replace(settings, gap=max(settings.gap, 0.01), write_model=None, progress=None)
    e = _elastic(problem, calm)
    together = e.least_relief(e.limits) if e is not None else None
    if e is None or together is None:
        if not why:
            return Diagnosis((), (), ("no limit of the brief mends it",))
        left = None if limit is None else max(0.0, limit - (time.perf_counter() - begun))
        return _without_relief(problem, e, replace(calm, time_limit_s=left))
    reliefs = _reliefs(e, together)
    reliefs = [{n: _rounded(e.names[n], x) for n, x in found.items()} for found in reliefs]
    repairs = tuple(sorted(_priced(e, reliefs, calm.gap), key=lambda r: r.cost))
    short = [s for found in reliefs if len(found) == 1 for s in _shortfalls(e, found)]
    short = short or _shortfalls(e, reliefs[-1])
    return Diagnosis(tuple(short), repairs, (), tuple(_conflicts(e, together)) if why else ())


def _elastic(problem: Problem, settings: Settings) -> Elastic | None:
    """Return the model with requirements that give way; None where that mends nothing."""
    try:
        return Elastic(problem, settings)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return None


def _without_relief(problem: Problem, e: Elastic | None, settings: Settings) -> Diagnosis:
    """Return why nothing fits where no limit of the brief helps: time, or what runs out."""
    timely = _elastic(without_lead_times(problem), settings)
    relief = timely.least_relief(timely.limits) if timely is not None else None
    if timely is None or relief is None:
        return Diagnosis((), (), _missing(problem, settings))
    late = Conflict((), too_early=True)
    if e is not None:
        kept, sure = _irreducible(e, e.limits)
        late = Conflict(tuple(e.names[n] for n in kept), too_early=True, irreducible=sure)
    others = tuple(_conflicts(timely, relief)) if relief else ()
    relief = {n: _rounded(timely.names[n], x) for n, x in relief.items()}
    return Diagnosis(tuple(_shortfalls(timely, relief)), (), (), (late, *others))


def _reliefs(e: Elastic, together: Amounts) -> list[Amounts]:
    """Return the least relief of each limit that is enough alone, and the least of all together.

    Where nothing fits without one of them, whatever else gives way, no other can be enough alone.
    """
    rest = [n for n in e.limits if n not in together]
    if len(together) == 1 and e.fits(rest) is False:
        return [together]
    singles = [n for n in e.limits if len(together) > 1 or n not in together]
    alone = [found for n in singles if (found := e.least_relief((n,))) is not None]
    return [*alone, together]


def _conflicts(e: Elastic, together: Amounts) -> Iterator[Conflict]:
    """Yield sets of requirements that exclude each other, each with a limit of its own."""
    freed: set[int] = set()
    for _ in range(SETS_MAX):
        if freed and e.fits(freed) is not False:
            return
        idle = [n for n in e.limits if n not in together and n not in freed]
        kept, proven = _irreducible(e, freed, idle)
        yield Conflict(tuple(e.names[n] for n in kept), irreducible=proven)
        limits = {n for n in kept if e.names[n].kind == LIMIT}
        if not limits:
            return
        freed |= limits


def _irreducible(
    e: Elastic, freed: Iterable[int], idle: Sequence[int] = ()
) -> tuple[list[int], bool]:
    """Return requirements that exclude each other, none too many, and whether all is proven.

    Each in turn is let go for good where nothing fits even so; those named ``idle`` come first, all
    at once where that will do, and limits after the work, so that the set holds few workloads. (The
    deletion filter of Chinneck and Dravnieks, 1991.)
    """
    for sure in (False, True):
        gone, kept, proven = set(freed), list[int](), True
        if idle and e.fits(gone | set(idle), sure=sure) is False:
            gone |= set(idle)
        works = [n for n, r in enumerate(e.names) if r.kind != LIMIT]
        for n in (*idle, *works, *(n for n in e.limits if n not in idle)):
            if n in gone:
                continue
            fits = e.fits(gone | {n}, sure=sure)
            if fits is False:
                gone.add(n)
            else:
                kept.append(n)
                proven = proven and fits is True
        if (
            sure or e.is_large or e.fits(gone, sure=True) is False
        ):  # one proof holds for all that led to it
            break
    return sorted(kept), proven


def _rounded(r: Requirement, relief: float) -> float:
    """Return a relief rounded up to what a person would ask for.

    Whole units, three digits of the total.
    """
    total = r.value + relief
    step = max(1.0, 10.0 ** (ceil(log10(max(total, 1.0))) - 3))
    return ceil(total / step - _NOISE) * step - r.value


def _shortfalls(e: Elastic, amounts: Amounts) -> list[Shortfall]:
    """Return what is short of each requirement that has to give way."""
    named = [(e.names[n], x) for n, x in amounts.items()]
    return [Shortfall(r.words, r.path, r.value, r.value + x, r.unit, r.month) for r, x in named]


def _priced(e: Elastic, reliefs: list[Amounts], gap: float) -> Iterator[Repair]:
    """Yield the repairs with the cost of the cheapest design under each; that verifies them."""
    for amounts in reliefs:
        found = e.cheapest(amounts, gap)
        if found is not None:
            left = max(0.0, found.objective - found.bound) / max(abs(found.objective), _NOISE)
            yield Repair(tuple(_shortfalls(e, amounts)), found.objective, left)


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
