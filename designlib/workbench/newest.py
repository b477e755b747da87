"""Newest wins: questions are answered one at a time in a thread, and only the last one is shown.

An answer comes in tiers: a design of the same structure at once, with how far it may be from the
best one, and the proven design behind it. A newer question ends both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from designlib.brief import Brief
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped

State = Literal[
    "waiting", "solving", "resized", "done", "infeasible", "cancelled", "fault", "error"
]
Progress = Callable[[dict[str, Any]], None]
Solve = Callable[[Brief, threading.Event, Progress], Design]
GLANCE_S = 0.1
"""Time that a design stands before its bound is worked out. [s]"""
PATIENCE_S = 0.3
"""Time that a cancelled search has to hand over the best design that it knows. [s]"""


@dataclass(frozen=True)
class Resized:
    """A design of the structure that is known.

    Attributes
    ----------
    design : Design
        The design.
    within_frac : float
        How far its cost may be above the least, over its cost. [1]
    """

    design: Design
    within_frac: float


Resize = Callable[[Brief, Callable[[Design], None]], Resized | None]
"""Brief -> design at once; calls what it is given with that design before its bound is known."""


@dataclass(frozen=True)
class Answer:
    """What is known about one brief.

    Attributes
    ----------
    state : str
        ``waiting``, ``solving`` and ``resized`` are followed by one of the others.
    generation : int
        Number of the question; a greater one is newer.
    brief : Brief
        The question.
    design : Design or None
        The design; while the proof is searched that of the same structure as before, and after a
        cancel the best one so far.
    error : Exception or None
        Why there is none.
    message : str
        What the search is doing.
    incumbent, gap : float or None
        Cost of the best design of the search [currency], and its distance to the bound. [1]
    """

    state: State
    generation: int
    brief: Brief
    design: Design | None = None
    error: Exception | None = None
    message: str = ""
    incumbent: float | None = None
    gap: float | None = None

    @property
    def final(self) -> bool:
        """Return whether nothing more will be said about this question."""
        return self.state not in ("waiting", "solving", "resized")


@dataclass(frozen=True)
class _Job:
    generation: int
    brief: Brief
    cancel: threading.Event
    finished: threading.Event


class Newest:
    """Answers briefs by a solver; a newer brief cancels the one before it.

    Parameters
    ----------
    solve : callable
        Brief, cancel event and progress -> proven design.
    show : callable
        Called with every answer about the newest brief, in the thread that found it.
    delay_s : float
        Time that a brief waits for a newer one before its search starts. [s]
    resize : callable, optional
        Design of the structure that is known, at once; None where it does not fit.
    settle_s : float
        Time that a re-sized design stands before its proof starts: a user who goes on turning is
        never slowed by it. [s]
    """

    def __init__(
        self,
        solve: Solve,
        show: Callable[[Answer], None],
        delay_s: float = 0.3,
        resize: Resize | None = None,
        settle_s: float = 0.5,
    ) -> None:
        self._solve, self._show, self._delay_s = solve, show, delay_s
        self._resize, self._settle_s = resize, settle_s
        self._state = threading.RLock()
        self._one_at_a_time = threading.Lock()
        self._job: _Job | None = None
        self._answer: Answer | None = None

    @property
    def answer(self) -> Answer | None:
        """Return what is known about the newest brief."""
        return self._answer

    def submit(self, brief: Brief) -> None:
        """Record the newest brief and answer it in a thread."""
        job = self._next(brief)
        threading.Thread(target=self._work, args=(job, self._delay_s), daemon=True).start()

    def run(self, brief: Brief) -> Answer:
        """Return the answer to a brief, found in this thread, or a newer one."""
        self._work(self._next(brief), 0.0)
        return self.wait()

    def know(self, brief: Brief, design: Design) -> Answer:
        """Return the answer to a brief whose design is known already.

        Parameters
        ----------
        brief : Brief
            The brief.
        design : Design
            Its design.
        """
        job = self._next(brief, silent=True)
        self._tell(job, "done", design=design)
        self._close(job)
        return self.wait()

    def refuse(self, brief: Brief, error: Exception) -> None:
        """Record an error as the answer to a question that is no brief.

        Parameters
        ----------
        brief : Brief
            The brief before it.
        error : Exception
            What is wrong.
        """
        job = self._next(brief, silent=True)
        self._tell(job, "fault", error=error)
        self._close(job)

    def cancel(self) -> None:
        """Record that the search should stop; the best design that is known by then is shown."""
        with self._state:
            job = self._job
        if job is None or job.finished.is_set():
            return
        job.cancel.set()
        # The search hands over its best design. Where it is busy with something that cannot be
        # stopped, nobody waits for it: what comes later is about a question that is closed.
        timer = threading.Timer(PATIENCE_S, self._close, (job,))
        timer.daemon = True
        timer.start()

    def wait(self) -> Answer:
        """Return the final answer to the newest brief, as soon as there is one."""
        while True:
            with self._state:
                job, answer = self._job, self._answer
            if job is None:
                raise RuntimeError("nothing was submitted yet")
            if answer is not None and answer.final:
                return answer
            job.finished.wait()

    def _next(self, brief: Brief, *, silent: bool = False) -> _Job:
        with self._state:
            before = self._job
            generation = before.generation + 1 if before else 1
            job = _Job(generation, brief, threading.Event(), threading.Event())
            self._job = job
            if before:
                before.cancel.set()
            if not silent:
                self._tell(job, "waiting")
        return job

    def _work(self, job: _Job, delay_s: float) -> None:
        try:
            job.cancel.wait(delay_s)
            with self._one_at_a_time:
                if job is self._job and not job.finished.is_set():
                    self._tell(job, "solving")
                    self._search(job)
        finally:
            self._close(job)

    def _close(self, job: _Job) -> None:
        with self._state:
            # A cancel, or an interrupt of the caller, may leave a search without an answer of its
            # own; nobody may wait for it.
            if job is self._job and not (self._answer and self._answer.final):
                best = self._answer.design if self._answer else None
                self._tell(job, "cancelled", design=best)
            job.finished.set()

    def _search(self, job: _Job) -> None:
        def progress(event: dict[str, Any]) -> None:
            told = {k: event.get(k) for k in ("incumbent", "gap")}
            known = {k: v for k, v in told.items() if v is not None and isfinite(v)}
            self._tell(job, "solving", message=str(event.get("message", "")), **known)

        try:
            self._at_once(job)
            design = self._solve(job.brief, job.cancel, progress)
        except Infeasible as refusal:
            self._tell(job, "infeasible", error=refusal)
        except FaultError as faults:
            self._tell(job, "fault", error=faults)
        except Stopped as stop:
            best = self._answer.design if self._answer and job is self._job else None
            self._tell(job, "cancelled", design=best, error=stop)
        except Exception as error:  # a thread has no caller who could see it
            self._tell(job, "error", error=error)
        else:
            self._tell(job, "cancelled" if design.status == "cancelled" else "done", design=design)

    def _at_once(self, job: _Job) -> None:
        """Tell the design of the structure that is known, where it meets the brief."""

        def first(design: Design) -> None:
            self._tell(job, "resized", design=design)
            # Its bound takes longer: who goes on turning does not wait for it.
            if job.cancel.wait(GLANCE_S):
                raise Stopped("cancelled", design.certificate["bound"])

        found = self._resize(job.brief, first) if self._resize else None
        if found is not None:
            self._tell(job, "resized", design=found.design, gap=found.within_frac)
            job.cancel.wait(self._settle_s)
            if job.cancel.is_set():
                raise Stopped("cancelled", found.design.certificate["bound"])

    def _tell(self, job: _Job, state: State, **known: Any) -> None:
        with self._state:
            if job is not self._job or job.finished.is_set():
                return
            told = Answer(state, job.generation, job.brief, **known)
            last = self._answer
            if last is not None and last.generation == job.generation and state == "solving":
                # While the proof is searched the design at once stays the best that is known.
                told = replace(told, design=last.design, gap=told.gap or last.gap)
            self._answer = told
            self._show(told)
