import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.cooling import (
    air_flow_cfm,
    air_flow_m3_h,
    composite_pue,
    liquid_flow_l_min,
    modules_count,
    overhead_at_load,
    pue_at_load,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


def test_water_at_ten_kelvin_lies_in_the_published_band():
    flow = liquid_flow_l_min(1)
    assert FIGURES["ocp-flow-low"] < flow < FIGURES["ocp-flow-high"]
    assert flow == pytest.approx(1.43, rel=0.005)


@given(heat=st.floats(1, 2000), rise=st.floats(1, 30))
def test_water_flow_carries_the_heat(heat, rise):
    kg_s = liquid_flow_l_min(heat, rise) / 60
    assert kg_s * 4.186 * rise == pytest.approx(heat)


def test_glycol_needs_more_flow_than_water():
    # 25 % propylene glycol: about 3.9 kJ/(kg K) and 1.02 kg/L.
    glycol = liquid_flow_l_min(100, heat_capacity_kj_per_kg_k=3.9, density_kg_per_l=1.02)
    assert glycol == pytest.approx(liquid_flow_l_min(100) * 4.186 / 3.9 / 1.02)


def test_air_for_120_kw():
    assert air_flow_cfm(120, 20) == pytest.approx(18956, rel=1e-4)
    assert air_flow_cfm(120, 20) == pytest.approx(FIGURES["nvl72-air-cfm"], rel=0.005)


def test_air_in_both_units_is_the_same_air():
    # One ft3/min is 1.699 m3/h, 15 K are 27 degF.
    assert air_flow_m3_h(30, 15) == pytest.approx(5970, rel=1e-3)
    assert air_flow_cfm(30, 27) * 1.699 == pytest.approx(air_flow_m3_h(30, 15), rel=0.01)


def test_pue_of_a_mostly_liquid_hall():
    assert composite_pue(0.8, 0.08, 0.40, 0.07) == pytest.approx(1.21, rel=0.005)
    assert composite_pue(0, 0.08, 0.40, 0.07) == pytest.approx(1.47)
    assert composite_pue(1, 0.08, 0.40, 0.07) == pytest.approx(1.15)


def test_cooling_units_follow_the_same_redundancy():
    assert modules_count(377, 84, "N+1") == 6


@given(units=st.integers(1, 40), unit=st.floats(20, 2500), own=st.floats(0.1, 50))
def test_units_that_are_full_draw_their_share_and_one_more_kilowatt_starts_a_unit(units, unit, own):
    full = overhead_at_load(units * unit, unit, own)
    assert full == pytest.approx(own / unit)
    assert overhead_at_load(units * unit * 1.001, unit, own) > full
    assert overhead_at_load(units * unit, unit, own, "N+1") == pytest.approx(
        (units + 1) / units * own / unit
    )


def test_no_heat_needs_no_fan():
    assert overhead_at_load(0, 60, 2.5, "2N") == 0


@given(low=st.floats(0.05, 0.99), fixed=st.floats(0, 0.5), follows=st.floats(0, 0.6))
def test_a_hall_that_is_partly_filled_wastes_more(low, fixed, follows):
    assert pue_at_load(low, fixed, follows) >= pue_at_load(1.0, fixed, follows)
    # At full load it is the PUE of the sum, whatever part of it never sleeps.
    assert pue_at_load(1.0, fixed, follows) == pytest.approx(1 + fixed + follows)


def test_a_load_of_nothing_has_no_pue():
    with pytest.raises(ValueError, match="above 0"):
        pue_at_load(0.0, 0.1, 0.1)
