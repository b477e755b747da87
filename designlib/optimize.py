"""Optimize: one brief and one catalog in, one proven design out.

The only caller of the problem and the solver rooms.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from designlib.assemble import assemble, crowded, refusal, relaxed, verified
from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.faults import FaultError
from designlib.milp import elsewise
from designlib.milp.build import build
from designlib.milp.diagnosis import Depth
from designlib.milp.engine import Settings, solve
from designlib.milp.glimpse import short_of
from designlib.milp.repair import Doubt, diagnose
from designlib.milp.sized import sketched
from designlib.milp.values import Values, values_of
from designlib.problem.context import Context
from designlib.problem.make import make_problem
from designlib.problem.prune import prune
from designlib.problem.tables import Problem

REPAIR_GAP = 0.01
"""A repair is verified by any design near its optimum."""

MANY = 1000
"""Ways to run the work from which even the relaxation takes a while. [1]"""

Progress = Callable[[dict[str, Any]], None]


class Stopped(RuntimeError):
    """The search ended before any design was found: by a limit, a cancel, or none is left."""

    def __init__(self, status: str, bound: float) -> None:
        super().__init__(f"stopped without a design: {status}")
        self.status = status
        self.bound = bound


def optimize(
    brief: Brief,
    catalog: Catalog | None = None,
    *,
    gap: float = 1e-3,
    time_limit_s: float | None = None,
    threads: int = 1,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    write_model: Path | None = None,
    repairing: bool = False,
    unlike: Sequence[Design] = (),
) -> Design:
    """Return the cheapest design in which every layer is balanced, with its proof.

    Parameters
    ----------
    brief : Brief
        What the architect asks.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which the search may stop. [1]
    time_limit_s : float, optional
        Time after which the best design so far is returned with its gap. [s]
    threads : int
        Solver threads; one makes the answer reproducible. [1]
    progress : callable, optional
        Called with a dict for each stage, each better design found, and each change of limits that
        is seen to be enough where nothing fits.
    cancel : threading.Event, optional
        Set it to stop; the best design so far is returned.
    write_model : Path, optional
        File to write the model to, in MPS form.
    repairing : bool
        Say in short why nothing fits, without looking for what excludes what.
    unlike : sequence of Design
        Designs of the same brief and catalog; something of each, a kind of server or a compute
        network, has to be given up.

    Returns
    -------
    Design
        Frozen; tables, ledger and certificate.

    Raises
    ------
    Infeasible
        No design exists; the exception says what conflicts and what mends it.
    FaultError
        The brief does not fit the catalog.
    Stopped
        A limit or a cancel ended the search before any design was found.
    """
    return search(
        brief,
        catalog or Catalog.load(),
        Settings(gap, time_limit_s, threads, 0, progress, cancel, write_model),
        depth="shortfalls" if repairing else "why",
        unlike=unlike,
    ).design


@dataclass(frozen=True)
class Found:
    """A design with the problem that it solves and the values of its variables."""

    design: Design
    problem: Problem
    values: Values


def search(
    brief: Brief,
    catalog: Catalog,
    settings: Settings,
    *,
    depth: Depth = "why",
    unlike: Sequence[Design] = (),
    known: Callable[[Problem], Values | None] = lambda problem: None,
    prepared: tuple[Problem, Context] | None = None,
) -> Found:
    """Return what ``optimize`` returns, with the problem and the solution behind it.

    ``known`` gives a solution that the search starts from, where there is one; ``prepared`` is the
    problem of the brief where it is made already; ``depth`` how much is said where nothing fits.
    """
    tell = settings.progress or (lambda event: None)
    start = time.perf_counter()
    problem, context = prepared or prepare(brief, catalog, settings, depth)
    sought = time.perf_counter()
    first = known(problem) or _first(problem, settings)
    settings = _after(settings, time.perf_counter() - sought)
    physics_s = time.perf_counter() - start
    tell({"stage": "build", "message": f"{len(problem.candidates)} candidates"})
    built = time.perf_counter()
    m, ledger = build(problem)
    elsewise.add(m, problem, [pools_of(other) for other in unlike])
    doubt = Doubt(problem, settings)
    refuted = (lambda: False) if unlike else doubt.is_confirmed
    outcome = solve(m, settings, time.perf_counter() - built, first, refuted)
    if outcome.status == "infeasible" and unlike:
        raise Stopped("infeasible", outcome.bound)
    if outcome.status == "infeasible":
        tell({"stage": "repair", "message": "nothing fits: looking for what conflicts"})
        refused = relaxed(brief, problem, diagnose(problem, settings, depth=depth, doubt=doubt))
        raise _tried(brief, catalog, refused, settings, depth)
    if outcome.objective is None:
        raise Stopped(outcome.status, outcome.bound)
    design = assemble(brief, catalog, context, m, ledger, outcome, physics_s)
    return Found(design, problem, values_of(m))


def prepare(
    brief: Brief, catalog: Catalog, settings: Settings, depth: Depth = "why"
) -> tuple[Problem, Context]:
    """Return the problem that is solved for a brief, and its context.

    Raises
    ------
    Infeasible
        A workload cannot run, or the fleet is too small for all.
    FaultError
        The brief does not fit the catalog.
    """
    tell = settings.progress or (lambda event: None)
    faults = brief.check(catalog)
    if faults:
        raise FaultError(faults)
    tell({"stage": "physics", "message": "sizing every workload on every pool"})
    full, context = make_problem(brief, catalog)
    refused = refusal(brief, full, catalog, why=depth == "why")
    if refused is not None:
        tell({"stage": "repair", "message": "a workload cannot run: trying its repair"})
    else:
        refused = crowded(brief, full)
        if refused is not None:
            tell({"stage": "repair", "message": "the fleet is too small: trying each repair"})
    if refused is not None:
        raise _tried(brief, catalog, refused, settings, depth)
    return prune(full), context


def _first(problem: Problem, settings: Settings) -> Values | None:
    """Return a sketch of a large problem; tell what it is short of where nothing can fit."""
    if len(problem.candidates) < MANY:
        return None
    short = short_of(problem, settings)
    if short and settings.progress is not None:
        message = f"nothing fits: too little of {', '.join(short)}"
        settings.progress({"stage": "repair", "message": message})
    return None if short else sketched(problem, settings)


def _after(settings: Settings, spent_s: float) -> Settings:
    """Return settings with the time that is left after some was spent on a first design."""
    if settings.time_limit_s is None:
        return settings
    return replace(settings, time_limit_s=max(0.0, settings.time_limit_s - spent_s))


def pools_of(design: Design) -> frozenset[str]:
    """Return the pools in which a design has servers."""
    return frozenset(
        line["pool"]
        for line in design.tables["bill_of_materials"]
        if line["layer"] == "compute" and line["pool"]
    )


def _tried(
    brief: Brief, catalog: Catalog, refused: Infeasible, settings: Settings, depth: Depth
) -> Infeasible:
    """Return a refusal; where all is asked for, with each repair tried by designing with it."""
    if depth != "why":
        return refused
    gap = max(settings.gap, REPAIR_GAP)
    trial = replace(settings, gap=gap, progress=None, write_model=None)

    def cost_of(changes: dict[str, Any], depth: Depth) -> float | None:
        try:
            found = search(brief.with_changes(changes), catalog, trial, depth=depth)
        except Stopped:
            return None
        return float(found.design.certificate["objective"])

    return verified(refused, cost_of)
