"""Drivers: each of the four moves what follows it, and nothing that states its own growth."""

from __future__ import annotations

from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.explore.teams import _teams_count
from designlib.problem.contexts import make_contexts
from designlib.schema.drivers import OF_KIND
from designlib.schema.other_workloads import Workload

CHAT = {
    "id": "chat", "kind": "inference", "params_count": 8e9, "peak_requests_s": 5,
    "prompt_tokens": 900, "output_tokens": 100, "ttft_p95_s": 1, "tpot_p95_s": 0.04,
}  # fmt: skip
TUNE = {
    "id": "tune", "kind": "fine-tuning", "mode": "lora", "params_count": 8e9,
    "tokens_per_run_count": 5e7, "runs_per_month_count": 100, "max_hours": 2,
}  # fmt: skip
QUEUE = {
    "id": "queue", "kind": "job-queue", "jobs_per_day": 70, "gpus_per_job": {1: 0.8, 2: 0.2},
    "mean_hours": 1.1, "queue_wait_p90_hours": 2,
}  # fmt: skip
FACTORS = {"traffic": 10.0, "models": 3.0, "data": 2.0, "teams": 1.5}


def asked(growth: dict[str, float] | None, **own: Any) -> Brief:
    """Return a brief of three kinds of work, six teams and some data."""
    stated = {} if growth is None else {"growth": growth}
    data: dict[str, Any] = {
        "name": "growing", "service_start_month": 6, "storage": {"hot_tb": 100},
        "teams": {"now_count": 6}, "workloads": [{**CHAT, **own}, TUNE, QUEUE],
        "sites": [{"id": "hall", "it_power_kw": 500, "pue": 1.3, "electricity_per_kwh": 0.1}],
        **stated,
    }  # fmt: skip
    return Brief.from_dict(data)


def factors(brief: Brief) -> dict[str, float]:
    """Return how each part of a brief grows in 24 months."""
    chat, tune, queue = (w.growth_factor_24_months for w in brief.workloads)
    assert brief.teams is not None
    return {
        "traffic": chat, "models": tune, "data": brief.storage.growth_factor_24_months,
        "jobs": queue, "teams": _teams_count(brief.teams, 24) / 6,
    }  # fmt: skip


@pytest.mark.parametrize("driver", FACTORS)
def test_each_driver_moves_its_own_part_alone(driver: str) -> None:
    found = factors(asked({f"{driver}_factor_24_months": FACTORS[driver]}))
    moved = {driver, "jobs"} if driver == "teams" else {driver}
    assert found == {name: FACTORS[driver] if name in moved else 1.0 for name in found}


def test_what_states_its_own_growth_keeps_it() -> None:
    brief = asked({"traffic_factor_24_months": 10}, growth_factor_24_months=2.5)
    assert factors(brief)["traffic"] == 2.5


def test_a_driver_reaches_the_demand_and_can_be_changed() -> None:
    catalog = Catalog.load()
    brief = asked({"traffic_factor_24_months": 4.0, "data_factor_24_months": 2.0})
    (ctx,) = make_contexts(brief, catalog)
    chat = brief.workloads[0]
    assert ctx.demand(chat, 5.0)[-1] == pytest.approx(20)
    changed = brief.with_changes({"growth.traffic_factor_24_months": 9.0})
    assert factors(changed)["traffic"] == 9.0
    assert factors(Brief.from_dict(brief.to_dict())) == factors(brief)


def test_what_follows_a_driver_is_told_as_such() -> None:
    brief = asked({"traffic_factor_24_months": 4.0})
    told = {a.path: a for a in brief.assumptions()}
    row = told["workloads.chat.growth_factor_24_months"]
    assert (row.value, row.source) == (4.0, "the brief")
    assert "driver" in row.reason
    assert told["workloads.tune.growth_factor_24_months"].value == 1.0
    assert brief.hash != asked({"traffic_factor_24_months": 5.0}).hash


def test_every_kind_of_work_that_grows_has_its_driver() -> None:
    (union, *_) = Workload.__args__
    kinds = {part.model_fields["kind"].annotation.__args__[0] for part in union.__args__}
    # a share of the fleet grows with the fleet
    assert kinds - set(OF_KIND) == {"fleet-share"}
