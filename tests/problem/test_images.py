"""Images: the hospital's CT triage."""

from __future__ import annotations

import pytest

from designlib.problem.images import peak_per_s
from tests.problem.asked import brief, gpu_of, sized, ways


def flat(**changes):
    return brief("healthcare", "east", **{"workloads.C3.growth_factor_24_months": 1.0, **changes})


def test_golden_load_and_gpus_of_the_triage():
    asked = flat()
    c3 = next(w for w in asked.workloads if w.id == "C3")
    assert peak_per_s(c3) * 12 == pytest.approx(3.3)
    p, _ = sized(asked)
    h100 = [c for c in ways(p, "C3").values() if gpu_of(p, c).family == "H100"]
    for c in h100:
        assert c.figures["offered_gpus"]["value"] == pytest.approx(3.3)
        assert c.figures["serving_gpus"]["value"] == 7
        assert c.figures["late_share"]["value"] <= 0.01


def test_replicas_stay_when_a_server_fails():
    p, _ = sized(flat())
    for c in ways(p, "C3").values():
        servers, gpus = c.apart[-1], c.replicas[-1]
        lost = -(-gpus // servers)  # the fullest server
        serving = c.figures["serving_gpus"]["value"]
        assert servers >= 2
        assert gpus - lost >= serving  # the canary reserve comes on top


def test_a_gpu_of_a_lower_peak_needs_more_of_them():
    p, _ = sized(flat())
    of = {gpu_of(p, c).family: c.figures["serving_gpus"]["value"] for c in ways(p, "C3").values()}
    assert of["L40S"] > of["H100"] == 7
