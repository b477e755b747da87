from math import ceil, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.power_chain import (
    breaker_kw,
    chain_efficiency_frac,
    chain_loss_kw,
    co2_t_per_year,
    energy_kwh_per_year,
    modules_count,
    modules_left,
    rack_feed_kw,
    water_m3_per_year,
)


@given(load=st.integers(1, 20000), unit=st.integers(50, 3000))
def test_load_is_carried_after_the_promised_loss(load, unit):
    needed = modules_count(load, unit, "N")
    assert (needed - 1) * unit < load <= needed * unit
    assert (modules_count(load, unit, "N+1") - 1) * unit >= load
    assert modules_count(load, unit, "2N") == 2 * needed
    spread = modules_count(load, unit, "distributed")
    # Groups of at most four that each lose one still carry the load.
    groups, rest = divmod(spread, 4)
    assert (groups * 3 + max(0, rest - 1)) * unit >= load
    assert spread == ceil(4 * needed / 3)


@given(modules=st.integers(0, 400), redundancy=st.sampled_from(["N", "N+1", "2N", "distributed"]))
def test_what_is_left_is_the_most_that_the_modules_were_counted_for(modules, redundancy):
    left = modules_left(modules, redundancy)
    assert modules_count(left, 1, redundancy) <= modules or left == 0
    assert modules_count(left + 1, 1, redundancy) > modules


def test_no_load_needs_no_module():
    assert [modules_count(0, 300, r) for r in ("N", "N+1", "2N", "distributed")] == [0, 0, 0, 0]


def test_rounding_adds_no_module():
    assert modules_count(0.1 + 0.2, 0.1, "N") == 3


def test_unknown_redundancy_is_refused():
    with pytest.raises(ValueError, match="must be one of N, N"):
        modules_count(10, 1, "3N")
    with pytest.raises(ValueError, match="must be one of N, N"):
        rack_feed_kw([1.0], "3N")


def test_breakers_carry_four_fifths():
    """NFPA 70, 215.3: a continuous load takes at most 80 % of the rating."""
    assert breaker_kw(415, 60) == pytest.approx(sqrt(3) * 415 * 60 * 0.8 / 1000)
    assert breaker_kw(230, 32, phases_count=1) == pytest.approx(5.888)
    with pytest.raises(ValueError, match="1 or 3"):
        breaker_kw(415, 60, phases_count=2)


def test_feeds_after_failover():
    feeds = [17.3, 17.3, 11.0, 11.0]
    assert rack_feed_kw(feeds, "N") == pytest.approx(56.6)
    assert rack_feed_kw(feeds, "N+1") == pytest.approx(39.3)
    assert rack_feed_kw(feeds, "2N") == pytest.approx(22.0)
    assert rack_feed_kw([17.3], "2N") == 0


@given(st.lists(st.floats(0.5, 1.0), max_size=5), st.floats(0, 1e5))
def test_losses_are_what_does_not_arrive(stages, load):
    drawn = load
    for stage in stages:
        drawn = drawn / stage
    assert load + chain_loss_kw(load, stages) == pytest.approx(drawn)
    assert 0 < chain_efficiency_frac(stages) <= 1


def test_year_of_a_pod_of_256_gpus():
    # 32 servers of 10.2 kW, 12 switches of 1.7 kW and 30 kW of storage and control.
    it_kw = 32 * 10.2 + 12 * 1.7 + 30
    assert it_kw == pytest.approx(377, rel=1e-3)
    energy = energy_kwh_per_year(377, 1.3)
    assert co2_t_per_year(energy, 0.35) == pytest.approx(1503, rel=1e-3)
    assert water_m3_per_year(energy_kwh_per_year(377), 1.8) == pytest.approx(5945, rel=1e-3)
