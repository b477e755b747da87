"""The day's load curve keeps its peak and its mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.load_curve import load_curve


@given(st.floats(1.0, 20.0))
def test_peak_and_mean_hold(ratio: float) -> None:
    curve = load_curve(ratio)
    assert len(curve) == 24
    assert max(curve) == 1.0
    assert sum(curve) / 24 == pytest.approx(1.0 / ratio, rel=1e-6)
    assert min(curve) >= 0.0


def test_a_flat_day_is_flat() -> None:
    assert load_curve(1.0) == pytest.approx([1.0] * 24)


def test_the_mean_of_a_cubed_wave_is_five_sixteenths() -> None:
    # mean of cos^6(x/2) over a day: C(6, 3) / 4^3 = 20 / 64
    noon, six = load_curve(3.2)[0], load_curve(3.2)[6]
    assert (noon, six) == pytest.approx((1.0, 0.125))


def test_a_peak_below_the_mean_is_refused() -> None:
    with pytest.raises(ValueError, match="never below"):
        load_curve(0.9)
