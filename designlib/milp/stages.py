"""Stages: a design and a smaller search before the long search.

The relaxation of the whole model bounds every design and shows which kinds of server and which
networks it would use. What it uses alone gives a first design in a moment, and a search over these
kinds and networks ends soon; the best design starts the long search. A whole number whose reduced
cost exceeds that design is then held where no cheaper one can move it: the long search keeps the
whole model's bound, because nothing cheaper was left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from designlib.milp.handover import Handover
from designlib.milp.solver import start_from
from designlib.milp.watch import Best

Array = npt.NDArray[np.float64]
Solver = Callable[[float], Any]
"""Gives a solver that holds the whole model, set to a relative gap."""

_TRACE = 1e-6
"""Value below which a variable of the relaxation counts as zero, and a relative rounding."""
MANY = 10_000
"""Rows that only lift the bound, from which few of them are tried first. [1]"""
CLOSE = 0.01
"""Distance of a first design and the relaxation at which no smaller search comes first. [1]"""
SMALL_GAP = CLOSE / 2
"""Distance from its own best at which the smaller search stops, or sooner where that is asked: it
ends soon, and the long search seldom finds a better design. [1]
"""
Known = tuple[Array, float]
"""A design by the order of the columns, and its cost."""


@dataclass(frozen=True)
class Start:
    """Where the long search starts: the best design so far, and bounds that hold all cheaper."""

    values: Array | None
    objective: float
    bound: float
    lower: Array
    upper: Array

    @property
    def gap(self) -> float:
        """Return how far the design lies above the bound; infinite without one. [1]."""
        if self.values is None:
            return np.inf
        return max(0.0, self.objective - self.bound) / max(abs(self.objective), _TRACE)


def look(
    m: Any,
    held: Handover,
    solver: Solver,
    gap: float,
    first: Known | None = None,
    best: Best | None = None,
) -> Start | None:
    """Return a start for the long search, or None where the relaxation has no solution.

    A ``first`` design near the relaxation stands in for the smaller search. Else one is sought
    among what the relaxation uses, and the cheaper of both starts it. The ``best`` of the search
    learns the bound and the designs.
    """
    best = best or Best(0.0, None)
    best.lift(_least(held.lp))
    if first is not None:
        best.improve(*first)
    h, columns = solver(gap), held.columns
    h.setOptionValue("solve_relaxation", True)
    implied = [n for n, x in enumerate(held.rows) if x.parent_component().local_name in m.implied]
    _relax(h, held, implied)
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None if first is None else _cut_short(held.lp, first)
    lp, bound = h.getLp(), float(h.getInfo().objective_function_value)
    best.lift(bound)
    relaxed, reduced = np.array(h.getSolution().col_value), np.array(h.getSolution().col_dual)
    lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
    found = _near(first, bound, gap)
    if found is None:
        traced = _traced(m, columns, solver(CLOSE), relaxed, lower)
        first = min((x for x in (first, traced) if x is not None), key=_cost, default=None)
        found = _near(first, bound, gap)
    values, objective = found or _small(m, columns, solver(min(gap, SMALL_GAP)), relaxed, first)
    if values is None:
        return Start(None, np.inf, bound, lower, upper)
    slack = objective - bound + _TRACE * abs(objective)
    whole = np.array([not v.is_continuous() for v in columns])
    reduced = np.where(whole, reduced, 0.0)
    lower, upper = _tightened(lower, upper, relaxed, reduced, slack)
    return Start(values, objective, bound, lower, upper)


def _relax(h: Any, held: Handover, implied: list[int]) -> None:
    """Run the relaxation; many rows that only lift its bound are left out until they are broken."""
    if len(implied) < MANY:
        h.run()
        return
    lower, upper = held.form.lower, held.form.upper
    out = np.array(implied, np.int32)
    free = np.full(len(out), np.inf)
    h.changeRowsBounds(len(out), out, -free, free)
    while len(out):
        h.run()
        if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return
        sides = held.form.a @ np.array(h.getSolution().col_value)
        room = _TRACE * (1.0 + np.abs(sides))
        broken = out[((sides < lower - room) | (sides > upper + room))[out]]
        if not len(broken):
            return
        h.changeRowsBounds(len(broken), broken, lower[broken], upper[broken])
        out = np.setdiff1d(out, broken)
    h.run()


def _cut_short(lp: Any, first: Known) -> Start | None:
    """Return a start whose bound is that of the bounds of the variables alone, if there is one."""
    least = _least(lp)
    if not np.isfinite(least):
        return None
    return Start(*first, least, np.array(lp.col_lower_), np.array(lp.col_upper_))


def _least(lp: Any) -> float:
    """Return a cost that the bounds of the variables alone allow no solution to lie below."""
    cost, lower, upper = (np.array(x) for x in (lp.col_cost_, lp.col_lower_, lp.col_upper_))
    used = cost != 0.0
    return float(np.where(cost > 0.0, lower, upper)[used] @ cost[used] + lp.offset_)


def _cost(known: Known) -> float:
    return known[1]


def _near(first: Known | None, bound: float, gap: float) -> Known | None:
    """Return the first design where it is near enough to the bound to need no better one."""
    if first is None or first[1] - bound > max(gap, CLOSE) * abs(first[1]):
        return None
    return first


def _traced(m: Any, columns: list[Any], h: Any, relaxed: Array, lower: Array) -> Known | None:
    """Return a design of nothing but the ways, servers and switches that the relaxation uses.

    So little is left of the model that it takes a moment; often it is near the best of all.
    """
    free = (m.choose, m.servers, m.built)
    for j, v in enumerate(columns):
        if relaxed[j] <= _TRACE and lower[j] == 0.0 and v.parent_component() in free:
            h.changeColBounds(j, 0.0, 0.0)
    h.run()
    info = h.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(h.getSolution().col_value), float(info.objective_function_value)


def _small(
    m: Any, columns: list[Any], h: Any, relaxed: Array, first: Known | None
) -> tuple[Array | None, float]:
    """Return the best design of the kinds and compute networks in use, and its cost.

    Those of the relaxation, and those of the first design where there is one.
    """
    kinds, networks = set(), set()
    used = relaxed if first is None else np.maximum(relaxed, first[0])
    for v, x in zip(columns, used, strict=True):
        if x > _TRACE and v.parent_component() is m.servers:
            kinds.add(m.kind_of[v.index()[0]])
        if x > _TRACE and v.parent_component() is m.built:
            networks.add(v.index()[0])
    shut = [
        j
        for j, v in enumerate(columns)
        if (v.parent_component() is m.used and v.index() not in kinds)
        or (
            v.parent_component() is m.built
            and v.index()[0] in m.wired
            and v.index()[0] not in networks
        )
    ]
    for j in shut:
        h.changeColBounds(j, 0.0, 0.0)
    if first is not None:
        start_from(h, first[0])
    h.run()
    info = h.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return first or (None, np.inf)
    return np.array(h.getSolution().col_value), float(info.objective_function_value)


def _tightened(
    lower: Array, upper: Array, relaxed: Array, reduced: Array, slack: float
) -> tuple[Array, Array]:
    """Return the bounds of the whole numbers within which a design costs at most ``slack`` more.

    A variable at its bound in the relaxation raises the cost by at least its reduced cost for each
    unit that it moves away.
    """
    steps = np.floor(slack / np.maximum(np.abs(reduced), _TRACE * slack) + _TRACE)
    at_lower = (reduced > 0) & (relaxed <= lower + _TRACE)
    at_upper = (reduced < 0) & (relaxed >= upper - _TRACE)
    return (
        np.where(at_upper, np.maximum(lower, upper - steps), lower),
        np.where(at_lower, np.minimum(upper, lower + steps), upper),
    )
