"""Shares of the fleet: work without servers of its own."""

from __future__ import annotations

import pytest

from designlib.optimize import optimize
from tests.problem.asked import brief, catalog, sized, ways

SHARE = {"id": "sweep", "kind": "fleet-share", "fleet_share_frac": 0.05, "elastic": True}


def asked(**more):
    data = brief("healthcare", "east").to_dict()
    data["workloads"] = [*data["workloads"], {**SHARE, **more}]
    return type(brief("healthcare")).from_dict(data)


def test_a_share_has_one_way_to_run_and_holds_no_server():
    p, _ = sized(asked())
    (c,) = ways(p, "sweep").values()
    assert c.pool is None
    assert c.runs_on == "every pool"
    assert not c.held
    assert p.fleet_shares["sweep"].share_frac == 0.05


def test_a_design_shows_the_share_beside_the_work_of_others():
    design = optimize(asked(), catalog(), gap=0.01)
    rows = design.operations[design.operations.workload == "sweep"]
    assert set(rows.pool) == {"every pool"}
    assert rows.figures.iloc[0]["share_of_fleet"]["value"] == pytest.approx(0.05)
    assert design.faults() == []
