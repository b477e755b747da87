import itertools
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from designlib.physics.availability import (
    n_plus_k_availability,
    parallel_paths_availability,
    replicas_for_availability,
)


@given(needed=st.integers(0, 5), spare=st.integers(0, 4), each=st.floats(0.0, 1.0))
def test_enough_units_are_up_in_so_many_of_all_states(needed, spare, each):
    states = itertools.product([True, False], repeat=needed + spare)
    up = sum(prod(each if unit else 1 - each for unit in s) for s in states if sum(s) >= needed)
    assert n_plus_k_availability(needed, spare, each) == pytest.approx(up, abs=1e-12)


@pytest.mark.parametrize(("needed", "spare"), [(100, 3), (5000, 60), (20000, 400)])
def test_large_fleets_agree_with_the_binomial_tail(needed, spare):
    down = binom.sf(spare, needed + spare, 0.01)
    assert 1 - n_plus_k_availability(needed, spare, 0.99) == pytest.approx(down, abs=1e-9)


@given(paths=st.integers(1, 4), each=st.floats(0.0, 1.0))
def test_one_path_is_enough(paths, each):
    assert parallel_paths_availability(paths, each) == pytest.approx(
        n_plus_k_availability(1, paths - 1, each), abs=1e-12
    )


@given(
    needed=st.integers(1, 60),
    each=st.sampled_from([0.9, 0.99, 0.999]),
    target=st.sampled_from([0.0, 0.9, 0.999, 0.99999]),
)
def test_replicas_are_the_fewest_that_keep_the_target(needed, each, target):
    spare = replicas_for_availability(needed, each, target)
    assert binom.cdf(spare, needed + spare, 1 - each) >= target - 1e-12
    assert spare == 0 or binom.cdf(spare - 1, needed + spare - 1, 1 - each) < target + 1e-12


def test_certainty_is_refused_where_it_cannot_be():
    assert replicas_for_availability(8, 1.0, 1.0) == 0
    with pytest.raises(ValueError, match="no number of replicas"):
        replicas_for_availability(8, 0.999, 1.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        replicas_for_availability(8, 0.0, 0.9)


def test_target_next_to_one_ends():
    assert replicas_for_availability(100, 0.9, 1 - 1e-16) < 400
