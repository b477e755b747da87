"""Customer B: a university's Slurm cluster of 512 H100, with every figure that its brief names.

Floors are physics; golden counts follow from the counting laws of published fabrics. They stand in
expect.yaml beside this file. The budget of 32 million euro is a test of its own, so that what the
cluster needs is tested apart from what money can buy; that it suffices is tested too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design, Infeasible
from designlib.optimize import optimize
from designlib.physics.checkpoint import checkpoint_gb
from designlib.physics.reliability import spares_count
from designlib.physics.switching import fabric_size
from designlib.physics.training import run_hours
from designlib.problem.contexts import make_contexts
from designlib.problem.jobs import pretraining
from designlib.problem.machines import Option, machine_of
from designlib.problem.make import make_problem
from designlib.problem.reference_runs import reference_of
from designlib.problem.runs import Run, run_on
from designlib.validate import validate
from tests.reference.facility_holds import facility_holds

HERE = Path(__file__).parent
EXPECT: dict[str, Any] = YAML(typ="safe").load((HERE / "expect.yaml").read_text())["research"]
GAP = 0.01
RICH = {"budget.capex_total": 60e6}
FLEET = 512


@pytest.fixture(scope="module")
def brief() -> Brief:
    """Return the brief of the university."""
    return Brief.load(shipped_folder() / "briefs" / "research.yaml")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the shipped catalog."""
    return Catalog.load()


@pytest.fixture(scope="module")
def design(brief: Brief, catalog: Catalog) -> Design:
    """Return the design with money to spare."""
    return optimize(brief.with_changes(RICH), catalog, gap=GAP)


def test_the_budget_as_given_suffices(brief: Brief, catalog: Catalog) -> None:
    found = optimize(brief, catalog, gap=GAP)
    assert found.certificate["gap"] <= GAP
    assert found.faults() == []
    assert found.summary["capex"] <= brief.budget.capex_total == 32e6
    assert set(found.operations.workload) == {"B1", "B2", "B3", "B4"}


def at(design: Design, workload: str) -> pd.Series:
    """Return how a workload runs at the last date."""
    return design.operations[design.operations.workload == workload].iloc[-1]


def test_the_answer_is_proven_and_every_promise_is_kept(design: Design, catalog: Catalog) -> None:
    assert design.certificate["gap"] <= GAP
    assert design.faults() == []
    broken = {k: v for k, v in validate(design, catalog).findings.items() if v}
    # That the stated MFU of B1 differs from ours by more than 15 % is a finding by intent.
    assert set(broken) <= {"stated"}, broken


def test_floor_of_the_large_job(brief: Brief, catalog: Catalog) -> None:
    floor = EXPECT["floor"]
    days = run_hours(30e9, 1e12, 256, 989, 0.40, 0.96) / 24
    assert days == pytest.approx(floor["B1_days_on_256_h100_mfu40_ettr96"], abs=0.005)
    slow = run_hours(30e9, 1e12, 256, 989, 0.30, 0.96) / 24
    assert slow == pytest.approx(floor["B1_days_mfu30"], abs=0.05)
    run = _on_256(brief, catalog, "oem-hgx-h100-8u")
    # Rare failures and short saves: a little faster than at the effective time of the floor.
    assert 0.95 * days < run.hours / 24 <= days
    assert run.plan.ettr_frac >= 0.95


def _on_256(brief: Brief, catalog: Catalog, server_id: str) -> Run:
    ctx = make_contexts(brief, catalog)[0]
    task = pretraining(ctx, brief.workloads[0])
    server = catalog.servers[server_id]
    machine = machine_of(ctx, server, "infiniband")
    option = Option(server_id, server, "fabric", "infiniband", machine)
    run = run_on(ctx, task, option, 256, reference_of(ctx, task))
    assert isinstance(run, Run)
    return run


def test_must_mfu_of_030_misses_the_deadline_on_h100_and_b200_would_keep_it(
    brief: Brief, catalog: Catalog
) -> None:
    slow = brief.with_changes({"workloads.B1.mfu_frac": 0.30, **RICH})
    with pytest.raises(Infeasible) as caught:
        optimize(slow, catalog, gap=GAP)
    (sentence,) = caught.value.conflict
    assert sentence.startswith("B1")
    assert "MFU" in sentence
    assert "25 days are allowed" in sentence
    told = r"nvidia-dgx-b200[^:]*: the brief allows only 8-GPU H100 class; if it were"
    assert re.search(told, sentence)
    repairs = {r["requirement"]: r for r in caught.value.repairs}
    assert {"B1: time limit of a run", "servers allowed"} <= set(repairs)
    assert all(r["verified"] for r in repairs.values())
    days = _on_256(slow, catalog, "nvidia-dgx-b200").hours / 24
    # About: the floor takes the stated MFU for B200 too, ours for it is 0.94 of that of H100.
    assert days == pytest.approx(EXPECT["B1_days_on_256_b200_mfu30"], rel=0.08)
    assert f"256 in {days:.1f} days" in sentence


