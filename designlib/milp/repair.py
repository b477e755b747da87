"""Repair: when nothing fits, say what conflicts, by how much, and what mends it.

Four questions, each a small optimization over the same building blocks. Which least change of the
brief's own limits makes a design possible? Which single limit, moved alone, is enough, and what
does the cheapest design then cost? Which requirements, of which none can be left out, exclude each
other? And if no limit helps: is it the time that parts take to come, or which resource of which
layer falls short?
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp.diagnosis import Conflict, Depth, Diagnosis, Repair, Shortfall
from designlib.milp.elastic import Amounts, Elastic, Relief
from designlib.milp.engine import Settings
from designlib.milp.missing import missing_without, plain
from designlib.milp.requirements import LIMIT, without_lead_times
from designlib.problem.tables import Problem

_NOISE = 1e-6
SETS_MAX = 3
"""Most conflicts that are told apart. [1]"""


class Doubt:
    """Whether anything fits, and what would have to give way: asked once, however it is used.

    Attributes
    ----------
    problem : Problem
        The problem that is in doubt.
    settings : Settings
        How to solve.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        gap = max(settings.gap, 0.01)
        self.settings = replace(settings, gap=gap, write_model=None, progress=None)
        self.begun = time.perf_counter()

    @cached_property
    def elastic(self) -> Elastic | None:
        """Return the model with requirements that give way; None where that mends nothing."""
        self.begun = time.perf_counter()
        return _elastic(self.problem, self.settings)

    @cached_property
    def relief(self) -> Relief | None:
        """Return a relief of all limits, not proven the least; None where none of them helps."""
        e = self.elastic
        return None if e is None else e.some_relief(e.limits)

    def is_confirmed(self) -> bool:
        """Return whether it is proven that nothing fits, because some limit has to give way."""
        if self.elastic is None:
            return False
        relaxed = self.elastic.relaxed_relief(self.elastic.limits)
        found = relaxed if relaxed is not None and relaxed.amounts else self.relief
        return found is not None and found.is_proof


def diagnose(
    problem: Problem, settings: Settings, *, depth: Depth = "why", doubt: Doubt | None = None
) -> Diagnosis:
    """Return what conflicts in a problem that nothing fits, and the repairs, cheapest first.

    Parameters
    ----------
    problem : Problem
        The problem.
    settings : Settings
        How to solve.
    depth : str
        How much is looked for.
    doubt : Doubt, optional
        What is known of the problem already.
    """
    if depth == "nothing":
        return Diagnosis((), (), ("nothing fits",))
    doubt = doubt or Doubt(problem, settings)
    e, calm, limit = doubt.elastic, doubt.settings, settings.time_limit_s
    relief = doubt.relief
    if e is None or relief is None:
        if depth != "why":
            return Diagnosis((), (), ("no limit of the brief mends it",))
        left = None if limit is None else max(0.0, limit - (time.perf_counter() - doubt.begun))
        return _without_relief(problem, e, replace(calm, time_limit_s=left))
    reliefs = _reliefs(e, relief, lambda found: _tell(settings, e, found))
    reliefs = [e.rounded(found) for found in reliefs]
    short = [s for found in reliefs if len(found) == 1 for s in _shortfalls(e, found)]
    short = short or _shortfalls(e, reliefs[-1])
    if depth == "shortfalls":
        return Diagnosis(tuple(short), (), ())
    repairs = tuple(sorted(_priced(e, reliefs, calm.gap), key=lambda r: r.cost))
    conflicts = tuple(_conflicts(e, relief.amounts)) if depth == "why" else ()
    return Diagnosis(tuple(short), repairs, (), conflicts)


def _elastic(problem: Problem, settings: Settings) -> Elastic | None:
    try:
        return Elastic(problem, settings)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return None


def _without_relief(problem: Problem, e: Elastic | None, settings: Settings) -> Diagnosis:
    """Return why nothing fits where no limit of the brief helps: time, or what runs out."""
    timely = _elastic(without_lead_times(problem), settings)
    relief = timely.least_relief(timely.limits) if timely is not None else None
    if timely is None or relief is None:
        return Diagnosis((), (), missing_without(problem, settings))
    late = Conflict((), too_early=True)
    if e is not None:
        kept, sure = _irreducible(e, e.limits)
        late = Conflict(tuple(e.names[n] for n in kept), too_early=True, irreducible=sure)
    others = tuple(_conflicts(timely, relief.amounts)) if relief.amounts else ()
    short = _shortfalls(timely, timely.rounded(relief.amounts))
    return Diagnosis(tuple(short), (), (), (late, *others))


def _tell(settings: Settings, e: Elastic, amounts: Amounts) -> None:
    """Tell that there is a design under some reliefs, before it is proven that less will not do."""
    if settings.progress is None or not amounts:
        return
    short = _shortfalls(e, e.rounded(amounts))
    words = " and ".join(
        f"{s.requirement} {plain(s.needed)} {s.unit} instead of {plain(s.limit)}" for s in short
    )
    message = f"a design exists with {words}; looking whether less will do"
    enough = {s.path: s.needed for s in short}
    settings.progress({"stage": "repair", "message": message, "enough": enough})


def _reliefs(e: Elastic, together: Relief, tell: Callable[[Amounts], None]) -> list[Amounts]:
    """Return the least relief of each limit that is enough alone, and one of several together.

    Where nothing fits without one of them, whatever else gives way, no other can be enough alone.
    Where none is enough alone, the one of several is the least of all. Each is told as soon as
    there is a design under it.
    """
    tell(together.amounts)
    rest = [n for n in e.limits if n not in together.amounts]
    lone = len(together.amounts) == 1
    if lone and e.fits(rest) is False:
        found = [e.least_relief(tuple(together.amounts), together)]
    else:
        found = []
        for n in e.limits:
            some = e.some_relief((n,))
            if some is not None:
                tell(some.amounts)
                found.append(e.least_relief((n,), some))
    alone = [relief.amounts for relief in found if relief is not None]
    if alone:
        return alone if lone else [*alone, together.amounts]
    least = e.least_relief(e.limits, together)
    return [together.amounts if least is None else least.amounts]


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
