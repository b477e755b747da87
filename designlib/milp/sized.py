"""Sized: the best sizes of a structure that is given, or sketched to start a long search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.ledger import Ledger
from designlib.milp.outcome import Outcome
from designlib.milp.values import Values, values_of
from designlib.problem.sketch import sketch
from designlib.problem.structure import kept
from designlib.problem.tables import Problem

HOMES = (1, 2)
"""Homes that a sketch leaves each workload: few are sized sooner, more may fit. [1]"""
SKETCH_GAP = 0.05
"""Distance from the best sizes of a sketch at which sizing it may stop. [1]"""


def sized(
    parts: Iterable[Problem | None], settings: Settings, gap: float
) -> tuple[Any, Ledger, Outcome] | None:
    """Return the model, ledger and outcome of the first of some problems that has a design.

    Parameters
    ----------
    parts : iterable of Problem
        Parts of one problem, those first that are the sooner solved; None is passed over.
    settings : Settings
        How the whole problem is solved.
    gap : float
        Distance from the best sizes at which sizing may stop. [1]
    """
    asked = replace(settings, gap=gap, progress=None, write_model=None, stages=False)
    for part in parts:
        if part is not None:
            m, ledger = build(part)
            outcome = solve(m, asked)
            if outcome.objective is not None:
                return m, ledger, outcome
    return None


def sketched(problem: Problem, settings: Settings) -> Values | None:
    """Return a solution of a problem by a sketch of its structure; None where none has a design."""
    found = sized(_sketches(problem), settings, SKETCH_GAP)
    return None if found is None else values_of(found[0])


def _sketches(problem: Problem) -> Iterator[Problem | None]:
    for homes in HOMES:
        structure = sketch(problem, homes)
        yield None if structure is None else kept(problem, structure)