def test_checkpoint_of_the_large_job(design: Design) -> None:
    floor = EXPECT["floor"]
    assert checkpoint_gb(30e9) == pytest.approx(floor["checkpoint_gb"])
    row = at(design, "B1")
    assert row.figures["checkpoint_write"]["value"] == pytest.approx(floor["checkpoint_write_gb_s"])
    writes = design.balance[design.balance.resource == "write_gb_s"]
    assert (writes.supply >= floor["checkpoint_write_gb_s"]).all()
    assert row.figures["effective_training_time"]["value"] >= 0.95


def test_must_line_rate_reads_or_node_local_caches(brief: Brief, catalog: Catalog) -> None:
    problem, _ = make_problem(brief, catalog)
    found = {w: {o: problem.candidates[o] for o in problem.candidates_of(w)} for w in ("B3", "B4")}
    shared = sum(
        max(max(c.draws["read_gb_s"]) for o, c in mine.items() if not o.endswith("-cached"))
        for mine in found.values()
    )
    assert shared == pytest.approx(EXPECT["floor"]["read_gb_s_all_shared"], abs=0.05)
    guideline = EXPECT["two_super_pod_guidelines_read_gb_s"]
    assert guideline["better"] < shared <= guideline["best"]
    # Drives without a figure of their own are taken as the slowest of the catalog: too slow for B4.
    slow = [d for d in problem.dropped if d.workload == "B4" and d.candidate.endswith("-cached")]
    assert slow
    assert all("22.9 GB/s a server" in d.reason for d in slow)
    # A server whose maker names the speed of its drives may hold the data set.
    fast = brief.with_changes({"fleet.server_kinds_allowed": ["nvidia-dgx-h200"]})
    able, _ = make_problem(fast, catalog)
    cached = [able.candidates[o] for o in able.candidates_of("B4") if o.endswith("-cached")]
    assert cached
    for c in cached:
        each = c.figures["cached_per_server"]["value"]
        assert each == pytest.approx(EXPECT["cached_tb_per_server"])


def test_the_design_serves_every_read(design: Design) -> None:
    reads = design.balance[design.balance.resource == "read_gb_s"]
    assert (reads.supply >= reads.draw).all()
    for name in ("B3", "B4"):
        row = at(design, name)
        line_rate = {"B3": 96 * 0.205, "B4": 32 * 2.86}[name]
        local = "cached_per_server" in row.figures
        assert local or row.figures["shared_read"]["value"] == pytest.approx(line_rate)


@pytest.mark.parametrize("servers", [64, 80])
def test_golden_fabric(servers: int) -> None:
    golden = EXPECT["golden_fabric"][f"servers_{servers}"]
    size = fabric_size(servers, 8, radix_ports=64, topology="rail-optimized")
    assert (size.leaf, size.spine) == (golden["leaf"], golden["spine"])
    assert size.spine_minimum == golden.get("spine_minimum", size.spine)
    assert size.links_server_leaf == golden["node_links"]
    assert size.links_leaf_spine == golden["leaf_spine_links"]


def test_must_the_fabric_is_bought_for_80_servers(design: Design) -> None:
    golden = EXPECT["golden_fabric"]["servers_80"]
    (fabric,) = [f for f in design.summary["fabrics"] if f["name"].startswith("compute")]
    assert fabric["core"] == 0
    if fabric["switch"] in ("nvidia-sn5400", "nvidia-qm9700"):  # 64 ports of 400G
        assert (fabric["leaf"], fabric["spine"]) == (golden["leaf"], golden["spine"])
    switches = design.bill_of_materials.query("part_id == @fabric['switch']")
    assert set(switches[switches.pool.str.endswith("8p")].period_month) == {9}


def test_must_the_queue_runs_beside_the_large_jobs(design: Design) -> None:
    offered = 700 * 2.2 * 1.1 / 24
    row = at(design, "B2")
    assert row.figures["offered_gpus"]["value"] == pytest.approx(offered, abs=0.05)
    assert row.figures["queue_wait_p90"]["value"] <= 2
    fleet = pd.DataFrame(design.summary["gpus"])
    assert fleet["count"].max() <= FLEET
    assert "slurm" in design.summary["orchestration"]


def test_must_4000_small_jobs_a_day_conflict_with_the_large_one(
    brief: Brief, catalog: Catalog
) -> None:
    crowded = brief.with_changes({"workloads.B2.jobs_per_day": 4000, **RICH})
    with pytest.raises(Infeasible) as caught:
        optimize(crowded, catalog, gap=GAP)
    assert caught.value.conflict


def test_golden_spares(design: Design) -> None:
    golden = EXPECT["golden_spares_if_all_interruptions_need_repair"]
    assert spares_count(64, 5, 50677 / 8, 0.99) == golden
    spares = design.bill_of_materials.query("layer == 'spares'")["count"].sum()
    assert 0 < spares <= golden


def test_racks_power_cooling_and_cables_hold(design: Design, catalog: Catalog) -> None:
    facility_holds(design, catalog)
