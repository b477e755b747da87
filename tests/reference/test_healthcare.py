"""Customer C: two regulated sites that each carry the whole load, by the brief's own figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from designlib.design import Design
from designlib.optimize import optimize
from designlib.physics.racks import servers_per_rack
from designlib.physics.records import audit_tb
from tests.problem.asked import brief, catalog, sized, ways
from tests.reference.facility_holds import facility_holds, survives_a_lost_site

HERE = Path(__file__).parent
EXPECT: dict[str, Any] = YAML(typ="safe").load((HERE / "expect.yaml").read_text())["healthcare"]
SITES = ("east", "west")
NOT_IN_USE = {"compliance.encrypt.in_use": {"C1": False, "C2": True, "C3": False}}


@pytest.fixture(scope="module")
def design() -> Design:
    """Return the design as given."""
    return optimize(brief("healthcare"), catalog(), gap=0.001)


@pytest.fixture(scope="module")
def apart() -> Design:
    """Return the design where the score works on data of no class."""
    return optimize(brief("healthcare", **{"workloads.C4.data_class": "none"}), catalog(), gap=0.01)


def test_the_answer_is_proven(design: Design) -> None:
    assert design.certificate["gap"] <= 0.01
    assert design.faults() == []


def test_each_site_alone_carries_every_workload(design: Design) -> None:
    rows = design.operations
    for month in design.dates:
        now = rows[rows.period_month == month]
        assert {(r.workload, r.site) for r in now.itertuples()} == {
            (w, s) for w in ("C1", "C2", "C3", "C4") for s in SITES
        }


def test_must_each_site_carries_the_whole_peak_with_one_server_lost(design: Design) -> None:
    peaks = {w.id: w for w in brief("healthcare").work()}
    rows = design.operations
    for row in rows[rows.workload.isin(["C1", "C2"])].itertuples():
        work = peaks[row.workload]
        load = work.peak_requests_s * work.growth_factor_24_months ** (row.period_month / 24)
        per_server = -(-row.replicas // _servers_apart(design, row))
        left = row.replicas - per_server
        assert left * row.figures["rate_per_replica"]["value"] >= load


def _servers_apart(design: Design, row: Any) -> float:
    """Return the servers over which the replicas of a service lie at a date."""
    rows = design.balance
    mine = rows[(rows.resource == "apart_servers") & (rows.period_month == row.period_month)]
    return float(mine[mine.place == f"{row.pool} for {row.workload}"].draw.iloc[0])


# The bands are reckoned by the mean step. At 5.66 requests/s, the demand at the end of the first
# interval, a replay of every pass puts the 95th percentile of a further token, of which 50 ms are
# promised, at 50.4 ms on five replicas of 2 H100 and at 54.6 ms on eight of one H200: the prompts
# of others hold an answer up. It is 41.1 ms on six, and 46.9 ms on nine.
LEFT = {
    "C1_h100": "two GPUs more: a sixth replica at work, or a further token comes too late",
    "C1_h200": "three GPUs more: two at work, of which a replay asks for one, and their spare",
}
"""Bands that the fewest GPUs at the first date leave, above them, each with the reason."""


def test_bands_of_gpus_per_site() -> None:
    problem, _ = sized(brief("healthcare", "east"))
    band = EXPECT["band_per_site"]
    found = {}
    for name in ("C1_h100", "C1_h200", "C2_h100"):
        workload, gpu = name.split("_")
        mine = [
            c.gpus[0]
            for c in ways(problem, workload).values()
            if gpu in problem.items[problem.pools[c.pool or ""].kind].part_id
        ]
        found[name] = min(mine)
    print(found, band)
    assert {name for name, n in found.items() if n != band[name]} == set(LEFT)
    assert all(found[name] > band[name] for name in LEFT)


def test_must_4_gpu_pcie_servers_pack_better_than_8_gpu_servers() -> None:
    def gpus_per_rack(part: str) -> int:
        specs = catalog().servers[part].specs
        size = (specs.height_u.value, specs.power_max_kw.value, specs.weight_kg.value)
        return int(servers_per_rack(*size, usable_u=46, feed_kw=12)[0] * specs.gpus_count.value)

    assert servers_per_rack(8, EXPECT["node_kw"], 130, usable_u=46, feed_kw=12)[0] == 1
    for eight in ("oem-hgx-h100-8u", "nvidia-dgx-h200"):
        assert gpus_per_rack(eight) == 8
        for four in ("dell-r760xa-h100nvl-4gpu", "dell-r760xa-h100pcie-4gpu"):
            assert gpus_per_rack(four) > gpus_per_rack(eight)


def test_floor_memory_of_the_summaries(design: Design) -> None:
    for row in design.operations[design.operations.workload == "C1"].itertuples():
        gpus = row.gpus / row.replicas
        assert gpus * row.figures["memory_per_gpu"]["value"] >= EXPECT["floor"]["C1_memory_gb_min"]


def test_golden_load_of_the_triage(design: Design) -> None:
    for row in design.operations[design.operations.workload == "C3"].itertuples():
        grown = 1.3
        offered = EXPECT["floor"]["C3_offered_gpus"] * grown
        assert row.figures["offered_gpus"]["value"] >= offered * (1 - 1e-6)
        assert row.gpus >= EXPECT["band_per_site"]["C3_gpus_for_p99_10s"]


def test_floor_storage_at_each_site(design: Design) -> None:
    floor = EXPECT["floor"]
    for site in SITES:
        rows = design.balance[design.balance.place == site]
        hot = rows[rows.resource == "hot_tb"]
        kept = rows[rows.resource == "object_tb"]
        assert (hot.draw >= floor["image_hot_tb"] * 0.998).all()
        assert (kept.draw >= floor["image_10y_pb"] * 1000 * 0.998).all()
        assert (hot.supply >= hot.draw).all()
        assert (kept.supply >= kept.draw).all()
    assert audit_tb(4 + 20, 0.3, 4000, 7) == pytest.approx(
        floor["audit_7y_tb_at_30pct_mean_load"], abs=0.005
    )


def test_only_gpus_with_a_tee_run_what_is_encrypted_in_use(design: Design) -> None:
    rows = design.candidates
    for w in ("C1", "C2"):
        mine = rows[(rows.workload == w) & rows.part_id.str.contains("l40s")]
        assert set(mine.status) == {"dropped"}
        assert mine.reason.str.contains("no GPU TEE").all()
    triage = rows[(rows.workload == "C3") & rows.part_id.str.contains("l40s")]
    assert "considered" in set(triage.status) | {"chosen"}


def test_data_of_no_class_shares_no_server_with_a_patients(apart: Design) -> None:
    pools = {
        w: set(apart.operations[apart.operations.workload == w].pool)
        for w in ("C1", "C2", "C3", "C4")
    }
    assert not pools["C4"] & (pools["C1"] | pools["C2"] | pools["C3"])


def test_the_matrix_says_how_each_rule_is_kept(design: Design) -> None:
    table = design.compliance.set_index("rule")
    assert {
        "encryption at rest", "encryption in transit", "encryption in use", "audit trail",
        "residency", "separate servers", "network segments",
    } <= set(table.index)  # fmt: skip
    assert "l40s" in table.parts_removed["encryption in use"]
    assert table.items_added["encryption in use"] != "none"
    for name in ("ingress", "inference", "storage", "management", "audit"):
        flows = table.kept_by[f"segment {name}"]
        assert "internet" not in flows
    assert "HIPAA" in table.asked_by["audit trail"]
    assert "SOC2" in table.asked_by["access control"]


def test_a_twelve_kilowatt_rack_holds_one_eight_gpu_server(design: Design) -> None:
    placed = design.placement[design.placement.part_id.str.contains("hgx|dgx")]
    assert (placed.groupby(["site", "rack"]).size() == 1).all()


def test_encryption_in_use_never_saves_money(design: Design) -> None:
    free = optimize(brief("healthcare", **NOT_IN_USE), catalog(), gap=0.001)
    saving = design.certificate["objective"] - free.certificate["bound"]
    assert saving >= 0
    p, _ = sized(brief("healthcare", **NOT_IN_USE))
    before, _ = sized(brief("healthcare"))
    assert len(ways(p, "C1")) > len(ways(before, "C1"))


def test_without_any_encryption_in_use_the_saving_shows() -> None:
    asked = brief("healthcare", "east")
    free = asked.with_changes({"compliance.encrypt.in_use": {}})
    with_tee = optimize(asked, catalog(), gap=0.001)
    without = optimize(free, catalog(), gap=0.001)
    assert without.certificate["objective"] < with_tee.certificate["bound"]
    assert "gpu-attestation" in with_tee.summary["orchestration"]
    assert "gpu-attestation" not in without.summary["orchestration"]


def test_racks_power_cooling_and_cables_hold(design: Design) -> None:
    facility_holds(design, catalog())


def test_must_without_either_site_the_other_serves_the_whole_share(design: Design) -> None:
    # Counted from what stands and runs, never from the balance of the model.
    survives_a_lost_site(design, catalog(), 1.0)
