"""Session: one brief after another over one catalog, answered while a slider moves.

Each design gives the next brief two things: a structure (pools, networks, products) that is sized
anew at once, and a first incumbent for the search behind it. The bound beside a re-sized design is
that of the relaxation of the whole problem, so that it holds for every design, whatever its
structure.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from designlib.assemble import assemble
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.milp.build import OBJECTIVE_SCALE
from designlib.milp.diagnosis import Depth
from designlib.milp.engine import Settings
from designlib.milp.live import Live
from designlib.milp.outcome import within
from designlib.milp.sized import sized
from designlib.milp.values import Values, indices, values_of
from designlib.optimize import Found, prepare, search
from designlib.problem.context import Context
from designlib.problem.make import make_problem
from designlib.problem.structure import Structure, kept, structure_of
from designlib.problem.tables import Problem

RESIZED_GAP = 1e-3
"""Distance from the best sizes of a structure at which sizing it may stop. [1]"""


@dataclass(frozen=True)
class Answer:
    """A design that keeps the last structure, and how far it can be from the best of all.

    Attributes
    ----------
    design : Design
        The last structure, sized for the new brief.
    bound : float
        Present value below which no design of any structure lies. [currency]
    within_frac : float
        Share of its cost that a better design could save at most. [1]
    tier : str
        ``proven`` where that share is within the gap of the session, else ``resized``.
    seconds : float
        Time that the answer took. [s]
    """

    design: Design
    bound: float
    within_frac: float
    tier: Literal["resized", "proven"]
    seconds: float


class Session:
    """Designs for one brief after another.

    Parameters
    ----------
    brief : Brief
        The brief that the session opens with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    threads : int
        Solver threads; one makes the answers reproducible. [1]

    Examples
    --------
    A slider shows ``resize`` at once and ``prove`` when it is there::

        session = Session(brief)
        session.prove(brief)
        answer = session.resize(brief.with_changes({"budget.capex_total": 8e6}))
    """

    def __init__(
        self,
        brief: Brief,
        catalog: Catalog | None = None,
        *,
        gap: float = 1e-2,
        threads: int = 1,
    ) -> None:
        self.brief = brief
        self.catalog = catalog or Catalog.load()
        self._settings = Settings(gap=gap, threads=threads)
        self._last: Structure | None = None
        self._prepared: tuple[Brief, Problem, Context] | None = None
        self._known: tuple[Brief, Structure, Values] | None = None
        self._found: tuple[Brief, Found] | None = None
        self._state = threading.Lock()
        self._live, self._bounding = Live(), threading.Lock()

    @property
    def is_open(self) -> bool:
        """Return whether there is a design whose structure can be sized anew."""
        return self._last is not None

    def resize(
        self, brief: Brief, *, first: Callable[[Design], None] | None = None
    ) -> Answer | None:
        """Return the last structure sized for a brief, with a bound that holds for any design.

        None where there is no last design, where its structure cannot serve the brief, or where the
        brief is faulty or asks for what no design gives: ``prove`` then says more.

        Parameters
        ----------
        brief : Brief
            The changed brief.
        first : callable, optional
            Called with the design as soon as it is sized: its bound takes several times as long.
        """
        begun = time.perf_counter()
        with self._state:
            last = self._last
        if last is None or brief.check(self.catalog):
            return None
        part, context = make_problem(brief, self.catalog, last)
        found = sized(_parts(part, last), self._settings, RESIZED_GAP)
        if found is None:
            return None
        m, ledger, outcome = found
        values = values_of(m)
        with self._state:
            self._known = (brief, last, values)
        seconds = time.perf_counter() - begun
        if first is not None:
            some = within(outcome, 0.0)  # no design costs less than nothing: all that is known yet
            first(assemble(brief, self.catalog, context, m, ledger, some, seconds))
        try:
            problem, context = self._problem(brief, self._settings, "nothing")
        except (FaultError, Infeasible):
            return None
        bound = self._bound(problem)
        if bound is None:
            return None
        outcome = within(outcome, bound)
        design = assemble(brief, self.catalog, context, m, ledger, outcome, seconds, problem)
        gap = float(outcome.gap or 0.0)
        with self._state:
            self._found = (brief, Found(design, part, values))
        return Answer(
            design,
            outcome.bound / OBJECTIVE_SCALE,
            gap,
            "proven" if gap <= self._settings.gap else "resized",
            time.perf_counter() - begun,
        )

    def prove(
        self,
        brief: Brief,
        *,
        progress: Callable[[dict[str, Any]], None] | None = None,
        cancel: threading.Event | None = None,
        gap: float | None = None,
    ) -> Design | Infeasible:
        """Return the proven design of a brief, or the refusal that says why there is none.

        The last structure, sized for the brief, is the first incumbent. Where the bound of the
        relaxation proves it already, nothing is searched.

        Parameters
        ----------
        brief : Brief
            The brief; its design becomes the last one.
        progress : callable, optional
            Called with a dict for each stage and each better design found.
        cancel : threading.Event, optional
            Set it to stop; the best design so far is returned with the gap that it has.
        gap : float, optional
            Gap of this search instead of that of the session. [1]

        Raises
        ------
        FaultError
            The brief does not fit the catalog.
        Stopped
            The search was cancelled before any design was found.
        """
        settings = Settings(
            gap=self._settings.gap if gap is None else gap,
            threads=self._settings.threads,
            progress=progress,
            cancel=cancel,
        )
        try:
            found = self._search(brief, settings)
        except Infeasible as refusal:
            return refusal
        with self._state:
            self._last = _structure(found.problem, found.values)
        self.brief = brief
        return found.design

    def _search(self, brief: Brief, settings: Settings) -> Found:
        with self._state:
            last, before, found = self._last, self._known, self._found
        if found is not None and found[0] == brief:
            gap = found[1].design.certificate["gap"]
            if gap is not None and gap <= settings.gap:
                return found[1]

        def known(problem: Problem) -> Values | None:
            if before is not None and before[0] == brief and before[1] is last:
                return before[2]
            if last is None:
                return None
            small = sized(_parts(problem, last), settings, RESIZED_GAP)
            return None if small is None else values_of(small[0])

        prepared = self._problem(brief, settings)
        return search(brief, self.catalog, settings, known=known, prepared=prepared)

    def _bound(self, problem: Problem) -> float | None:
        """Return the bound of the relaxation; one question at a time goes to the live model."""
        with self._bounding:
            return self._live.bound(problem)

    def _problem(
        self, brief: Brief, settings: Settings, depth: Depth = "why"
    ) -> tuple[Problem, Context]:
        """Return the problem of a brief; that of the brief asked before is remembered."""
        with self._state:
            before = self._prepared
        if before is not None and before[0] == brief:
            return before[1], before[2]
        problem, context = prepare(brief, self.catalog, settings, depth)
        with self._state:
            self._prepared = (brief, problem, context)
        return problem, context


def _structure(problem: Problem, values: Values) -> Structure:
    return structure_of(
        problem,
        indices(values, "choose"),
        [k for k, _ in indices(values, "servers")],
        [f for f, _, _ in indices(values, "built")],
    )


def _parts(problem: Problem, structure: Structure) -> Iterator[Problem | None]:
    """Yield the parts of a problem that keep a structure.

    Each workload stays in its pool; where that does not do, any pool of the structure will.
    """
    for stay in (True, False):
        yield kept(problem, structure, workloads_stay=stay)
