import pytest

from designlib.physics.rack_scale import clos_rack_scale


def test_gb300_of_two_racks_in_two_planes():
    """NVIDIA NVL72 AI Factory enterprise reference architecture (GB300), tables 6 and 7."""
    assert clos_rack_scale(2, 2, 4, 128, 2, trays_per_rack=18) == (8, 4, 0)


def test_three_racks_fit_a_leaf_of_128_ports_and_four_do_not():
    assert clos_rack_scale(3, 3, 4, 128, trays_per_rack=18)[0] == 4
    with pytest.raises(ValueError, match="4 racks of 18 trays need 72 ports"):
        clos_rack_scale(4, 4, 4, 128, trays_per_rack=18)


def test_spines_with_a_core_reserve_have_twice_the_ports():
    plain = clos_rack_scale(8, 2, 4, 128, trays_per_rack=18)
    reserved = clos_rack_scale(8, 2, 4, 128, trays_per_rack=18, core_reserve=True)
    assert plain == (16, 6, 0)
    # Of each rail: four leaves of 36 uplinks on spines that take 64: three, which divide 36.
    assert reserved == (16, 12, 0)
