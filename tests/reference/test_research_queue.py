"""Customer B: the queue of small jobs of the research cluster, its scheduler and its fleet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from designlib.design import Design, Infeasible
from designlib.optimize import optimize
from tests.problem.asked import brief, catalog

HERE = Path(__file__).parent
EXPECT: dict[str, Any] = YAML(typ="safe").load((HERE / "expect.yaml").read_text())["research"]
GRANTED = {"budget.capex_total": 80e6}
"""Money enough that the fleet is what binds."""


@pytest.fixture(scope="module")
def design() -> Design:
    """Return the design of the cluster, were money no object."""
    return optimize(brief("research", **GRANTED), catalog(), gap=0.01)


def last(design: Design, workload: str) -> Any:
    rows = design.operations[design.operations.workload == workload]
    return rows.sort_values("period_month").iloc[-1]


def test_the_offered_load_of_the_queue(design: Design) -> None:
    offered = last(design, "B2").figures["offered_gpus"]["value"]
    assert offered == pytest.approx(EXPECT["golden"]["B2_offered_gpus"], abs=0.05)
    assert 24 * offered == pytest.approx(EXPECT["golden"]["B2_gpu_hours_per_day"], abs=1)


def test_the_wait_is_reported_and_kept(design: Design) -> None:
    wait = last(design, "B2").figures["queue_wait_p90"]
    assert 0 < wait["value"] <= wait["limit"] == 2
    assert last(design, "B2").busy_frac < 1


def test_all_workloads_fit_the_fleet_together(design: Design) -> None:
    rows = design.operations
    for month in design.dates:
        gpus = rows[rows.period_month == month].gpus.sum()
        assert gpus <= EXPECT["fleet"][0 if month < 14 else 1]


def test_slurm_runs_it(design: Design) -> None:
    assert "slurm" in design.summary["orchestration"]
    assert "kubernetes" not in design.summary["orchestration"]


def test_more_jobs_than_the_fleet_holds_name_the_conflict_and_price_the_choices() -> None:
    asked = brief("research", **GRANTED, **{"workloads.B2.jobs_per_day": 4000})
    with pytest.raises(Infeasible) as caught:
        optimize(asked, catalog(), gap=0.01)
    (conflict,) = caught.value.conflict
    assert all(word in conflict for word in ("B1", "B2", "GPUs in service", "512 allowed"))
    # 403 GPUs are busy on average, so the queue needs more than that
    (queue,) = [part for part in conflict.split(" + ") if part.startswith("B2 ")]
    assert float(queue.split()[1]) > EXPECT["golden"]["B2_offered_gpus_at_4000_jobs"]
    repairs = {r["requirement"]: r for r in caught.value.repairs}
    assert repairs["B2: jobs a day"]["to"] < 4000
    assert repairs["most GPUs in service"]["to"] > 512
    assert all(r["verified"] and r["cost"] > 0 for r in repairs.values())
