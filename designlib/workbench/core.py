"""Core: the brief, its answers and what the page may do; a search answers each change."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.faults import Fault, FaultError
from designlib.optimize import Stopped
from designlib.workbench.as_code import as_code
from designlib.workbench.asides import Asides
from designlib.workbench.history import History
from designlib.workbench.knobs import Knob, Scales, knobs, written
from designlib.workbench.newest import Answer, Newest, Resize, Solve
from designlib.workbench.page import Page
from designlib.workbench.panels import panels
from designlib.workbench.session_file import Session, read_session, write_session
from designlib.workbench.solver import tiers
from designlib.workbench.view import View, other_brief, proof_of

DELAY_S: Final = 0.06
"""Time in which several changes become one question. [s]"""
FIRST: Final = "summary"
SHOWN: Final = frozenset({"resized", "done", "infeasible", "cancelled"})


class Core:
    """What a workbench holds: briefs and their answers, and nothing else.

    Parameters
    ----------
    brief : Brief
        The brief to begin with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    solve, resize : callable, optional
        What proves a design, and what finds one of the known structure at once.
    session : Session, optional
        What to go on with.
    autosave : Path, optional
        File that always holds the session; without it nothing is written.
    kept : Session, optional
        What an earlier kernel left behind, which a user may go on with.
    """

    def __init__(
        self,
        brief: Brief,
        catalog: Catalog | None = None,
        *,
        gap: float = 1e-3,
        solve: Solve | None = None,
        resize: Resize | None = None,
        session: Session | None = None,
        autosave: Path | None = None,
        kept: Session | None = None,
    ) -> None:
        self._own_catalog = catalog is not None
        self._catalog = catalog or Catalog.load()
        self._gap, self.autosave = gap, autosave
        if solve is None:
            solve, resize = tiers(brief, self._catalog, gap)
        self._lock = threading.RLock()
        self.newest = Newest(solve, self._answered, DELAY_S, resize)
        self.asides = Asides(self._found)
        self.chosen: dict[str, str] = {}
        self.panels = panels()
        self.panel = FIRST
        self._kept = kept
        self._start(session or Session(brief, (brief,), 0, {}))
        self._page = Page(self)
        self._page.draw()
        self._resume(session.design if session else None)

    def _start(self, session: Session) -> None:
        self._opened = session.opened
        self.history = History(session.briefs, session.place)
        self._brief = self.history.briefs[self.history.place]
        self._pins = dict(session.pins)
        self._design: Design | None = None
        self._before: Design | None = None
        self._scales = Scales(self._opened)

    def _continue(self, session: Session) -> None:
        with self._lock:
            self._start(session)
            self.chosen.clear()
        self._page.draw()
        self._resume(session.design)

    def _resume(self, design: Design | None) -> None:
        """Ask for the present brief, unless its design is known."""
        if design:
            self.history.record(self._brief, design)
        self._go(self._brief)

    @property
    def brief(self) -> Brief:
        """Return the present brief."""
        return self._brief

    @property
    def knobs(self) -> dict[str, Knob]:
        """Return the controls of the present brief by name."""
        known = knobs(self._scales.of(self._brief), self._catalog)
        return {knob.name: knob for knob in known}

    @property
    def pins(self) -> dict[str, Design]:
        """Return the pinned designs by name."""
        return dict(self._pins)

    @property
    def code(self) -> str:
        """Return the cell that makes the present design again."""
        return as_code(self._opened, self._brief, gap=self._gap, own_catalog=self._own_catalog)

    @property
    def view(self) -> View:
        """Return all that panels look at, as it is now."""
        with self._lock:
            return View(
                self._opened,
                self._brief,
                self._catalog,
                self.newest.answer,
                self._design,
                self._before,
                dict(self._pins),
                dict(self.chosen),
                self.asides.found,
                self.code,
            )

    def pin(self, name: str = "") -> str:
        """Return the name under which the present design is kept for comparing.

        Parameters
        ----------
        name : str
            Its name; numbered without one.
        """
        if self._design is None:
            raise Stopped("no design", math.nan)
        taken = {*self._pins}
        number = len(taken) + 1
        while not name or name in taken:
            name, number = f"Design {number}", number + 1
        self._pins[name] = self._design
        self._page.draw()
        self._save()
        return name

    def unpin(self, name: str) -> None:
        """Record that a design need not be kept any more."""
        self._pins.pop(name, None)
        self._page.draw()
        self._save()

    def cancel(self) -> None:
        """Record that the search should stop; the best design so far stays."""
        self.newest.cancel()

    def save(self, path: str | Path) -> Path:
        """Write the session to a file, completely or not at all, and return the file."""
        with self._lock:
            line, design = self.history, self.history.design(self._brief)
            held = Session(self._opened, line.briefs, line.place, dict(self._pins), design)
        return write_session(held, path)

    def open(self, path: str | Path) -> None:
        """Read a session from a file and go on with it."""
        self._continue(read_session(path))

    def show(self, panel: str) -> None:
        """Draw one of the panels.

        Parameters
        ----------
        panel : str
            Its name: a file of the folder of panels.
        """
        if panel not in self.panels:
            message = f"no panel {panel!r}; there are {', '.join(self.panels)}"
            raise FaultError([Fault("workbench", None, "panel", message)])
        self.panel = panel
        self._page.draw()
        self.wonder()

    @property
    def kept(self) -> Session | None:
        """Return the session that an earlier kernel left behind, while nothing was done in this."""
        return self._kept if len(self.history.briefs) == 1 else None

    def ask(self, make: Callable[[], Brief]) -> None:
        """Record a brief as the newest question, or what is wrong with it.

        Parameters
        ----------
        make : callable
            What returns the brief, or raises ``FaultError``.
        """
        try:
            brief = make()
        except FaultError as faults:
            self.newest.refuse(self._brief, faults)
        else:
            self._go(brief)

    def turned(self, name: str, value: Any) -> Brief:
        """Return the present brief with one control turned."""
        return self._brief.with_changes(written(self.knobs, {name: value}))

    def choose(self, name: str, value: str, *, quietly: bool = False) -> None:
        """Record what a user chose in a panel; the brief stays as it is.

        Parameters
        ----------
        name, value : str
            What was chosen.
        quietly : bool
            The page is drawn anyway soon.
        """
        with self._lock:
            self.chosen[name] = value
        if not quietly:
            self._page.draw_stage()
            self.wonder()

    def step(self, *, back: bool) -> None:
        """Record that the brief before, or the one that was undone, is asked again."""
        self._go(self.history.undo() if back else self.history.redo())

    def go_on(self) -> None:
        """Read what an earlier kernel left behind, and go on with it."""
        if self._kept:
            self._continue(self._kept)

    def open_design(self, brief: Brief, design: Design) -> None:
        """Record a design that is known already as the answer to its brief."""
        self._brief = brief
        self.newest.know(brief, design)

    def _go(self, brief: Brief) -> None:
        self._brief = brief
        known = self.history.design(brief)
        if known:
            self.newest.know(brief, known)
        else:
            self.newest.submit(brief)

    def _answered(self, answer: Answer) -> None:
        """Draw an answer, in the thread that found it."""
        with self._lock:
            if answer.state in SHOWN:
                self.history.record(answer.brief, answer.design if answer.state == "done" else None)
            fresh = answer.state in SHOWN and answer.design is not None
            if fresh and proof_of(answer.design) != proof_of(self._design):
                if self._design is None or other_brief(self._design, answer.design):
                    self._before = self._design
                self._design = answer.design
            elif answer.state == "infeasible":
                self._design, self._before = None, self._design or self._before
        self._page.answered(answer)
        if answer.final:
            self.wonder()
            self._save()

    def _found(self, name: str) -> None:
        """Draw what a question beside the search has found, where it is looked at."""
        if name == self.panel:
            self._page.draw_stage()

    def wonder(self) -> None:
        """Record what the present panel asks beside the search, if it asks anything."""
        panel, view = self.panels[self.panel], self.view
        if not hasattr(panel, "ask") or view.design is None:
            return
        if view.answer is None or not view.answer.final:
            return
        if subject := panel.subject(view):
            self.asides.ask(
                self.panel, subject, lambda tell, stopped: panel.ask(view, tell, stopped)
            )

    def _save(self) -> None:
        try:
            if self.autosave is not None:
                self.save(self.autosave)
        except OSError:
            self.autosave = None  # the page then says nothing of a file
