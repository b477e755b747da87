"""Elastic: a model handed over once, in which requirements of the brief give way one by one.

Bounds and costs are patched in place: a question takes a solve, not another build. The relaxation
answers first, for what it refutes needs no search.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import highspy
import numpy as np

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings
from designlib.milp.handover import hand_over
from designlib.milp.patched import Ends, Patched
from designlib.milp.requirements import LIMIT, Requirement, requirements
from designlib.milp.solver import seek
from designlib.milp.values import Array
from designlib.problem.tables import Problem

RELIEF_SCALE = 1e5
"""Weight of relative reliefs: a unit of a large budget alone is below the solver's tolerance."""
RELIEF_GAP = 1e-3
"""Distance from the least relief, or share of the limit itself, at which the search for it may
stop: what is asked for is rounded up to three digits, which is as much or more. [1]
"""
_ROOM = RELIEF_GAP * RELIEF_SCALE
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
    design: Array | None = None
    """A design under it by columns, where one was found."""

    @property
    def is_proof(self) -> bool:
        """Return whether it is proven that something has to give way."""
        return self.least > _NOISE


@dataclass(frozen=True)
class Found:
    """A solution under some reliefs."""

    objective: float
    bound: float
    amounts: Amounts


class Elastic:
    """The model of a problem whose requirements can be let go.

    Without ``implied`` the rows that only lift the bound are left out: the relaxation refutes less,
    but sooner.

    Attributes
    ----------
    names : tuple of Requirement
        What may give way, in the order in which it is numbered.
    """

    def __init__(self, problem: Problem, settings: Settings, *, implied: bool = True) -> None:
        m, _ = build(problem, undone=True, implied=implied)
        self.names: tuple[Requirement, ...] = requirements(m, problem)
        for requirement in self.names:
            for variable in requirement.variables:
                variable.unfix()
        self._model = Patched(m, hand_over(m), settings)
        self._columns = [self._model.columns_of(r.variables) for r in self.names]
        self._fitting: set[frozenset[int]] = set()
        self._misfits: set[frozenset[int]] = set()

    @property
    def is_large(self) -> bool:
        """Return whether few kinds of server and networks are searched before all."""
        return self._model.is_large

    @property
    def limits(self) -> tuple[int, ...]:
        """Return the requirements that can be moved by an amount."""
        return tuple(n for n, r in enumerate(self.names) if r.kind == LIMIT)

    def relaxed_relief(self, freed: Collection[int]) -> Relief | None:
        """Return the least relief of the relaxation, None where no relief of these is enough.

        Never more than what is needed, and at once: it names what conflicts.
        """
        if self._model.relax(self._free(freed), self._relief_cost()) != "found":
            return None
        ended = self._model.relaxed.getModelStatus() == highspy.HighsModelStatus.kOptimal
        least = float(self._model.relaxed.getInfo().objective_function_value) if ended else 0.0
        values = np.array(self._model.relaxed.getSolution().col_value)
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
        answer = self._fits(asked, sure and not self._model.is_large)
        if answer is not None:
            (self._fitting if answer else self._misfits).add(asked)
        return answer

    def _fits(self, freed: frozenset[int], sure: bool) -> bool | None:
        nothing = np.zeros_like(self._model.price)
        ends = self._free(freed)
        if self._model.relax(ends, self._model.price) == "infeasible":
            return False
        with self._model.options(mip_rel_gap=np.inf, mip_max_nodes=NODES_MAX):
            if self._model.is_large:
                with self._model.fewer():
                    if self._model.search(ends, nothing) == "found":
                        return True
            status = self._model.search(ends, nothing, sure=sure)
        return {"infeasible": False, "found": True}.get(status)

    def some_relief(self, freed: Collection[int]) -> Relief | None:
        """Return a relief of some requirements that makes a design possible.

        None where none does, or where a limit ended the search. In a large model it is the least
        one among the kinds of server and networks that the relaxation uses, as soon as it is proven
        that something has to give way.
        """
        relaxed = self.relaxed_relief(freed)
        if relaxed is None:
            return None
        found = self._first_relief(relaxed, freed) if self._model.is_large else None
        if found is None or not found.is_proof:
            found = self._proven(found or relaxed, freed)
        return found

    def least_relief(self, freed: Collection[int], known: Relief | None = None) -> Relief | None:
        """Return the least relief of some requirements that makes a design possible.

        None where none does, or where a limit ended the search.

        Parameters
        ----------
        freed : collection of int
            The requirements.
        known : Relief, optional
            A relief of them, to start from: often it is the least, and what is left is the proof.
        """
        known = known or self.some_relief(freed)
        if known is None or self._is_least(known):
            return known
        return self._proven(known, freed)

    def _first_relief(self, relaxed: Relief, freed: Collection[int]) -> Relief | None:
        """Return the least relief of a design of what the relaxation uses, if there is one."""
        with self._model.options(mip_rel_gap=RELIEF_GAP, mip_abs_gap=_ROOM), self._model.fewer():
            if self._model.search(self._free(freed), self._relief_cost()) != "found":
                return None
            return self._relieved(freed, relaxed.least)

    def _relieved(self, freed: Collection[int], least: float) -> Relief:
        """Return the relief of the design that was found, and keep the design."""
        design = np.array(self._model.whole.getSolution().col_value)
        found = Relief(self._amounts(design, freed), least, design)
        self._model.design = design
        self._fitting.add(frozenset(found.amounts))
        return found

    def _proven(self, known: Relief, freed: Collection[int]) -> Relief | None:
        """Return the least relief; where a design of one is known the search starts from it.

        What is known stands where a limit ends the search first.
        """
        start = known.design is not None
        gap = max(_ROOM, self._indifferent(known.amounts) if start else 0.0)
        seek(self._model.whole, designs=not start)
        with self._model.options(mip_rel_gap=RELIEF_GAP, mip_abs_gap=gap):
            ends, cost = self._free(freed), self._relief_cost()
            ended = self._model.search(ends, cost, sure=True, first=known.design)
        seek(self._model.whole, designs=True)
        if ended != "found":
            return known if start else None
        bound = float(self._model.whole.getInfo().mip_dual_bound) / RELIEF_SCALE
        found = self._relieved(freed, max(known.least, bound))
        better = self._total(found.amounts) < self._total(known.amounts) - _NOISE
        if start and better and not self._is_least(found):
            return self._proven(found, freed)
        return found

    def _is_least(self, found: Relief) -> bool:
        """Return whether what is asked for could hardly be less: by the gap, or by rounding."""
        total = self._total(found.amounts)
        room = max(RELIEF_GAP * max(1.0, total), self._indifferent(found.amounts) / RELIEF_SCALE)
        return total - found.least <= room

    def rounded(self, amounts: Amounts) -> Amounts:
        """Return a relief rounded up to what a person would ask for."""
        return {n: self.names[n].rounded(x) for n, x in amounts.items()}

    def _total(self, amounts: Amounts) -> float:
        """Return what a relief comes to, each as a share of its limit. [1]."""
        return sum(self.names[n].weight * x for n, x in amounts.items())

    def _indifferent(self, amounts: Amounts) -> float:
        """Return how much less of a single requirement is asked for as the same, as scaled."""
        if len(amounts) != 1:
            return 0.0
        ((n, x),) = amounts.items()
        return RELIEF_SCALE * self.names[n].weight * self.names[n].indifferent(x)

    def cheapest(self, amounts: Amounts, gap: float) -> Found | None:
        """Return the cheapest design under some reliefs, or None where none was found.

        In a large model only the kinds of server and the networks that its relaxation uses are
        searched, where they make a design; the bound is that of all.
        """
        ends = self._ends(amounts)
        if self._model.relax(ends, self._model.price) != "found":
            return None
        bound = float(self._model.relaxed.getInfo().objective_function_value)
        cost = None
        with self._model.options(mip_rel_gap=gap):
            if self._model.is_large:
                with self._model.fewer():
                    cost = self._cost(ends)
            if cost is None:
                cost = self._cost(ends, sure=True)
                bound = max(bound, float(self._model.whole.getInfo().mip_dual_bound))
        if cost is None:
            return None
        return Found(cost / OBJECTIVE_SCALE, min(cost, bound) / OBJECTIVE_SCALE, dict(amounts))

    def _cost(self, ends: Ends, *, sure: bool = False) -> float | None:
        """Return the cost of the best design found; it is gone once a bound is changed."""
        if self._model.search(ends, self._model.price, sure=sure) != "found":
            return None
        return float(self._model.whole.getInfo().objective_function_value)

    def _relief_cost(self) -> Array:
        cost = np.zeros_like(self._model.price)
        for requirement, columns in zip(self.names, self._columns, strict=True):
            cost[columns] = RELIEF_SCALE * requirement.weight
        return cost

    def _amounts(self, values: Array, freed: Collection[int]) -> Amounts:
        found = {n: float(max(values[self._columns[n]], default=0.0)) for n in freed}
        return {n: x for n, x in found.items() if x > _NOISE}

    def _free(self, freed: Collection[int]) -> Ends:
        """Return the bounds of what gives way where some requirements are let go."""
        return self._ends(dict.fromkeys(freed, highspy.kHighsInf))

    def _ends(self, amounts: Amounts) -> Ends:
        """Return the bounds of what gives way by at most some amounts."""
        return {
            column: (0.0, amounts.get(n, 0.0))
            for n, columns in enumerate(self._columns)
            for column in columns
        }
