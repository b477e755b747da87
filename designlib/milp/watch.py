"""Watch: what a search tells on its way, and how it is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
POLL_S = 1e-3
"""Time between two looks whether a search shall stop. [s]"""
SMALL = 1e-9
"""Cost that counts as none where a gap is relative to it."""
Progress = Callable[[dict[str, Any]], None]


def event(begun: float, objective: float, bound: float) -> dict[str, Any]:
    """Return what is told of a better design: seconds since the start, its cost, bound and gap."""
    bound = min(bound, objective)
    return {
        "stage": "solve",
        "seconds": time.perf_counter() - begun,
        "objective": objective,
        "bound": bound,
        "gap": (objective - bound) / max(abs(objective), SMALL),
    }


class Best:
    """The best design of a search so far, and the bound on all; each better one is told.

    Attributes
    ----------
    values : np.ndarray or None
        The design, by the order of the columns.
    objective, bound : float
        Its cost, and a cost that no design lies below.
    """

    def __init__(self, begun: float, progress: Progress | None) -> None:
        self.values: Array | None = None
        self.objective, self.bound = np.inf, -np.inf
        self._begun, self._progress, self._closed = begun, progress, False
        self._state = threading.Lock()

    def improve(self, values: Any, objective: float) -> None:
        """Record a design where it is better than the one before, and tell it."""
        with self._state:
            if self._closed or objective >= self.objective:
                return
            self.values, self.objective = np.array(values), objective
        self._tell()

    def lift(self, bound: float) -> None:
        """Record a bound on all designs where it lies higher than the one before."""
        with self._state:
            first = self.bound == -np.inf
            if not self._closed:
                self.bound = max(self.bound, bound)
        if first:
            self._tell()

    def _tell(self) -> None:
        """Tell the design once there is also a bound, so that it is known how good it is."""
        if self._progress is not None and self.values is not None and self.bound > -np.inf:
            self._progress(event(self._begun, self.objective, self.bound))

    def close(self) -> None:
        """Record that nobody waits for the search: what it finds from now on is not told."""
        with self._state:
            self._closed = True


def listen(h: Any, best: Best, cancel: threading.Event | None, *, whole: bool) -> None:
    """Add what records each better design, and what stops the search on a cancel.

    Where the ``whole`` model is searched its bound is recorded too.
    """

    def improved(found: Any) -> None:
        out = found.data_out
        if whole:
            best.lift(out.mip_dual_bound)
        best.improve(out.mip_solution, out.objective_function_value)

    h.cbMipImprovingSolution.subscribe(improved)
    stop_on_cancel(h, cancel)


def leave(work: Callable[[], bool], cancel: threading.Event | None) -> bool:
    """Return what some work gives, or False as soon as it is told to stop.

    The work then ends by itself, in a thread of its own: a solver looks seldom whether it shall.
    """
    if cancel is None:
        return work()
    given: list[bool] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            given.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while thread.is_alive() and not cancel.is_set():
            thread.join(POLL_S)
        thread.join(POLL_S)
    except BaseException:  # an interrupt of the caller ends the work too
        cancel.set()
        raise
    if failed:
        raise failed[0]
    return bool(given) and given[0]


def stop_on_cancel(h: Any, cancel: threading.Event | None) -> None:
    """Add what stops a search, or a relaxation, on a cancel."""
    if cancel is None:
        return
    stop = cancel

    def interrupt(asked: Any) -> None:
        if stop.is_set():
            asked.interrupt()

    h.cbMipInterrupt.subscribe(interrupt)
    h.cbSimplexInterrupt.subscribe(interrupt)
