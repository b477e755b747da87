"""Tiers: the SaaS routes to three language models, each a service of its own."""

from __future__ import annotations

import pytest

from tests.problem.asked import brief, gpu_of, sized, ways


def saas(**changes):
    return brief("saas", "dal", **changes)


def test_each_tier_is_a_service_at_its_share():
    asked = saas()
    tiers = {w.id: w for w in asked.work()}
    assert {k: w.peak_requests_s for k, w in tiers.items()} == pytest.approx(
        {"S": 21, "M": 7.5, "L": 1.5}
    )
    p, _ = sized(asked)
    assert p.workloads == ("S", "M", "L")
    assert all(ways(p, w) for w in p.workloads)


def test_four_bit_weights_only_where_the_gpu_and_the_quality_allow_them():
    p, ctx = sized(saas())
    for w, floor in (("S", 0.80), ("M", 0.90), ("L", 0.97)):
        cut = [c for c in ways(p, w).values() if "4-bit weights" in c.precision]
        assert cut
        for c in cut:
            assert c.figures["quality"]["value"] >= floor
            assert gpu_of(p, c).specs.fp4_dense_tflops is not None
    assert any("no FP4" in d.reason for d in ctx.dropped)


def test_a_higher_floor_keeps_the_weights_and_says_by_how_much():
    p, ctx = sized(saas(**{"workloads.chat.tiers.M.quality_floor": 0.905}))
    assert not [c for c in ways(p, "M").values() if "4-bit weights" in c.precision]
    (dropped,) = [d for d in ctx.dropped if d.workload == "M" and "quality" in d.reason]
    assert "0.905" in dropped.reason
    assert dropped.relief.path == "workloads.chat.tiers.M.quality_floor"
    asked = saas().with_changes({dropped.relief.path: dropped.relief.needed})
    again, _ = sized(asked)
    assert [c for c in ways(again, "M").values() if "4-bit weights" in c.precision]


def test_weights_are_not_cut_unasked():
    changes = {f"workloads.chat.tiers.{t}.fp4_allowed": False for t in "SML"}
    p, _ = sized(saas(**changes))
    assert not [c for c in p.candidates.values() if "4-bit weights" in c.precision]


def test_the_largest_tier_needs_a_whole_scale_up_domain_of_smaller_gpus():
    # 671 GB of 8-bit weights: more than seven GPUs of 80 or 141 GB less what the engine takes
    p, _ = sized(saas())
    for c in ways(p, "L").values():
        if c.pool and gpu_of(p, c).family in ("H200",) and "4-bit" not in c.precision:
            assert c.layout.startswith("DEP8")
