"""Units: the longest suffix holds, and decimal and binary prefixes are kept apart."""

import pytest

from designlib import units


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("hbm_gb", "GB"),
        ("hbm_gib", "GiB"),
        ("hbm_bandwidth_gb_s", "GB/s"),
        ("port_gbit_s", "Gbit/s"),
        ("ttft_p95_s", "s"),
        ("bf16_dense_tflops", "TFLOP/s"),
        ("growth_factor_24_months", "1"),
        ("horizon_months", "mo"),
        ("need_month", "mo"),
        ("electricity_per_kwh", "money/kWh"),
        ("usd_per_kwh", "USD/kWh"),
        ("kw", "kW"),
        ("pue", "1"),
        ("wacc_frac", "1"),
    ],
)
def test_name_states_its_unit(name, unit):
    assert units.unit_of(name) == unit


@pytest.mark.parametrize("name", ["vendor", "model", "notes", "subgb", "id", ""])
def test_other_name_states_none(name):
    assert units.unit_of(name) is None
    assert units.suffix_of(name) is None
    assert units.stem_of(name) == name


def test_stem_is_what_is_measured():
    assert units.stem_of("tdp_w") == units.stem_of("tdp_kw") == "tdp"
    assert units.stem_of("ttft_p95_ms") == "ttft_p95"


def test_every_suffix_stands_after_a_noun():
    assert all(suffix.startswith("_") and suffix.islower() for suffix in units.SUFFIXES)
    assert all(unit and unit.isprintable() for unit in units.SUFFIXES.values())
    assert all(units.unit_of(suffix) == unit for suffix, unit in units.SUFFIXES.items())
