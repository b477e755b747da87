"""The customers' briefs, changed and sized: contexts, candidates and what was dropped."""

from __future__ import annotations

from functools import cache
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.problem.context import Context
from designlib.problem.make import make_problem
from designlib.problem.tables import Candidate, Problem

BRIEFS = shipped_folder() / "briefs"


@cache
def catalog() -> Catalog:
    """Return the shipped catalog."""
    return Catalog.load()


def brief(name: str, site: str = "", **changes: Any) -> Brief:
    """Return a customer's brief, of one site if one is named, with dotted paths changed."""
    found = Brief.load(BRIEFS / f"{name}.yaml")
    if site:
        data = found.to_dict()
        data["sites"] = [s for s in data["sites"] if s["id"] == site]
        data.pop("site_policy", None)
        data["existing"] = [lot for lot in data.get("existing") or [] if lot["site"] == site]
        found = Brief.from_dict(data)
    return found.with_changes(changes) if changes else found


def sized(asked: Brief) -> tuple[Problem, Context]:
    """Return the problem of a brief over the shipped catalog."""
    return make_problem(asked, catalog())


def ways(problem: Problem, workload: str) -> dict[str, Candidate]:
    """Return the candidates of one workload."""
    return {o: problem.candidates[o] for o in problem.candidates_of(workload)}


def gpu_of(problem: Problem, candidate: Candidate) -> Any:
    """Return the GPU of the pool of a candidate; None for a server without."""
    part = problem.items[problem.pools[candidate.pool or ""].kind].part_id
    gpu = catalog().servers[part].gpu
    return None if gpu is None else catalog().gpus[gpu]
