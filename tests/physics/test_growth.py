import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.growth import (
    WEEKS_PER_MONTH,
    demand_factor,
    growth_per_month,
    upgrade_trigger_frac,
)


def test_tenfold_in_24_months_is_ten_percent_a_month():
    assert growth_per_month(10) == pytest.approx(0.1007, rel=1e-3)


@given(factor=st.floats(0.1, 20), month=st.integers(0, 60))
def test_each_month_grows_by_the_same_share(factor, month):
    now, then = demand_factor(month, factor), demand_factor(month + 1, factor)
    assert then / now == pytest.approx(1 + growth_per_month(factor))


@given(factor=st.floats(0.1, 20), horizon=st.integers(1, 60))
def test_end_points_are_met(factor, horizon):
    assert demand_factor(0, factor, horizon) == 1
    assert demand_factor(horizon, factor, horizon) == pytest.approx(factor)


def test_month_has_four_and_a_third_weeks():
    assert pytest.approx(4.345, rel=1e-4) == WEEKS_PER_MONTH


@pytest.mark.parametrize(("install", "trigger"), [(0, 0.450), (4, 0.412)])
def test_trigger_of_tenfold_growth(install, trigger):
    found = upgrade_trigger_frac(0.70, growth_per_month(10), 20, install)
    assert found == pytest.approx(trigger, abs=5e-4)


@given(lead=st.floats(0, 60), install=st.floats(0, 12), growth=st.floats(0, 0.2))
def test_order_at_the_trigger_serves_just_in_time(lead, install, growth):
    load = upgrade_trigger_frac(0.70, growth, lead, install)
    for _ in range(1000):
        load *= (1 + growth) ** ((lead + install) / WEEKS_PER_MONTH / 1000)
    assert load == pytest.approx(0.70)
