import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics import finance
from designlib.physics.finance import (
    crf,
    decline_frac_per_year,
    npv,
    present_value_factor,
    price_at,
    straight_line_residual_frac,
    stream_present_value,
)


def test_a_project_at_its_own_rate_is_worth_nothing():
    assert npv([-100, 110], 0.10) == pytest.approx(0, abs=1e-9)
    assert npv([], 0.10) == 0


@given(rate=st.floats(0, 0.5), years=st.integers(1, 30))
def test_recovered_capital_is_the_capital(rate, years):
    assert npv([0, *[crf(rate, years)] * years], rate) == pytest.approx(1)


@given(month=st.integers(0, 240), rate=st.floats(0, 0.5))
def test_twelve_monthly_factors_make_a_year(month, rate):
    assert present_value_factor(month, rate) / present_value_factor(
        month + 12, rate
    ) == pytest.approx(1 + rate)


@given(
    start=st.integers(0, 120),
    length=st.integers(0, 120),
    amount=st.floats(-1e6, 1e6),
    rate=st.floats(0, 0.5),
)
def test_closed_form_of_a_stream_is_its_sum(start, length, amount, rate):
    months = range(start + 1, start + length + 1)
    total = sum(amount * (1 + rate) ** (-m / 12) for m in months)
    closed = stream_present_value(start, start + length, amount, rate)
    assert closed == pytest.approx(total, rel=1e-6, abs=1e-6)


def test_stream_that_has_ended_is_worth_nothing():
    assert stream_present_value(24, 24, 100, 0.08) == 0
    assert stream_present_value(24, 12, 100, 0.08) == 0


def test_streams_join():
    whole = stream_present_value(0, 48, 5, 0.08)
    parts = [stream_present_value(a, b, 5, 0.08) for a, b in ((0, 7), (7, 30), (30, 48))]
    assert sum(parts) == pytest.approx(whole)


@pytest.mark.parametrize(("doubling_years", "decline"), [(2.07, 0.285), (2.46, 0.246)])
def test_doubling_of_flops_a_dollar_is_a_yearly_decline(doubling_years, decline):
    """Epoch AI: FLOP/s a dollar doubles every 2.07 to 2.46 years, 24.6 to 28.5 % a year."""
    assert price_at(12 * doubling_years, 1.0, decline) == pytest.approx(0.5, rel=0.005)
    found = decline_frac_per_year(0.0, doubling_years)
    assert found == pytest.approx(decline, rel=0.003)
    assert price_at(12 * doubling_years, 1.0, found) == pytest.approx(0.5)


def test_waiting_a_year_at_25_percent_decline_and_9_percent_capital():
    assert price_at(12, 1.0, 0.25) * present_value_factor(12, 0.09) == pytest.approx(
        0.69, rel=0.005
    )


@given(month=st.integers(0, 120))
def test_steady_prices_stay(month):
    assert price_at(month, 7.5, 0.0) == 7.5


def test_residual_falls_to_nothing_and_stays():
    fractions = [straight_line_residual_frac(age, 60) for age in (0, 15, 30, 60, 90)]
    assert fractions == [1, 0.75, 0.5, 0, 0]
    assert straight_line_residual_frac(0, 0) == 0


def test_public_names_exist():
    assert all(hasattr(finance, name) for name in finance.__all__)
