"""Fleet: more GPUs at once than the brief allows, counted by hand."""

from __future__ import annotations

from dataclasses import replace

from designlib.assemble import crowded
from designlib.problem.tables import Candidate
from tests.problem.asked import brief
from tests.toy_problem import problem

# the service of the toy holds 1.5, then 2.5 servers of 8 GPUs: 12, then 20


def test_a_fleet_that_is_large_enough_is_no_conflict():
    assert crowded(brief("research"), problem(gpus_max=(12.0, 20.0))) is None
    assert crowded(brief("research"), problem()) is None


def test_the_worst_date_is_named_with_both_numbers():
    found = crowded(brief("research"), problem(gpus_max=(8.0, 8.0)))
    (sentence,) = found.conflict
    assert "chat 20 = 20 at the least, 8 allowed (short by 12 GPUs)" in sentence
    (repair,) = found.repairs
    assert (repair["from"], repair["to"]) == (8, 24)  # whole servers of 8


def test_each_workload_counts_at_its_smallest_candidate_and_rented_ones_at_nothing():
    p = problem(gpus_max=(8.0, 8.0))
    small = Candidate("chat", "alpha", {"day": (0.5, 1.0)})
    fits = replace(p, candidates={**p.candidates, "chat-small": small})
    assert crowded(brief("research"), fits) is None
    rented = Candidate("chat", None, {}, rent_per_month=(1.0, 1.0))
    assert crowded(brief("research"), replace(p, candidates={"chat-rented": rented})) is None


def test_gangs_count_beside_what_is_held():
    gang = Candidate("job", "alpha", {}, gang=(1.0, 1.0), hours=(10.0, 10.0), slices=("day",))
    p = problem(gpus_max=(28.0, 27.0), workloads=("chat", "job"))
    p = replace(p, candidates={**p.candidates, "job-alpha": gang})
    found = crowded(brief("research"), p)
    assert "chat 20 + job 8 = 28" in found.conflict[0]
