import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.replica import step_at_s

STEPS = ((1.0, 0.010), (2.0, 0.011), (4.0, 0.014), (8.0, 0.030))


def test_steps_lie_on_straight_lines_between_the_computed_ones():
    for batch, step in STEPS:
        assert step_at_s(STEPS, batch) == step
    assert step_at_s(STEPS, 3) == pytest.approx(0.0125)
    assert step_at_s(STEPS, 0.1) == 0.010
    assert step_at_s(STEPS, 100) == 0.030


@given(st.floats(0, 20), st.floats(0, 20))
def test_a_larger_batch_is_never_faster(one, more):
    assert step_at_s(STEPS, one + more) >= step_at_s(STEPS, one)
