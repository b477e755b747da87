import csv
from math import inf
from pathlib import Path

import pytest

from designlib.physics.unit_cost import (
    break_even_busy_frac,
    break_even_months,
    crf,
    usd_per_gpu_hour,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}
# 45,000 USD a GPU all in, 1.3 kW at PUE 1.3 and 0.10 USD/kWh, 5 % support, 5 years at 10 %.
OPEX = 1.3 * 1.3 * 8760 * 0.10 + 0.05 * 45000
YEARLY = 45000 * crf(0.10, 5) + OPEX


@pytest.mark.parametrize(("years", "factor"), [(4, 0.3155), (5, 0.2638)])
def test_recovery_factors_of_any_textbook_table(years, factor):
    assert crf(0.10, years) == pytest.approx(factor, rel=2e-4)


def test_recovery_without_interest_is_a_split():
    assert crf(0, 4) == 0.25
    assert crf(1e-9, 4) == pytest.approx(0.25, rel=1e-6)


@pytest.mark.parametrize(("busy", "price"), [(1.0, 1.78), (0.6, 2.97)])
def test_hour_of_an_owned_gpu(busy, price):
    assert pytest.approx(15601, rel=1e-4) == YEARLY
    assert usd_per_gpu_hour(45000, OPEX, 0.10, 5, busy) == pytest.approx(price, rel=2e-3)


def test_idle_gpu_earns_nothing():
    assert usd_per_gpu_hour(45000, OPEX, 0.10, 5, 0) == inf


def test_break_even_share_is_where_both_cost_the_same():
    share = break_even_busy_frac(YEARLY, 2.50)
    assert share == pytest.approx(0.71, rel=0.005)
    assert share == pytest.approx(FIGURES["breakeven-share"], abs=0.02)
    assert usd_per_gpu_hour(45000, OPEX, 0.10, 5, share) == pytest.approx(2.50)


def test_erratum_public_calculator_counts_the_capital_twice():
    capex, running = 8 * 35000 * 1.4, 8 * 0.7 * 400 * 1.4 * 0.12 + 3000
    monthly = capex / 48 + running
    assert monthly == pytest.approx(FIGURES["calculator-month"], rel=1e-4)
    assert FIGURES["calculator-rent"] == pytest.approx(8 * 400 * 4.5)
    assert break_even_months(capex, running, FIGURES["calculator-rent"]) == pytest.approx(
        35.6, rel=0.002
    )
    # It prints 137 months, because its running cost holds the capital as well.
    assert break_even_months(capex, monthly, FIGURES["calculator-rent"]) == pytest.approx(
        137, rel=0.005
    )


def test_cheap_rent_is_never_beaten():
    assert break_even_months(1000, 20, 20) == inf
