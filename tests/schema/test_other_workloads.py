"""Other workloads: shares make a whole, tiers promise quality and become services."""

import pytest
from pydantic import TypeAdapter, ValidationError

from designlib.schema.other_workloads import TieredInference, Workload, shares_faults
from tests.schema.test_workloads import SERVICE

QUEUE = {
    "id": "Q",
    "kind": "job-queue",
    "jobs_per_day": 700,
    "gpus_per_job": {1: 0.6, 8: 0.4},
    "mean_hours": 1.1,
    "queue_wait_p90_hours": 2,
}
ANSWER = {k: v for k, v in SERVICE.items() if k not in {"kind", "peak_requests_s", "id"}}


def tiered(*shares, floor=0.8):
    tiers = [
        {**ANSWER, "id": f"T{n}", "share_frac": share, "quality_floor": floor}
        for n, share in enumerate(shares)
    ]
    return {"id": "X", "kind": "tiered-inference", "peak_requests_s": 10, "tiers": tiers}


@pytest.mark.parametrize("data", [QUEUE, SERVICE, tiered(0.5, 0.5)], ids=lambda d: d["kind"])
def test_kind_picks_the_fields(data):
    workload = TypeAdapter(Workload).validate_python(data)
    assert workload.kind == data["kind"]
    assert workload.workload_class in {"training", "inference"}


def test_jobs_of_json_have_text_keys():
    again = {**QUEUE, "gpus_per_job": {"1": 0.6, "8": 0.4}}
    assert TypeAdapter(Workload).validate_python(again).gpus_per_job == {1: 0.6, 8: 0.4}


@pytest.mark.parametrize(
    "data",
    [
        {**QUEUE, "gpus_per_job": {1: 0.6}},
        {**QUEUE, "gpus_per_job": {}},
        {**QUEUE, "gpus_per_job": {0: 1.0}},
        tiered(0.5, 0.4),
        tiered(0.5, 0.5, floor=None),
        {**tiered(1.0), "tiers": []},
    ],
)
def test_wrong_shares(data):
    with pytest.raises(ValidationError):
        TypeAdapter(Workload).validate_python(data)


def test_tiers_become_services_at_their_share():
    workload = TieredInference.model_validate(
        {**tiered(0.7, 0.3, 0.0), "growth_factor_24_months": 3}
    )
    services = workload.services()
    assert [(s.id, round(s.peak_requests_s, 9)) for s in services] == [("T0", 7.0), ("T1", 3.0)]
    assert all(s.growth_factor_24_months == 3 for s in services)


def test_one_tier_needs_no_floor():
    assert TieredInference.model_validate(tiered(1.0, floor=None)).services()[0].id == "T0"


def test_shares_make_a_whole():
    assert shares_faults(("x",), [0.1] * 10) == []
    assert shares_faults(("x",), [0.1] * 9) == [(("x",), "shares must sum to 1, they sum to 0.9")]
