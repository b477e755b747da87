from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.queueing import (
    erlang_c,
    jobs_busy_max_frac,
    poisson_margin,
    rate_within_wait,
    spare_replicas_count,
    up_probability,
    wait_tail,
)


def test_erlang_c_is_that_of_the_printed_tables():
    # M/M/1: the load; M/M/2 at load 1: 1/3 (Gross et al., section 2.4)
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(3, 3.0) == 1.0


def test_square_root_staffing_of_the_classic_examples():
    # 102 requests at once need 128 slots for P(wait) < 1 % (beta 2.57); 20 need 29 for 5 %
    first = next(c for c in range(103, 200) if erlang_c(c, 102) < 0.01)
    assert first == 128
    assert (first - 102) / sqrt(102) == pytest.approx(2.57, rel=0.005)
    assert next(c for c in range(21, 60) if erlang_c(c, 20) < 0.05) == 29


def test_a_load_of_three_gpus_and_a_third_needs_seven_for_a_short_tail():
    # 0.275 studies/s of 12 s, P(wait > 10 s) < 1 %
    assert next(c for c in range(4, 12) if wait_tail(c, 0.275, 12, 10) < 0.01) == 7


def test_tail_of_an_overloaded_or_empty_queue():
    assert wait_tail(2, 3.0, 1.0, 5.0) == 1.0
    assert wait_tail(2, 0.0, 1.0, 5.0) == 0.0
    assert wait_tail(2, 0.1, 1.0, -1.0) == 1.0


@given(c=st.integers(1, 60), service=st.floats(0.01, 100), wait=st.floats(0, 100))
def test_rate_within_wait_is_the_largest_that_holds(c, service, wait):
    rate = rate_within_wait(c, service, wait)
    assert wait_tail(c, rate, service, wait) <= 0.05
    assert wait_tail(c, rate * 1.001 + 1e-9, service, wait) > 0.05 - 1e-6
    assert rate_within_wait(c + 1, service, wait) >= rate
    assert rate_within_wait(c, service, wait * 2) >= rate


@given(c=st.integers(1, 200), hours=st.floats(0.1, 48), wait=st.floats(0, 24))
def test_a_larger_pool_may_run_fuller(c, hours, wait):
    small = jobs_busy_max_frac(c, hours, wait)
    assert 0 <= small <= 1
    assert jobs_busy_max_frac(2 * c, hours, wait) >= small - 1e-9


def test_a_pool_without_servers_does_nothing():
    assert jobs_busy_max_frac(0, 1, 1) == 0


def test_spares_are_sums_of_binomials():
    # 2 of 3 at 0.99: 0.99^3 + 3 x 0.99^2 x 0.01
    assert up_probability(2, 3, 0.99) == pytest.approx(0.99**3 + 3 * 0.99**2 * 0.01)
    assert spare_replicas_count(1, 0.999, 0.99) == 1
    assert spare_replicas_count(4, 0.0, 0.5) == 0
    with pytest.raises(ValueError, match="no number of spares"):
        spare_replicas_count(1, 1.0, 0.99)


@given(st.integers(1, 80), st.floats(0.9, 0.9999), st.floats(0.9, 0.999))
def test_spares_are_enough_and_never_fewer_for_more_replicas(needed, asked, each):
    extra = spare_replicas_count(needed, asked, each)
    assert up_probability(needed, needed + extra, each) >= asked
    assert extra == 0 or up_probability(needed, needed + extra - 1, each) < asked
    assert spare_replicas_count(needed + 1, asked, each) >= extra


def test_poisson_margin_is_the_normal_one():
    assert poisson_margin(100) == pytest.approx(100 + 1.6449 * 10, rel=1e-4)
    assert poisson_margin(0) == 0
