"""Patched: a model handed over once to two solvers, of which bounds and costs change in place.

One solver relaxes, and keeps its basis from question to question; the other searches, over all or
over the kinds of server and networks that the relaxation uses.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from designlib.milp.engine import LARGE, Settings
from designlib.milp.handover import Handover
from designlib.milp.solver import solver, start_from, verdict
from designlib.milp.values import Array
from designlib.milp.watch import stop_on_cancel

Ends = Mapping[int, tuple[float, float]]
"""Column -> its bounds."""
QUESTION_S = 30.0
"""Time after which one question stays open; only those of large portfolios take so long. [s]"""
_NOISE = 1e-6


class Patched:
    """A model in two solvers.

    Attributes
    ----------
    relaxed, whole : Highs
        The solver of the relaxation, and that of the search.
    price : np.ndarray
        Cost of each column in the model itself.
    design : np.ndarray or None
        The design found last that is worth keeping, by columns.
    is_large : bool
        Whether few kinds of server and networks are searched before all.
    """

    def __init__(self, m: Any, held: Handover, settings: Settings) -> None:
        self._begun, self._limit_s = time.perf_counter(), settings.time_limit_s
        self.relaxed, self.whole = (
            solver(held.lp, threads=settings.threads, seed=settings.seed) for _ in range(2)
        )
        self.relaxed.setOptionValue("solve_relaxation", True)
        for h in (self.relaxed, self.whole):
            stop_on_cancel(h, settings.cancel)
        self.price = np.array(held.lp.col_cost_, float)
        self.design: Array | None = None
        self.is_large = held.integers_count > LARGE
        self._upper = np.array(held.lp.col_upper_, float)
        self._place = {id(v): n for n, v in enumerate(held.columns)}
        self._structure = _structure(m, held.columns)

    def columns_of(self, variables: Iterable[Any]) -> list[int]:
        """Return the columns of variables, of those that are in the model."""
        return [self._place[id(v)] for v in variables if id(v) in self._place]

    def relax(self, ends: Ends, cost: Array) -> str:
        """Return what the relaxation between bounds of columns comes to."""
        self._patch(self.relaxed, ends, cost)
        self._solve(self.relaxed)
        return verdict(self.relaxed)

    def search(
        self, ends: Ends, cost: Array, *, sure: bool = False, first: Array | None = None
    ) -> str:
        """Return what a search between bounds of columns comes to, from a design if one is known.

        With ``sure`` the answer that there is none is asked for twice.
        """
        h = self.whole
        self._patch(h, ends, cost)
        h.clearSolver()
        if first is not None:
            start_from(h, first)
        self._solve(h)
        if verdict(h) == "infeasible" and sure:
            # Presolve has been seen to call a feasible model infeasible: ask again without it.
            h.clearSolver()
            h.setOptionValue("presolve", "off")
            self._solve(h)
            h.setOptionValue("presolve", "choose")
        return verdict(h)

    @contextmanager
    def options(self, **values: float) -> Iterator[None]:
        """Return a context in which the search has other options."""
        before = {name: self.whole.getOptionValue(name)[1] for name in values}
        for name, value in values.items():
            self.whole.setOptionValue(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                self.whole.setOptionValue(name, value)

    @contextmanager
    def fewer(self) -> Iterator[None]:
        """Return a context without the kinds of server and networks that the relaxation leaves.

        Those of the last design stay too.
        """
        values = np.array(self.relaxed.getSolution().col_value)
        if self.design is not None:
            values = np.maximum(values, self.design)
        shut = [c for mine in self._structure for c in mine if values[mine].max() <= _NOISE]
        for column in shut:
            self.whole.changeColBounds(column, 0.0, 0.0)
        try:
            yield
        finally:
            for column in shut:
                self.whole.changeColBounds(column, 0.0, self._upper[column])

    def _patch(self, h: Any, ends: Ends, cost: Array) -> None:
        for column, (low, high) in ends.items():
            h.changeColBounds(column, low, high)
        h.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def _solve(self, h: Any) -> None:
        left = QUESTION_S
        if self._limit_s is not None:
            left = min(left, max(0.0, self._limit_s - (time.perf_counter() - self._begun)))
        h.setOptionValue("time_limit", h.getRunTime() + left)  # its clock runs on
        h.run()


def _structure(m: Any, columns: list[Any]) -> list[list[int]]:
    """Return the columns of each kind of server in use, and of each compute network built."""
    groups: dict[tuple[str, str], list[int]] = {}
    for n, v in enumerate(columns):
        parent = v.parent_component()
        if parent is m.used:
            groups.setdefault(("kind", v.index()), []).append(n)
        elif parent is m.built and v.index()[0] in m.wired:
            groups.setdefault(("network", v.index()[0]), []).append(n)
    return list(groups.values())
