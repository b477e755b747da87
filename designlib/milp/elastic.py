"""Elastic: a model handed over once, in which requirements of the brief give way one by one.

Bounds and costs are patched in place: a question takes a solve, not another build. The relaxation
answers first, for what it refutes needs no search.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import LARGE, Settings
from designlib.milp.handover import hand_over
from designlib.milp.requirements import LIMIT, Requirement, requirements
from designlib.milp.values import Array
from designlib.milp.watch import stop_on_cancel
from designlib.problem.tables import Problem

RELIEF_SCALE = 1e5
"""Weight of relative reliefs: a unit of a large budget alone is below the solver's tolerance."""
RELIEF_GAP = 1e-3
"""Distance from the least relief, or share of the limit itself, at which the search for it may
stop: what is asked for is rounded up to three digits, which is as much or more. [1]
"""
NODES_MAX = 512
"""Branches after which a question whether anything fits stays open. [1]"""
_NOISE = 1e-6

Amounts = dict[int, float]
"""Index of a requirement -> by how much it gives way."""


@dataclass(frozen=True)
class Relief:
    """What has to give way for a design to exist."""

    amounts: Amounts
    least: float
    """What any relief comes to at least, each as a share of its limit. [1]"""


@dataclass(frozen=True)
class Found:
    """A solution under some reliefs."""

    objective: float
    bound: float
    amounts: Amounts


