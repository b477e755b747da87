"""Fabric choice: technology follows its price and the speed of the servers' ports."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design
from designlib.optimize import optimize

CATALOG = Catalog.load()
ENTERPRISE = {"fleet.server_kinds_allowed": ["H200"]}
RESEARCH = {"budget.capex_total": 60e6, "workloads.B2.jobs_per_day": 300}
BRIEFS: dict[str, dict[str, Any]] = {"enterprise": ENTERPRISE, "research": RESEARCH}


def brief(name: str) -> Brief:
    """Return a customer's brief with few kinds of server and money enough."""
    return Brief.load(shipped_folder() / "briefs" / f"{name}.yaml").with_changes(BRIEFS[name])


def parts_of(technology: str) -> list[str]:
    """Return the compute switches of a technology, and the managers that its fabrics need."""
    found = CATALOG.switches.values()
    mine = [s.id for s in found if s.technology == technology and "compute" in s.roles and s.rdma]
    return mine + [
        part.id
        for part in CATALOG.software.values()
        if part.kind == "fabric-manager"
        and technology in (part.applies_to.technologies or ())
        and CATALOG.has_price(part.id)
    ]


@cache
def technology_at(name: str, technology: str, factor: float) -> str:
    """Return the technology of the compute fabric when switches of one cost so many times more."""
    asked = brief(name)
    prices = [
        {
            "item": i,
            "value": factor * CATALOG.price(i).value / (asked.fx.usd_per_unit if asked.fx else 1),
        }
        for i in parts_of(technology)
    ]
    return compute(optimize(asked.with_changes({"prices": prices}), CATALOG, gap=2e-3))[
        "technology"
    ]


def compute(design: Design) -> dict[str, Any]:
    """Return the compute fabric of a design."""
    return next(f for f in design.summary["fabrics"] if f["name"].startswith("compute:"))


@pytest.mark.parametrize("name", BRIEFS)
def test_a_technology_whose_switches_cost_ten_times_more_is_left(name: str) -> None:
    assert technology_at(name, "infiniband", 10.0) == "ethernet"
    assert technology_at(name, "ethernet", 10.0) == "infiniband"


@pytest.mark.parametrize("name", BRIEFS)
def test_a_technology_whose_switches_are_given_away_is_taken(name: str) -> None:
    assert technology_at(name, "infiniband", 0.0) == "infiniband"


def test_slower_ports_take_switches_of_their_speed_and_more_gpus_for_the_same_job(
    tmp_path: Path,
) -> None:
    # The university's servers with ports of 200 instead of 400 Gbit/s.
    folder = tmp_path / "servers"
    folder.mkdir()
    server = next(s for s in CATALOG.servers.values() if s.id == "oem-hgx-h100-8u")
    (folder / f"{server.id}.yaml").write_text(
        "sources:\n  ours: {title: Our order, published: 2026-11, accessed: 2026-11-21, "
        "kind: measured, confidence: verified}\n"
        "specs:\n  compute_port_gbit_s: {value: 200, source: ours}\n"
    )
    asked = brief("research").with_changes({"fleet.server_kinds_allowed": [server.id]})
    slow = optimize(asked, Catalog.load(overlay=tmp_path), gap=2e-3)
    fast = optimize(asked, CATALOG, gap=2e-3)
    speeds = [CATALOG.switches[compute(d)["switch"]].specs.port_gbit_s.value for d in (slow, fast)]
    assert speeds == [200, 400]

    def hours(design: Design) -> float:
        row = next(r for r in design.tables["operations"] if r["workload"] == "B1")
        return float(row["figures"]["hours_per_run"]["value"]) * float(row["gpus"])

    assert hours(slow) > hours(fast)


def test_half_the_uplinks_never_speed_a_job_up() -> None:
    asked = brief("research")
    full = optimize(asked, CATALOG, gap=2e-3)
    half = optimize(asked.with_changes({"network.oversubscription": 2.0}), CATALOG, gap=2e-3)

    def gpu_hours(design: Design) -> float:
        row = next(r for r in design.tables["operations"] if r["workload"] == "B1")
        return float(row["figures"]["hours_per_run"]["value"]) * float(row["gpus"])

    assert gpu_hours(half) >= gpu_hours(full)
    assert compute(half)["spine"] <= compute(full)["spine"]
