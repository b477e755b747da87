"""Replicas apart: one hand-solved case of servers that a service needs beside what others fill."""

from dataclasses import replace

import pyomo.environ as pyo
import pytest

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.problem.prune import dominates
from designlib.problem.tables import Candidate
from tests.toy_problem import problem

HALF = Candidate("chat", "alpha", {"day": (0.5, 0.5)})
SPREAD = replace(HALF, apart=(2.0, 3.0))
GANG = Candidate("tune", "alpha", {}, gang=(1.0, 1.0), exclusive=(1.0, 1.0))


def servers(*candidates: Candidate) -> list[float]:
    """Return the servers of the cheapest design of these candidates, by date."""
    p = problem(
        candidates={c.workload: c for c in candidates},
        workloads=tuple(c.workload for c in candidates),
    )
    m, _ = build(p)
    assert solve(m, Settings(gap=0)).status == "optimal"
    return [pyo.value(m.servers["alpha", t]) for t in p.date_indices]


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ((HALF,), [1, 1]),  # half a server of replicas fits one
        ((SPREAD,), [2, 3]),  # kept apart on two servers, then three
        ((HALF, GANG), [2, 2]),  # the gang fills one whole server, the replicas half of another
        ((SPREAD, GANG), [3, 4]),  # replicas cannot stand where the gang does
    ],
)
def test_servers_that_keep_replicas_apart(
    candidates: tuple[Candidate, ...], expected: list[int]
) -> None:
    assert servers(*candidates) == expected


def test_a_narrower_spread_is_not_dominated_by_a_wider_one_that_holds_less() -> None:
    wide = replace(HALF, held={"day": (0.4, 0.4)}, apart=(3.0, 3.0))
    narrow = replace(HALF, apart=(2.0, 2.0))
    assert not dominates(wide, narrow)
    assert not dominates(narrow, wide)
    assert dominates(replace(wide, apart=(2.0, 2.0)), narrow)
