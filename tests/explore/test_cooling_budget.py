"""Cooling budget: all heat goes somewhere, with enough units and the flow that carries it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from designlib.explore.cooling_budget import cooling_budget, load_steps, rack_flows
from tests.explore.halls import CATALOG, HALLS, design

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", sorted(HALLS))
def test_all_heat_of_the_sustained_maximum_is_taken(name: str) -> None:
    found, placed = cooling_budget(design(name), CATALOG), design(name).placement
    for month, rows in found.groupby("period_month"):
        stands = placed[placed.period_month <= month]
        assert rows.heat_kw.sum() == pytest.approx(stands.kw.sum())
    known = found[found.capacity_kw.notna()]
    assert (known.headroom_kw >= -1e-6).all()


@pytest.mark.parametrize("name", sorted(HALLS))
def test_racks_add_up_to_the_halls(name: str) -> None:
    racks, found = rack_flows(design(name), CATALOG), cooling_budget(design(name), CATALOG)
    last = found[found.period_month == found.period_month.max()].set_index("path")
    heat = {"room air": "air_kw", "rear doors": "door_kw", "loop to the chips": "liquid_kw"}
    for path, column in heat.items():
        total = last.heat_kw.get(path, 0.0)
        assert racks[column].sum() == pytest.approx(total)
    water = last[last.flow_unit == "L/min"].flow.sum()
    assert racks.water_l_min.sum() == pytest.approx(water)
    assert racks.air_m3_h.sum() == pytest.approx(last.flow.get("room air", 0.0))


def test_flow_of_water_lies_in_the_published_band() -> None:
    rows = cooling_budget(design("liquid"), CATALOG)
    wet = rows[rows.path == "loop to the chips"]
    per_kw = wet.flow / wet.heat_kw
    assert per_kw.between(FIGURES["ocp-flow-low"], FIGURES["ocp-flow-high"]).all()
    assert per_kw.iloc[-1] == pytest.approx(1.43, rel=0.005)


def test_the_loop_returns_warmer_by_the_rise() -> None:
    rows = cooling_budget(design("liquid"), CATALOG)
    wet = rows[rows.path == "loop to the chips"].iloc[-1]
    assert (wet.supply_c, wet.return_c) == (32, 42)
    # L/min of water x 4.186 kJ/(kg K) x 10 K is the heat.
    assert wet.flow / 60 * 4.186 * 10 == pytest.approx(wet.heat_kw)


def test_units_carry_the_heat_with_one_lost() -> None:
    rows = cooling_budget(design("liquid"), CATALOG)
    bought = rows[rows.units > 0]
    assert set(bought.path) == {"room air", "loop to the chips"}
    for row in bought.itertuples():
        assert row.redundancy == "N+1"
        assert (row.units - 1) * row.unit_kw >= row.heat_kw - 1e-6


def test_every_door_serves_one_rack() -> None:
    rows = cooling_budget(design("doors"), CATALOG)
    last = rows[(rows.path == "rear doors") & (rows.period_month == rows.period_month.max())]
    racks = design("doors").placement
    behind = racks[racks.rack_kind != "air"].rack.nunique()
    assert int(last.units.iloc[0]) == behind


def test_units_that_run_at_a_quarter_of_the_load_cost_more_for_each_kilowatt() -> None:
    steps = load_steps(design("liquid"), CATALOG)
    assert set(steps.path) == {"room air", "loop to the chips"}
    for _, rows in steps.groupby("path"):
        assert list(rows.load_frac) == [0.25, 0.5, 0.75, 1.0]
        assert rows.overhead.iloc[0] > rows.overhead.iloc[-1]
        assert rows.overhead.tolist() == pytest.approx((rows.draws_kw / rows.heat_kw).tolist())
        assert (rows.running >= 2).all()  # N+1: the spare one runs too