class Elastic:
    """The model of a problem whose requirements can be let go.

    Attributes
    ----------
    names : tuple of Requirement
        What may give way, in the order in which it is numbered.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        m, _ = build(problem, undone=True)
        self.names: tuple[Requirement, ...] = requirements(m, problem)
        for requirement in self.names:
            for variable in requirement.variables:
                variable.unfix()
        held = hand_over(m)
        place = {id(v): n for n, v in enumerate(held.columns)}
        self._columns = [[place[id(v)] for v in r.variables if id(v) in place] for r in self.names]
        self._price = np.array(held.lp.col_cost_, float)
        self._upper = np.array(held.lp.col_upper_, float)
        self._structure = _structure(m, held.columns)
        self.is_large = held.integers_count > LARGE
        self._settings = settings
        self._begun = time.perf_counter()
        self._relaxed, self._whole = self._solver(held.lp), self._solver(held.lp)
        self._relaxed.setOptionValue("solve_relaxation", True)
        self._fitting: set[frozenset[int]] = set()
        self._misfits: set[frozenset[int]] = set()
        self._design: Array | None = None

    def _solver(self, lp: Any) -> Any:
        h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        h.silent()
        h.passModel(lp)
        h.setOptionValue("threads", self._settings.threads)
        h.setOptionValue("random_seed", self._settings.seed)
        stop_on_cancel(h, self._settings.cancel)
        return h

    @property
    def limits(self) -> tuple[int, ...]:
        """Return the requirements that can be moved by an amount."""
        return tuple(n for n, r in enumerate(self.names) if r.kind == LIMIT)

    def relaxed_relief(self, freed: Collection[int]) -> Relief | None:
        """Return the least relief of the relaxation, None where no relief of these is enough.

        Never more than what is needed, and at once: it names what conflicts.
        """
        if self._run(self._relaxed, _free(freed), self._relief_cost()) != "found":
            return None
        ended = self._relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal
        least = float(self._relaxed.getInfo().objective_function_value) if ended else 0.0
        values = np.array(self._relaxed.getSolution().col_value)
        return Relief(self._amounts(values, freed), least / RELIEF_SCALE)

    def fits(self, freed: Collection[int], *, sure: bool = False) -> bool | None:
        """Return whether a design exists where some requirements are let go; None: unknown.

        The kinds of server and the networks of the relaxation are tried first, because a design
        of them is found soon. With ``sure`` a no is asked for twice; in a large model the one of
        few and the one of all kinds have to agree.
        """
        asked = frozenset(freed)
        if any(known <= asked for known in self._fitting):
            return True
        if not sure and any(asked <= known for known in self._misfits):
            return False
        answer = self._fits(asked, sure and not self.is_large)
        if answer is not None:
            (self._fitting if answer else self._misfits).add(asked)
        return answer

    def _fits(self, freed: frozenset[int], sure: bool) -> bool | None:
        nothing = np.zeros_like(self._price)
        ends = _free(freed)
        if self._run(self._relaxed, ends, self._price) == "infeasible":
            return False
        with self._options(mip_rel_gap=np.inf, mip_max_nodes=NODES_MAX):
            if self.is_large:
                with self._fewer():
                    if self._run(self._whole, ends, nothing) == "found":
                        return True
            status = self._run(self._whole, ends, nothing, sure=sure)
        return {"infeasible": False, "found": True}.get(status)

    def least_relief(self, freed: Collection[int]) -> Relief | None:
        """Return the least relief of some requirements that makes a design possible.

        None where none does, or where a limit ended the search. In a large model what the
        relaxation uses comes first: often it is the best, and what is left is the proof.
        """
        cost, ends = self._relief_cost(), _free(freed)
        relaxed = self.relaxed_relief(freed)
        if relaxed is None:
            return None
        least, first = relaxed.least * RELIEF_SCALE, None
        room = RELIEF_GAP * RELIEF_SCALE
        with self._options(mip_rel_gap=RELIEF_GAP, mip_abs_gap=room):
            if self.is_large:
                with self._fewer():
                    if self._run(self._whole, ends, cost) == "found":
                        first = np.array(self._whole.getSolution().col_value)
            if first is None or cost @ first > least + max(room, RELIEF_GAP * least):
                if self._run(self._whole, ends, cost, sure=True, first=first) != "found":
                    return None
                first = np.array(self._whole.getSolution().col_value)
                least = max(least, float(self._whole.getInfo().mip_dual_bound))
        self._design = first
        found = self._amounts(first, freed)
        self._fitting.add(frozenset(found))
        return Relief(found, least / RELIEF_SCALE)

    def cheapest(self, amounts: Mapping[int, float], gap: float) -> Found | None:
        """Return the cheapest design under some reliefs, or None where none was found.

        In a large model only the kinds of server and the networks that its relaxation uses are
        searched, where they make a design; the bound is that of all.
        """
        ends = {n: (0.0, x) for n, x in amounts.items()}
        if self._run(self._relaxed, ends, self._price) != "found":
            return None
        bound = float(self._relaxed.getInfo().objective_function_value)
        cost = None
        with self._options(mip_rel_gap=gap):
            if self.is_large:
                with self._fewer():
                    cost = self._cost(ends)
            if cost is None:
                cost = self._cost(ends, sure=True)
                bound = max(bound, float(self._whole.getInfo().mip_dual_bound))
        if cost is None:
            return None
        return Found(cost / OBJECTIVE_SCALE, min(cost, bound) / OBJECTIVE_SCALE, dict(amounts))

    def _cost(self, ends: Mapping[int, tuple[float, float]], *, sure: bool = False) -> float | None:
        """Return the cost of the best design found; it is gone once a bound is changed."""
        if self._run(self._whole, ends, self._price, sure=sure) != "found":
            return None
        return float(self._whole.getInfo().objective_function_value)

    def _relief_cost(self) -> Array:
        cost = np.zeros_like(self._price)
        for requirement, columns in zip(self.names, self._columns, strict=True):
            cost[columns] = RELIEF_SCALE * requirement.weight
        return cost

    @contextmanager
    def _options(self, **values: float) -> Iterator[None]:
        """Set options of the search for a while."""
        before = {name: self._whole.getOptionValue(name)[1] for name in values}
        for name, value in values.items():
            self._whole.setOptionValue(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                self._whole.setOptionValue(name, value)

    @contextmanager
    def _fewer(self) -> Iterator[None]:
        """Shut out, for a while, the kinds of server and networks that the relaxation leaves.

        Those of the last design stay too.
        """
        values = np.array(self._relaxed.getSolution().col_value)
        if self._design is not None:
            values = np.maximum(values, self._design)
        shut = [c for mine in self._structure for c in mine if values[mine].max() <= _NOISE]
        for column in shut:
            self._whole.changeColBounds(column, 0.0, 0.0)
        try:
            yield
        finally:
            for column in shut:
                self._whole.changeColBounds(column, 0.0, self._upper[column])

    def _run(
        self,
        h: Any,
        ends: Mapping[int, tuple[float, float]],
        cost: Array,
        *,
        sure: bool = False,
        first: Array | None = None,
    ) -> str:
        """Solve with requirements freed between ends, from a design: found, infeasible, unknown."""
        for n, columns in enumerate(self._columns):
            low, high = ends.get(n, (0.0, 0.0))
            for column in columns:
                h.changeColBounds(column, low, high)
        h.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        if h is self._whole:
            h.clearSolver()
        if first is not None:
            start = highspy.HighsSolution()
            start.col_value = list(first)
            h.setSolution(start)
        self._solve(h)
        if _verdict(h) == "infeasible" and h is self._whole and sure:
            # Presolve has been seen to call a feasible model infeasible: ask again without it.
            h.clearSolver()
            h.setOptionValue("presolve", "off")
            self._solve(h)
            h.setOptionValue("presolve", "choose")
        return _verdict(h)

    def _solve(self, h: Any) -> None:
        limit = self._settings.time_limit_s
        if limit is not None:
            left = max(0.0, limit - (time.perf_counter() - self._begun))
            h.setOptionValue("time_limit", h.getRunTime() + left)  # its clock runs on
        h.run()

    def _amounts(self, values: Array, freed: Collection[int]) -> Amounts:
        found = {n: float(max(values[self._columns[n]], default=0.0)) for n in freed}
        return {n: x for n, x in found.items() if x > _NOISE}


def _free(freed: Collection[int]) -> dict[int, tuple[float, float]]:
    return dict.fromkeys(freed, (0.0, highspy.kHighsInf))


def _verdict(h: Any) -> str:
    status = highspy.HighsModelStatus
    if h.getModelStatus() in (status.kInfeasible, status.kUnboundedOrInfeasible):
        return "infeasible"
    there = highspy.SolutionStatus.kSolutionStatusFeasible
    return "found" if h.getInfo().primal_solution_status == there else "unknown"


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
