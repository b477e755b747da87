"""Certificate: what was proven, over which candidates, by which versions."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.milp.build import OBJECTIVE_SCALE
from designlib.milp.outcome import Outcome
from designlib.problem.tables import Problem

ENDED_BY = {
    "optimal": "nothing cheaper is left",
    "within_gap": "the gap that was asked for",
    "time_limit": "the time limit",
    "cancelled": "a cancel",
}
"""Status of an outcome -> what ended its search."""


def certificate(
    brief: Brief, catalog: Catalog, p: Problem, outcome: Outcome, physics_s: float
) -> dict[str, Any]:
    """Return the certificate of an outcome, in numbers and in one sentence."""
    objective = (outcome.objective or 0.0) / OBJECTIVE_SCALE
    bound = outcome.bound / OBJECTIVE_SCALE
    gap = outcome.gap or 0.0
    dropped = len(p.dropped)
    return {
        "objective": objective,
        "bound": bound,
        "gap": gap,
        "status": outcome.status,
        "ended_by": ENDED_BY[outcome.status],
        "candidates_considered": len(p.candidates),
        "candidates_dropped": dropped,
        "seconds": {
            **outcome.seconds,
            "physics": physics_s,
            "total": outcome.seconds["total"] + physics_s,
        },
        "model": outcome.model,
        "solver": outcome.solver,
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("pyomo", "highspy")},
        },
        "catalog_hash": catalog.hash,
        "brief_hash": brief.hash,
        "policies": list(p.policies),
        "statement": (
            f"No design over these {len(p.candidates)} candidates and building blocks "
            f"costs less than "
            f"{bound:,.0f} {p.currency} in present value; this one costs {objective:,.0f}, at most "
            f"{gap:.2%} more. {dropped} options were dropped beforehand, each with its reason."
        ),
    }
