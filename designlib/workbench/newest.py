"""Newest wins: questions are answered one at a time in a thread, and only the last one is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from designlib.brief import Brief
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.optimize import Stopped

State = Literal["waiting", "solving", "done", "infeasible", "cancelled", "fault", "error"]
Progress = Callable[[dict[str, Any]], None]
Solve = Callable[[Brief, threading.Event, Progress], Design]


@dataclass(frozen=True)
class Answer:
    """What is known about one brief.

    Attributes
    ----------
    state : str
        ``waiting`` and ``solving`` are followed by one of the others.
    generation : int
        Number of the question; a greater one is newer.
    brief : Brief
        The question.
    design : Design or None
        The design, also that of a search that was cancelled late enough to have one.
    error : Exception or None
        Why there is none.
    message : str
        What the search is doing.
    """

    state: State
    generation: int
    brief: Brief
    design: Design | None = None
    error: Exception | None = None
    message: str = ""

    @property
    def final(self) -> bool:
        """Return whether nothing more will be said about this question."""
        return self.state not in ("waiting", "solving")


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
        Brief, cancel event and progress -> design.
    show : callable
        Called with every answer about the newest brief, in the thread that found it.
    delay_s : float
        Time that a brief waits for a newer one before its search starts. [s]
    """

    def __init__(self, solve: Solve, show: Callable[[Answer], None], delay_s: float = 0.3) -> None:
        self._solve, self._show, self._delay_s = solve, show, delay_s
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

    def refuse(self, brief: Brief, error: Exception) -> None:
        """Record an error as the answer to a question that is no brief.

        Parameters
        ----------
        brief : Brief
            The brief before it.
        error : Exception
            What is wrong.
        """
        job = self._next(brief)
        self._tell(job, "fault", error=error)
        self._close(job)

    def cancel(self) -> None:
        """Record that the search should stop; a design that it has by then is shown."""
        with self._state:
            if self._job is not None:
                self._job.cancel.set()

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

    def _next(self, brief: Brief) -> _Job:
        with self._state:
            before = self._job
            generation = before.generation + 1 if before else 1
            job = _Job(generation, brief, threading.Event(), threading.Event())
            self._job = job
            if before:
                before.cancel.set()
            self._tell(job, "waiting")
        return job

    def _work(self, job: _Job, delay_s: float) -> None:
        try:
            job.cancel.wait(delay_s)
            with self._one_at_a_time:
                if job is not self._job:
                    return
                self._tell(job, "solving")
                self._search(job)
        finally:
            self._close(job)

    def _close(self, job: _Job) -> None:
        with self._state:
            # An interrupt of the caller left the search without an answer; nobody may wait for it.
            if job is self._job and not (self._answer and self._answer.final):
                self._tell(job, "cancelled")
            job.finished.set()

    def _search(self, job: _Job) -> None:
        def progress(event: dict[str, Any]) -> None:
            found = f"gap {event['gap']:.1%}" if event.get("gap") is not None else ""
            self._tell(job, "solving", message=str(event.get("message", found)))

        try:
            design = self._solve(job.brief, job.cancel, progress)
        except Infeasible as refusal:
            self._tell(job, "infeasible", error=refusal)
        except FaultError as faults:
            self._tell(job, "fault", error=faults)
        except Stopped as stop:
            self._tell(job, "cancelled", error=stop)
        except Exception as error:  # a thread has no caller who could see it
            self._tell(job, "error", error=error)
        else:
            self._tell(job, "cancelled" if design.status == "cancelled" else "done", design=design)

    def _tell(self, job: _Job, state: State, **known: Any) -> None:
        with self._state:
            if job is self._job:
                self._answer = Answer(state, job.generation, job.brief, **known)
                self._show(self._answer)
