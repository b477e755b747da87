"""Queues: the research cluster's small jobs on H100-class servers."""

from __future__ import annotations

import pytest

from tests.problem.asked import brief, catalog, gpu_of, sized, ways


def test_offered_work_and_slots_of_the_research_queue():
    p, _ = sized(brief("research"))
    for c in ways(p, "B2").values():
        assert c.figures["offered_gpus"]["value"] == pytest.approx(70.6, abs=0.05)
        # own slots by hand: 5 of 8 GPUs, 5 of 4, 8 of 2, 21 of 1 -> 40 + 20 + 16 + 21 = 97 GPUs
        assert c.gpus == pytest.approx((97,) * len(p.dates))
        assert c.gang == pytest.approx((97 / 8,) * len(p.dates))
        assert c.hours == pytest.approx((97 / 8 * 730,) * len(p.dates))
        wait = c.figures["queue_wait_p90"]
        assert 0 <= wait["value"] <= wait["limit"] == 2


def test_a_longer_promise_takes_fewer_servers():
    short, _ = sized(brief("research", **{"workloads.B2.queue_wait_p90_hours": 0.1}))
    long, _ = sized(brief("research", **{"workloads.B2.queue_wait_p90_hours": 24}))
    assert min(c.gpus[0] for c in ways(long, "B2").values()) < min(
        c.gpus[0] for c in ways(short, "B2").values()
    )


def test_jobs_beyond_a_server_need_a_fabric():
    p, ctx = sized(brief("research", **{"workloads.B2.gpus_per_job": {1: 0.5, 16: 0.5}}))
    assert all(p.pools[c.pool].fabric for c in ways(p, "B2").values())
    reasons = {d.reason for d in ctx.dropped if d.workload == "B2"}
    assert any("16 GPUs" in r and "compute fabric" in r for r in reasons)


def test_a_slower_gpu_takes_longer_and_a_faster_one_is_not_trusted_to_be_faster():
    p, _ = sized(brief("research", **{"fleet.server_kinds_allowed": ["H100", "L40S", "B200"]}))
    hours: dict[str, set[float]] = {}
    for c in ways(p, "B2").values():
        family = gpu_of(p, c).family
        hours.setdefault(family, set()).add(c.figures["hours_per_job"]["value"])
    h100, l40s = (gpu.specs.bf16_dense_tflops.value for gpu in _gpus("H100", "L40S"))
    assert hours["H100"] == {1.1}
    assert hours["B200"] == {1.1}
    assert list(hours["L40S"]) == pytest.approx([1.1 * h100 / l40s])


def _gpus(*families):
    return [next(g for g in catalog().gpus.values() if g.family == f) for f in families]
