"""Pareto: every level has its own optimum, and none of those shown is beaten by another."""

import pytest

from designlib.explore.trade_offs import axes, pareto
from designlib.faults import FaultError


def test_axes_are_the_power_and_the_promises(design):
    assert set(axes(design)) == {
        "hall.it_power_kw", "chat.ttft_p95_s", "chat.tpot_p95_s", "tune.max_hours",
    }  # fmt: skip


def test_front_holds_its_levels_and_is_not_beaten(design, catalog):
    axis, told = "hall.it_power_kw", []
    frame = pareto(design, axis, catalog, gap=1e-3, progress=told.append)
    assert len(frame) >= 1
    points = list(zip(frame["value"], frame["objective"], strict=True))
    assert not any(a != b and a[0] <= b[0] and a[1] <= b[1] for a in points for b in points)
    levels = axes(design)[axis].levels
    assert set(frame["value"]) <= set(levels)
    assert [e["done"] for e in told] == list(range(1, len(told) + 1))
    assert (frame["it_kw"] <= frame["value"] + 1e-6).all()


def test_power_steps_keep_their_months(design):
    change = axes(design)["hall.it_power_kw"].changes(100.0)
    assert change == {"sites.hall.it_power_kw": [{"month": 0, "kw": 100.0}]}


def test_unknown_axis_names_the_nearest(design, catalog):
    with pytest.raises(FaultError, match=r"chat\.tpot_p95_s"):
        pareto(design, "chat.tpot_p95", catalog)
