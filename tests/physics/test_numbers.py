import numpy as np

from designlib.physics.numbers import choose


def test_numbers_give_a_number_and_arrays_an_array():
    assert choose(True, 1.0, 2.0) == 1.0
    assert not isinstance(choose(True, 1.0, 2.0), np.ndarray)
    assert list(choose(np.array([True, False]), 1.0, 2.0)) == [1.0, 2.0]
