"""Versions: kept on the servers, back in time, with a reserve for the next one."""

from __future__ import annotations

import pytest

from tests.problem.asked import brief, sized, ways


def hospital(**changes):
    return brief("healthcare", "east", **changes)


def test_three_versions_of_seventy_billion_bytes_are_kept_and_back_in_time():
    p, _ = sized(hospital())
    for c in ways(p, "C1").values():
        assert c.figures["weights_kept"]["value"] == pytest.approx(3 * 70)
        assert c.figures["rollback"]["value"] <= c.figures["rollback"]["limit"] == 5


def test_a_rollback_that_is_too_slow_is_dropped_with_its_minutes():
    p, ctx = sized(hospital(**{"versions.rollback_minutes": 2.01}))
    assert not ways(p, "C1")
    dropped = [d for d in ctx.dropped if d.workload == "C1" and "back after" in d.reason]
    assert dropped
    assert all(d.relief.path == "versions.rollback_minutes" for d in dropped)
    needed = min(d.relief.needed for d in dropped)
    again, _ = sized(hospital(**{"versions.rollback_minutes": needed}))
    assert ways(again, "C1")


def test_more_versions_than_a_server_keeps_are_dropped():
    p, ctx = sized(hospital(**{"versions.kept_count": 1000}))
    assert not ways(p, "C1")
    reasons = [d for d in ctx.dropped if d.workload == "C1" and "1000 versions" in d.reason]
    assert reasons
    assert all("70,000 GB" in d.reason for d in reasons)
    assert max(d.relief.needed for d in reasons if d.relief) < 1000


def test_a_canary_holds_replicas_of_its_own():
    without = hospital(**{"versions.canary_frac": 0.0})
    plain, _ = sized(without)
    with_canary, _ = sized(hospital())
    for key, c in ways(plain, "C1").items():
        if "spread1" in key and key in with_canary.candidates:
            more = with_canary.candidates[key]
            assert more.replicas[-1] >= c.replicas[-1] or more.apart[-1] > c.apart[-1]
    total = sum(c.replicas[-1] for c in ways(plain, "C1").values())
    assert sum(c.replicas[-1] for c in ways(with_canary, "C1").values()) > total
