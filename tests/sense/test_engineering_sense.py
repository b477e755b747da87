"""Engineering sense: a change of the brief moves the design as an engineer expects.

Each instance is built so that the change must show; where nothing should change, the test says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.optimize import optimize

CHAT = """
name: one service
service_start_month: 6
sites:
  - id: hall
    it_power_kw: 400
    rack_positions_count: 30
    rack_air_kw: 40
    pue: 1.4
    electricity_per_kwh: 0.10
workloads:
  - {id: chat, kind: inference, llm: llama-3-1-8b, weight_bits: 8, kv_bits: 8, peak_requests_s: 900,
     prompt_tokens: 2000, output_tokens: 200, ttft_p95_s: 2.0, tpot_p95_s: 0.05}
"""

TUNE = """
name: one job
service_start_month: 6
sites:
  - id: hall
    it_power_kw: 900
    rack_positions_count: 60
    rack_air_kw: 17
    pue: 1.4
    electricity_per_kwh: 0.10
fleet: {server_kinds_allowed: H100}
workloads:
  - {id: tune, kind: fine-tuning, mode: full, params_count: 70e9, tokens_per_run_count: 4e9,
     runs_per_month_count: 4, max_hours: 48, mfu_frac: 0.40}
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the shipped catalog."""
    return Catalog.load()


def brief(text: str, folder: Path, **changes: Any) -> Brief:
    """Return a brief from its text, with dotted changes."""
    path = folder / "brief.yaml"
    path.write_text(text)
    loaded = Brief.load(path)
    return (
        loaded.with_changes({k.replace("__", "."): v for k, v in changes.items()})
        if changes
        else loaded
    )


def servers(design: Design) -> int:
    """Return the GPU servers bought, without spares."""
    bill = design.bill_of_materials
    return int(bill.loc[bill.layer == "compute", "count"].sum())


def gpus(design: Design, workload: str) -> float:
    """Return the GPUs of a workload at the last date."""
    rows = design.operations
    return float(rows.loc[rows.workload == workload, "gpus"].iloc[-1])


def held(design: Design, layer: str) -> float:
    """Return the pieces that the bill counts in a layer."""
    bill = design.bill_of_materials
    return float(bill.loc[bill.layer == layer, "count"].sum())


def test_doubling_the_prompt_needs_more_gpus(tmp_path: Path, catalog: Catalog) -> None:
    allowed = {"fleet.server_kinds_allowed": ["H100"]}
    short = optimize(brief(CHAT, tmp_path, **allowed), catalog)
    long = optimize(
        brief(CHAT, tmp_path, **allowed, **{"workloads.chat.prompt_tokens": 4000}), catalog
    )
    assert gpus(long, "chat") > gpus(short, "chat")
    assert long.certificate["bound"] > short.certificate["objective"]


def test_halving_the_deadline_needs_more_servers_at_once(tmp_path: Path, catalog: Catalog) -> None:
    slow = optimize(brief(TUNE, tmp_path), catalog)
    fast = optimize(brief(TUNE, tmp_path, **{"workloads.tune.max_hours": 24}), catalog)
    # 6 x 70e9 x 4e9 FLOP at 40 % of 989 TFLOP/s take 1180 GPU-hours: at least 25 GPUs in 48 h, 50
    # in 24 h.
    assert gpus(slow, "tune") == 32
    assert gpus(fast, "tune") == 56
    assert fast.certificate["bound"] > slow.certificate["objective"]


def test_a_deadline_that_is_met_already_changes_nothing(tmp_path: Path, catalog: Catalog) -> None:
    given = optimize(brief(TUNE, tmp_path), catalog, gap=0.0)
    relaxed = optimize(brief(TUNE, tmp_path, **{"workloads.tune.max_hours": 46}), catalog, gap=0.0)
    assert servers(given) == servers(relaxed)
    assert relaxed.certificate["objective"] == pytest.approx(
        given.certificate["objective"], rel=1e-9
    )


def test_17_kw_racks_hold_one_server_each_and_take_more_positions(
    tmp_path: Path, catalog: Catalog
) -> None:
    tight = optimize(brief(TUNE, tmp_path), catalog)
    roomy = optimize(brief(TUNE, tmp_path, **{"sites.hall.rack_air_kw": 40}), catalog)
    assert servers(tight) == servers(roomy) == 4
    for design, most in ((tight, 1), (roomy, 3)):
        placed = design.placement
        boxes = placed[placed.kw > 5].groupby("rack").size()
        assert boxes.max() == most
    assert roomy.summary["racks"] < tight.summary["racks"]


def test_without_rear_doors_a_full_hall_cannot_be_designed(
    tmp_path: Path, catalog: Catalog
) -> None:
    doors = {"sites.hall.rear_door": {"rack_limit_kw": 40}, "sites.hall.rack_positions_count": 4}
    design = optimize(brief(TUNE, tmp_path, **doors), catalog)
    assert "cooling" in set(design.bill_of_materials.layer)
    with pytest.raises(Infeasible) as caught:
        optimize(brief(TUNE, tmp_path, **doors, **{"policies.rear_door_allowed": False}), catalog)
    assert any("rack positions" in sentence for sentence in caught.value.conflict)


def test_forbidding_rear_doors_changes_nothing_where_positions_abound(
    tmp_path: Path, catalog: Catalog
) -> None:
    doors = {"sites.hall.rear_door": {"rack_limit_kw": 40}}
    free = optimize(brief(TUNE, tmp_path, **doors), catalog, gap=0.0)
    forbidden = optimize(
        brief(TUNE, tmp_path, **doors, **{"policies.rear_door_allowed": False}), catalog, gap=0.0
    )
    assert forbidden.certificate["objective"] == pytest.approx(
        free.certificate["objective"], rel=1e-9
    )


def test_dear_electricity_buys_the_frugal_server(tmp_path: Path) -> None:
    # Two servers of one GPU: the frugal one costs more and draws 2 kW less. Over 42 months a kW at
    # PUE 1.4 takes about
    # 730 h x 1.4 x 42 = 43 MWh: 2 kW cost about 8,600 at 0.10 a kWh and 17,200 at 0.20, before
    # discounting.
    overlay = tmp_path / "own"
    (overlay / "servers").mkdir(parents=True)
    source = Path(__file__).parents[2] / "catalogs" / "servers" / "oem-hgx-h100-8u.yaml"
    text = source.read_text()
    frugal = []
    for line in text.splitlines():
        if line.strip().startswith("power_typical_kw:"):
            line = "  power_typical_kw: {value: 6.2, source: class}"
        frugal.append(line)
    (overlay / "servers" / "frugal.yaml").write_text("\n".join(frugal) + "\n")
    (overlay / "prices.csv").write_text(
        "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note\n"
        "frugal,purchase,258000,258000,258000,USD,2026,2026-11-21,test,assumption,\n"
    )
    catalog = Catalog.load(overlay)
    no_support = {"policies.residual_life_months": 0}
    cheap = optimize(
        brief(TUNE, tmp_path, **no_support, **{"sites.hall.electricity_per_kwh": 0.02}), catalog
    )
    dear = optimize(
        brief(TUNE, tmp_path, **no_support, **{"sites.hall.electricity_per_kwh": 0.40}), catalog
    )
    assert set(cheap.bill_of_materials.query("layer == 'compute'").part_id) == {"oem-hgx-h100-8u"}
    assert set(dear.bill_of_materials.query("layer == 'compute'").part_id) == {"frugal"}


def test_doubling_electricity_never_changes_the_only_choice(
    tmp_path: Path, catalog: Catalog
) -> None:
    once = optimize(brief(TUNE, tmp_path), catalog, gap=0.0)
    twice = optimize(
        brief(TUNE, tmp_path, **{"sites.hall.electricity_per_kwh": 0.20}), catalog, gap=0.0
    )
    assert servers(once) == servers(twice)
    energy = [float(d.cost.loc[d.cost.kind == "energy", "amount"].sum()) for d in (once, twice)]
    assert energy[1] == pytest.approx(2 * energy[0], rel=1e-9)
