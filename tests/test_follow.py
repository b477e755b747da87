"""A search that is iterated: its stages, better designs and the design; leaving it ends it."""

import threading

import pytest

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.design import Infeasible
from designlib.follow import follow

BRIEF = Brief.load(shipped_folder() / "briefs" / "studio.yaml")


def test_a_search_is_followed_to_its_design() -> None:
    events = list(follow(BRIEF, gap=1e-2))
    assert [e["stage"] for e in events if e["stage"] != "solve"] == ["physics", "build", "done"]
    better = [e for e in events if e["stage"] == "solve"]
    assert better
    costs = [e["objective"] for e in better]
    assert costs == sorted(costs, reverse=True)
    assert all(e["bound"] <= e["objective"] for e in better)
    design = events[-1]["design"]
    assert design.certificate["gap"] <= 1e-2
    assert design.certificate["objective"] == pytest.approx(1e3 * costs[-1], rel=1e-2)


def test_who_leaves_stops_the_search() -> None:
    before = set(threading.enumerate())
    for event in follow(BRIEF):
        if event["stage"] == "build":
            break
    for searching in set(threading.enumerate()) - before:
        searching.join(60)  # a solver looks seldom whether it shall stop
        assert not searching.is_alive()


def test_a_refusal_reaches_whoever_iterates() -> None:
    poor = BRIEF.with_changes({"budget.capex_total": 1000.0})
    with pytest.raises(Infeasible):
        list(follow(poor))
