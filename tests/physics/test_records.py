"""Records: the golden figures of the hospital, and plain proportions."""

import pytest

from designlib.physics.records import audit_tb, images_tb, versions_gb


def test_golden_storage_of_the_hospital():
    assert audit_tb(4 + 20, 0.3, 4000, 7) == pytest.approx(6.36, abs=0.005)
    assert images_tb(3300, 150, 90) == pytest.approx(44.6, abs=0.06)
    assert images_tb(3300, 150, 10 * 365.25) / 1000 == pytest.approx(1.81, abs=0.005)


def test_space_is_proportional():
    assert audit_tb(2, 1, 1000, 1) == pytest.approx(2 * audit_tb(1, 0.5, 2000, 1))
    assert images_tb(10, 5, 0) == 0
    assert versions_gb(8e9, 16, 2) == 4 * versions_gb(8e9, 8, 1) == 32.0
