"""What starts the search of a large brief: here any brief counts as large."""

from __future__ import annotations

import sys

import pytest

from designlib.brief import Brief
from designlib.catalog import shipped_folder
from designlib.design import Infeasible
from designlib.optimize import optimize

ROOM = sys.modules["designlib.optimize"]


@pytest.fixture(autouse=True)
def any_is_large(monkeypatch):
    monkeypatch.setattr(ROOM, "MANY", 0)


@pytest.fixture
def brief():
    return Brief.load(shipped_folder() / "briefs" / "research.yaml")


def test_what_is_short_is_told_before_anything_is_searched(brief):
    told = []
    with pytest.raises(Infeasible) as refused:
        optimize(
            brief.with_changes({"sites.hall.it_power_kw": 300}),
            gap=0.01,
            progress=told.append,
            repairing=True,
        )
    stages = [event["stage"] for event in told]
    first = told[stages.index("repair")]
    assert first["message"] == "nothing fits: too little of IT power"
    assert stages.index("repair") < stages.index("build")
    assert "IT power" in refused.value.conflict[0]


def test_a_sketch_is_told_first_and_the_optimum_stays(brief, monkeypatch):
    told = []
    design = optimize(brief, gap=1e-4, progress=told.append)
    found = [event for event in told if event["stage"] == "solve"]
    monkeypatch.setattr(ROOM, "MANY", sys.maxsize)
    plain = optimize(brief, gap=1e-4)
    assert found[0]["objective"] >= found[-1]["objective"]
    assert design.certificate["objective"] == pytest.approx(
        plain.certificate["objective"], rel=1e-4
    )
