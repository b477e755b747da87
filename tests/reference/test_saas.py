"""Customer E: tiers of a service that grows tenfold, by the brief's own figures; at one site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from designlib.design import Design
from designlib.explore.existing import existing
from designlib.optimize import optimize
from designlib.physics.growth import growth_per_month, upgrade_trigger_frac
from designlib.physics.shape import kv_bytes_per_token
from designlib.problem.machines import shape_of
from designlib.problem.tables import Candidate, Problem
from designlib.report.sections.existing import section
from tests.problem.asked import brief, catalog, gpu_of, sized, ways
from tests.reference.facility_holds import facility_holds, survives_a_lost_site

HERE = Path(__file__).parent
EXPECT: dict[str, Any] = YAML(typ="safe").load((HERE / "expect.yaml").read_text())["saas"]
OWNED = {
    "cloud_burst.peak_requests_max_frac": 0.0,
    "fleet.server_kinds_allowed": ["H200", "B200"],
    "network.compute_technologies_allowed": ["ethernet"],
}
"""Without rented capacity and with few kinds, so that what is bought is what the tiers need."""


@pytest.fixture(scope="module")
def design() -> Design:
    """Return the design of one site without rented capacity."""
    return optimize(brief("saas", "dal", **OWNED), catalog(), gap=0.01)


def test_floor_cache_of_a_token() -> None:
    asked = brief("saas", "dal")
    _, ctx = sized(asked)
    for w in asked.work():
        floor = EXPECT["floor"]["kv_bytes_token_fp8"][w.id]
        assert kv_bytes_per_token(shape_of(ctx, w), w.kv_bits) == pytest.approx(floor)


def test_growth_and_trigger() -> None:
    month = growth_per_month(10)
    assert month == pytest.approx(EXPECT["growth_per_month"], abs=5e-5)
    trigger = EXPECT["trigger_utilisation"]
    for name, install in (("lead_only", 0), ("lead_plus_install", 4)):
        found = upgrade_trigger_frac(trigger["rho_max"], month, 20, install)
        assert found == pytest.approx(trigger[name], abs=5e-4)


def test_must_the_large_tier_needs_a_domain_of_eight_gpus_and_its_spare_doubles_it() -> None:
    least = EXPECT["L_scale_up_gpus_min"]
    problem, _ = sized(brief("saas", "dal", **OWNED))
    for c in ways(problem, "L").values():
        if "8-bit weights" not in c.precision or "H200" not in _family(problem, c):
            continue
        gpus = round(c.gpus[0] / c.replicas[0])
        assert gpus >= least
        assert c.replicas[0] >= 2
    assert any("4-bit weights" in c.precision for c in ways(problem, "L").values())
    rented, _ = sized(brief("saas", "dal"))
    assert any(c.pool is None or c.rent_per_month for c in ways(rented, "L").values())


def _family(problem: Problem, c: Candidate) -> str:
    return "rented" if c.pool is None else str(gpu_of(problem, c).family)


def test_must_staged_purchases_cost_less_than_all_at_once() -> None:
    changes = {**OWNED, "fleet.server_kinds_allowed": ["H200"]}
    staged = optimize(brief("saas", "dal", **changes), catalog(), gap=0.01)
    changes["policies.purchases"] = "all_at_once"
    at_once = optimize(brief("saas", "dal", **changes), catalog(), gap=0.01)
    servers = at_once.bill_of_materials[at_once.bill_of_materials.layer == "compute"]
    assert servers.period_month.nunique() == 1
    staged_servers = staged.bill_of_materials[staged.bill_of_materials.layer == "compute"]
    assert staged_servers.period_month.nunique() > 1
    assert at_once.certificate["bound"] > staged.certificate["objective"]


def test_floor_tokens_of_a_day() -> None:
    asked = brief("saas", "dal")
    day = (
        86400
        / 3.2
        * sum(w.peak_requests_s * (w.prompt_tokens + w.output_tokens) for w in asked.work())
    )
    assert day / 1e9 == pytest.approx(EXPECT["floor"]["tokens_per_day_g"]["month0"], rel=0.005)
    assert 10 * day / 1e9 == pytest.approx(
        EXPECT["floor"]["tokens_per_day_g"]["month24"], rel=0.005
    )


def test_every_tier_runs_and_keeps_its_quality(design: Design) -> None:
    rows = design.operations
    assert set(rows.workload) == {"S", "M", "L"}
    assert set(rows.name) == {"chat, tier S", "chat, tier M", "chat, tier L"}
    for row in rows.itertuples():
        quality = row.figures.get("quality")
        assert quality is None or quality["value"] >= quality["limit"]
        assert row.figures["tpot_p95"]["value"] <= row.figures["tpot_p95"]["limit"]


def test_a_canary_and_spares_stand_beside_what_serves(design: Design) -> None:
    for row in design.operations.itertuples():
        assert row.replicas >= 2


def test_the_reserve_shrinks_as_the_pools_grow(design: Design) -> None:
    for tier in "SML":
        rows = design.operations[design.operations.workload == tier].sort_values("period_month")
        assert rows.busy_frac.iloc[-1] > rows.busy_frac.iloc[0]


def test_orders_come_before_the_need(design: Design) -> None:
    servers = design.bill_of_materials[design.bill_of_materials.layer == "compute"]
    weeks = (servers.period_month - servers.order_by_month) * 365.25 / 12 / 7
    assert (weeks >= 24 - 1e-6).all()
    assert (servers.order_by_month >= -1e-9).all()


def test_moving_traffic_to_the_small_tier_never_raises_the_cost(design: Design) -> None:
    moved = brief(
        "saas",
        "dal",
        **OWNED,
        **{
            "workloads.chat.tiers.S.share_frac": 0.75,
            "workloads.chat.tiers.M.share_frac": 0.20,
        },
    )
    cheaper = optimize(moved, catalog(), gap=0.01)
    assert cheaper.certificate["bound"] <= design.certificate["objective"]


def test_racks_power_cooling_and_cables_hold(design: Design) -> None:
    facility_holds(design, catalog())


def test_must_without_either_site_the_other_serves_the_promised_share() -> None:
    # Counted from what stands and runs at both sites, never from the balance of the model.
    kinds = {**OWNED, "fleet.server_kinds_allowed": ["8-GPU B200"]}
    both = optimize(brief("saas", **kinds), catalog(), gap=0.05)
    assert {row["site"] for row in both.tables["operations"]} == {"dal", "ash"}
    survives_a_lost_site(both, catalog(), 0.6)


def test_the_servers_that_are_there_already_are_weighed_and_told(design: Design) -> None:
    """Two A100 servers at dal leave by month 18: each service that they can run has the choice."""
    problem, ctx = sized(brief("saas", "dal"))
    (kind,) = [k for k in problem.kinds.values() if k.owned]
    assert list(kind.owned) == [2.0 if month < 18 else 0.0 for month in problem.dates]
    weighed = {c.workload for c in problem.candidates.values() if c.beside is not None}
    told = {d.workload for d in ctx.dropped if "a100" in d.part_id}
    assert "S" in weighed
    assert weighed | told >= {"S", "M", "L"}
    rows = existing(design)
    assert set(rows.part_id) == {"nvidia-dgx-a100-80gb"}
    assert (rows[rows.period_month < 18][["in service", "spare", "idle"]].sum(axis=1) == 2).all()
    assert rows[rows.period_month >= 18][["in service", "spare", "idle"]].sum().sum() == 0
    chapter = section(design, None)
    assert chapter is not None
    assert "serv" in chapter.lead[0]


def test_must_four_bit_weights_or_rented_peaks_win_for_the_large_tier(design: Design) -> None:
    """Eight GPUs and eight more for the one that may fail: half as many in four bits, or none."""
    eight_bits = {"workloads.chat.tiers.L.fp4_allowed": False}
    without = optimize(brief("saas", "dal", **OWNED, **eight_bits), catalog(), gap=0.01)
    assert without.certificate["bound"] > design.certificate["objective"]
    mine, theirs = (d.operations.query("workload == 'L'").iloc[0] for d in (design, without))
    assert "4-bit weights" in mine.precision
    assert theirs.gpus >= 2 * EXPECT["L_scale_up_gpus_min"]
    assert mine.gpus < theirs.gpus
    changes = {**OWNED, **eight_bits, "cloud_burst.peak_requests_max_frac": 0.25}
    rented = optimize(brief("saas", "dal", **changes), catalog(), gap=0.01)
    assert rented.operations.query("workload == 'L'").pool.eq("rented").all()
    assert rented.certificate["objective"] < without.certificate["bound"]
