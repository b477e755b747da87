"""Asides: questions beside the search, each in a thread of its own, that tell as they find."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.workbench.view import Found

Tell = Callable[[Any], None]
Ask = Callable[[Tell, Callable[[], bool]], str]


class Asides:
    """The questions of the panels; of one name only the newest is answered.

    Parameters
    ----------
    changed : callable
        Called with the name of a question after each finding, in the thread that found it.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self._changed = changed
        self._lock = threading.RLock()
        self._found: dict[str, Found] = {}
        self._stops: dict[str, threading.Event] = {}

    @property
    def found(self) -> Mapping[str, Found]:
        """Return what each question has found so far."""
        with self._lock:
            return dict(self._found)

    def ask(self, name: str, subject: str, ask: Ask) -> None:
        """Record a question and answer it in a thread, unless it is answered or asked already.

        Parameters
        ----------
        name : str
            Name of the question.
        subject : str
            What it is about; a new subject ends the search for the one before.
        ask : callable
            What tells the findings and returns a last word.
        """
        with self._lock:
            known = self._found.get(name)
            if known is not None and known.subject == subject:
                return
            self.stop(name)
            stop = self._stops[name] = threading.Event()
            self._found[name] = Found(subject)
        work = threading.Thread(target=self._work, args=(name, subject, ask, stop), daemon=True)
        work.start()

    def stop(self, name: str) -> None:
        """Record that nobody waits for a question any more; what it has found stays."""
        with self._lock:
            if name in self._stops:
                self._stops.pop(name).set()

    def forget(self, name: str) -> None:
        """Record that the findings of a question are not wanted any more."""
        with self._lock:
            self.stop(name)
            self._found.pop(name, None)

    def _work(self, name: str, subject: str, ask: Ask, stop: threading.Event) -> None:
        def tell(part: Any) -> None:
            self._add(name, subject, (part,), True, "")

        try:
            message = ask(tell, stop.is_set)
        except (FaultError, Infeasible) as error:
            message = str(error)
        except Exception as error:  # a thread has no caller who could see it
            message = f"{type(error).__name__}: {error}"
        self._add(name, subject, (), False, message)

    def _add(
        self, name: str, subject: str, parts: tuple[Any, ...], running: bool, message: str
    ) -> None:
        with self._lock:
            known = self._found.get(name)
            if known is None or known.subject != subject:
                return
            self._found[name] = Found(subject, (*known.parts, *parts), running, message)
        self._changed(name)
