"""Elastic: a model handed over once, in which requirements of the brief give way one by one.

Bounds and costs are patched in place: a question takes a solve, not another build. The relaxation
answers first, for what it refutes needs no search.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings
from designlib.milp.handover import hand_over
from designlib.milp.requirements import LIMIT, Requirement, requirements
from designlib.problem.tables import Problem

RELIEF_SCALE = 1e5
"""Weight of relative reliefs: a unit of a large budget alone is below the solver's tolerance."""
RELIEF_GAP = 1e-3
"""Distance from the least relief at which the search for it may stop. [1]"""
NODES_MAX = 2000
"""Branches after which a question whether anything fits stays open. [1]"""
_NOISE = 1e-6

Amounts = dict[int, float]
"""Index of a requirement -> by how much it gives way."""


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
        self.problem = problem
        m, _ = build(problem, undone=True)
        self.names: tuple[Requirement, ...] = requirements(m, problem)
        for requirement in self.names:
            for variable in requirement.variables:
                variable.unfix()
        held = hand_over(m)
        place = {id(v): n for n, v in enumerate(held.columns)}
        self._columns = [[place[id(v)] for v in r.variables if id(v) in place] for r in self.names]
        self._price = np.array(held.lp.col_cost_, float)
        self._settings = settings
        self._begun = time.perf_counter()
        self._relaxed, self._whole = self._solver(held.lp), self._solver(held.lp)
        self._relaxed.setOptionValue("solve_relaxation", True)

    def _solver(self, lp: Any) -> Any:
        h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        h.silent()
        h.passModel(lp)
        h.setOptionValue("threads", self._settings.threads)
        h.setOptionValue("random_seed", self._settings.seed)
        cancel = self._settings.cancel
        if cancel is not None:
            h.cbMipInterrupt.subscribe(lambda e: e.interrupt() if cancel.is_set() else None)
        return h

    @property
    def limits(self) -> tuple[int, ...]:
        """Return the requirements that can be moved by an amount."""
        return tuple(n for n, r in enumerate(self.names) if r.kind == LIMIT)

    def fits(self, freed: Collection[int]) -> bool | None:
        """Return whether a design exists where some requirements are let go; None: unknown."""
        ends = dict.fromkeys(freed, (0.0, highspy.kHighsInf))
        nothing = np.zeros_like(self._price)
        if self._run(self._relaxed, ends, nothing) == "infeasible":
            return False
        self._whole.setOptionValue("mip_max_nodes", NODES_MAX)
        self._whole.setOptionValue("mip_rel_gap", np.inf)
        status = self._run(self._whole, ends, nothing)
        self._whole.setOptionValue("mip_max_nodes", highspy.kHighsIInf)
        return {"infeasible": False, "found": True}.get(status)

    def relaxed_relief(self, freed: Collection[int]) -> Amounts | None:
        """Return the least relief of the relaxation: never more than what is needed."""
        ends = dict.fromkeys(freed, (0.0, highspy.kHighsInf))
        if self._run(self._relaxed, ends, self._relief_cost()) != "found":
            return None
        return self._amounts(self._relaxed, freed)

    def least_relief(self, freed: Collection[int]) -> Amounts | None:
        """Return the least relief of some requirements that makes a design possible, or None."""
        ends = dict.fromkeys(freed, (0.0, highspy.kHighsInf))
        if self._run(self._relaxed, ends, self._relief_cost()) == "infeasible":
            return None
        self._whole.setOptionValue("mip_rel_gap", RELIEF_GAP)
        if self._run(self._whole, ends, self._relief_cost()) != "found":
            return None
        return self._amounts(self._whole, freed)

    def cheapest(self, amounts: Mapping[int, float], gap: float) -> Found | None:
        """Return the cheapest design under some reliefs, or None where none was found."""
        ends = {n: (0.0, x) for n, x in amounts.items()}
        self._whole.setOptionValue("mip_rel_gap", gap)
        if self._run(self._whole, ends, self._price) != "found":
            return None
        info = self._whole.getInfo()
        cost, bound = info.objective_function_value, info.mip_dual_bound
        return Found(cost / OBJECTIVE_SCALE, min(cost, bound) / OBJECTIVE_SCALE, dict(amounts))

    def _relief_cost(self) -> Any:
        cost = np.zeros_like(self._price)
        for requirement, columns in zip(self.names, self._columns, strict=True):
            cost[columns] = RELIEF_SCALE * requirement.weight
        return cost

    def _run(self, h: Any, ends: Mapping[int, tuple[float, float]], cost: Any) -> str:
        """Solve with these requirements freed between their ends: found, infeasible or unknown."""
        for n, columns in enumerate(self._columns):
            low, high = ends.get(n, (0.0, 0.0))
            for column in columns:
                h.changeColBounds(column, low, high)
        h.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        limit = self._settings.time_limit_s
        if limit is not None:
            left = max(0.0, limit - (time.perf_counter() - self._begun))
            h.setOptionValue("time_limit", h.getRunTime() + left)
        if h is self._whole:
            h.clearSolver()
        h.run()
        return self._verdict(h)

    def _verdict(self, h: Any) -> str:
        status = highspy.HighsModelStatus
        impossible = (status.kInfeasible, status.kUnboundedOrInfeasible)
        if h.getModelStatus() in impossible and h is self._whole:
            # Presolve has been seen to call a feasible model infeasible: ask again without it.
            h.setOptionValue("presolve", "off")
            h.clearSolver()
            h.run()
            h.setOptionValue("presolve", "choose")
        if h.getModelStatus() in impossible:
            return "infeasible"
        there = highspy.SolutionStatus.kSolutionStatusFeasible
        return "found" if h.getInfo().primal_solution_status == there else "unknown"

    def _amounts(self, h: Any, freed: Collection[int]) -> Amounts:
        values = h.getSolution().col_value
        found = {n: max((values[c] for c in self._columns[n]), default=0.0) for n in freed}
        return {n: x for n, x in found.items() if x > _NOISE}
