"""Engine: the hand-over of a Pyomo model to HiGHS, and the proof that comes back.

Pyomo stays the readable source of truth. Its standard form is handed to HiGHS as arrays, which is
several times faster than the translation of Pyomo's own interface and lets a thread solve without
touching the standard output.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyomo.common.errors import InfeasibleConstraintException

from designlib.milp import outcome
from designlib.milp.handover import Handover, hand_over, write
from designlib.milp.outcome import STATUS, Outcome
from designlib.milp.solver import seek, solver, start_from
from designlib.milp.stages import Start, look
from designlib.milp.values import Values, balanced
from designlib.milp.watch import Best, Progress, leave, listen


@dataclass(frozen=True)
class Settings:
    """How a solve may run."""

    gap: float = 1e-3
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0
    progress: Progress | None = None
    cancel: threading.Event | None = None
    write_model: Path | None = None
    stages: bool | None = None
    """Whether a smaller search comes first; by default where the model is large."""


LARGE = 1000
"""Whole numbers above which a smaller search pays before the long one. [1]"""


def solve(
    m: Any,
    settings: Settings,
    build_s: float = 0.0,
    known: Values | None = None,
    refuted: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Return the outcome of a solve; the incumbent is left in the variables of the model.

    A design that is ``known`` beforehand, also one of another model, is the first incumbent where
    it is balanced in this one. Where the smaller search finds none, ``refuted`` is asked whether it
    is proven in another way that there is none: that takes less than to search all. A search that
    is told to stop is left at once, with the best design and the bound that it has.
    """
    try:
        held = hand_over(m)
    except InfeasibleConstraintException:  # a row without variables that cannot hold
        return outcome.impossible({"build": build_s, "handover": 0.0, "solve": 0.0})
    if settings.write_model is not None:
        write(held, settings.write_model)
    search = _Search(m, held, settings)
    ended = leave(lambda: search.run(known, refuted), settings.cancel)
    spent = time.perf_counter() - search.begun
    seconds = {"build": build_s, "handover": held.seconds, "solve": spent}
    if not ended:
        search.best.close()
        return outcome.left(held, search.best, seconds)
    if search.refuted:
        return outcome.refuted(held, seconds)
    return outcome.ended(search.h, held, search.start, seconds)


class _Search:
    """One search: over little, then over all."""

    def __init__(self, m: Any, held: Handover, settings: Settings) -> None:
        self.m, self.held, self.settings = m, held, settings
        self.begun = time.perf_counter()
        self.best = Best(self.begun, settings.progress)
        self.start: Start | None = None
        self.refuted = False
        self.h = self._solver(settings.gap, whole=True)

    def run(self, known: Values | None, refuted: Callable[[], bool]) -> bool:
        """Search to the end, and return that it was reached."""
        asked, held = self.settings, self.held
        first = None if known is None else balanced(known, held)
        wanted = held.integers_count > LARGE if asked.stages is None else asked.stages
        looks = hasattr(self.m, "kind_of") and (wanted or first is not None)
        if looks:
            self.start = look(self.m, held, self._solver, asked.gap, first, self.best)
        stopped = asked.cancel is not None and asked.cancel.is_set()
        if looks and not stopped and (self.start is None or self.start.values is None):
            self.refuted = refuted()
        # Else what was asked for may be proven already.
        if not self.refuted and (self.start is None or self.start.gap > asked.gap):
            self._search_all()
        return True

    def _search_all(self) -> None:
        """Run the long search, from a start where there is one."""
        h, start = self.h, self.start
        h.setOptionValue("time_limit", self._left())
        if start is not None:
            n = len(start.lower)
            h.changeColsBounds(n, np.arange(n, dtype=np.int32), start.lower, start.upper)
            if start.values is not None:
                start_from(h, start.values)
                seek(h, designs=False)  # the smaller search has sought good ones
        h.run()
        nothing = start is None or start.values is None
        if nothing and STATUS.get(h.getModelStatus()) == "infeasible":
            # Presolve has been seen to call a feasible model infeasible: ask again without it.
            h.passModel(self.held.lp)
            h.setOptionValue("presolve", "off")
            h.run()

    def _solver(self, gap: float, *, whole: bool = False) -> Any:
        """Return a solver that holds the model, with the time that is left."""
        h = solver(self.held.lp, threads=self.settings.threads, seed=self.settings.seed)
        h.setOptionValue("mip_rel_gap", gap)
        h.setOptionValue("time_limit", self._left())
        listen(h, self.best, self.settings.cancel, whole=whole)
        return h

    def _left(self) -> float:
        """Return the time that is left. [s]."""
        if self.settings.time_limit_s is None:
            return np.inf
        return max(0.0, self.settings.time_limit_s - (time.perf_counter() - self.begun))
