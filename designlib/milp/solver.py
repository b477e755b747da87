"""Solver: HiGHS with a model in it, started from a design, or set to prove what is known."""

from __future__ import annotations

from typing import Any

import highspy
import numpy.typing as npt


def solver(lp: Any = None, *, threads: int = 1, seed: int = 0) -> Any:
    """Return a silent HiGHS, with a model where one is given."""
    h: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    h.silent()
    if lp is not None:
        h.passModel(lp)
    h.setOptionValue("threads", threads)
    h.setOptionValue("random_seed", seed)
    # The root is long beside its tree here: to go through it again takes half as long again and
    # lifts no bound.
    h.setOptionValue("mip_allow_restart", False)
    return h


def start_from(h: Any, values: npt.ArrayLike) -> None:
    """Add a design, by the order of the columns, from which a search starts."""
    first = highspy.HighsSolution()
    first.col_value = list(values)  # type: ignore[arg-type]
    h.setSolution(first)


def seek(h: Any, *, designs: bool) -> None:
    """Add whether a search seeks designs by itself; without, most of its work is proof."""
    h.setOptionValue("mip_heuristic_effort", 0.05 if designs else 0.0)
    for way in ("rens", "rins", "root_reduced_cost"):
        h.setOptionValue(f"mip_heuristic_run_{way}", designs)


def verdict(h: Any) -> str:
    """Return what a search came to: found, infeasible, or unknown."""
    status = highspy.HighsModelStatus
    if h.getModelStatus() in (status.kInfeasible, status.kUnboundedOrInfeasible):
        return "infeasible"
    there = highspy.SolutionStatus.kSolutionStatusFeasible
    return "found" if h.getInfo().primal_solution_status == there else "unknown"
