import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics.rack_packing import RackCapacity, RackItem, pack_first_fit, scalar_share

RACK = RackCapacity(usable_u=12, limit_kw=10.0, limit_kg=300.0)
items_of = st.lists(
    st.tuples(st.integers(1, 12), st.floats(0, 10), st.floats(0, 300)), max_size=14
).map(lambda rows: [RackItem(f"i{n}", *row) for n, row in enumerate(rows)])


@given(items_of)
def test_nothing_overlaps_and_no_rack_is_overloaded(items):
    placed = pack_first_fit(items, RACK)
    assert sorted(p.id for p in placed) == sorted(i.id for i in items)
    for rack in {p.rack for p in placed}:
        here = [p for p in placed if p.rack == rack]
        units = [u for p in here for u in range(p.u_bottom, p.u_bottom + p.u_height)]
        assert len(units) == len(set(units))
        assert not units or (min(units) == 1 and max(units) <= RACK.usable_u)
        assert sum(p.kw for p in here) <= RACK.limit_kw * (1 + 1e-8)
        assert sum(p.kg for p in here) <= RACK.limit_kg * (1 + 1e-8)


@given(items_of)
def test_a_rack_is_opened_only_for_what_fits_none_before(items):
    placed = pack_first_fit(items, RACK)
    for late in placed:
        for rack in range(late.rack):
            here = [p for p in placed if p.rack == rack]
            full = (
                sum(p.u_height for p in here) + late.u_height > RACK.usable_u
                or sum(p.kw for p in here) + late.kw > RACK.limit_kw
                or sum(p.kg for p in here) + late.kg > RACK.limit_kg
            )
            assert full


def test_racks_are_filled_in_order_and_the_largest_stands_lowest():
    placed = pack_first_fit([("small", 1, 1, 5), ("large", 8, 5, 99), ("tall", 5, 1, 5)], RACK)
    assert [(p.id, p.rack, p.u_bottom) for p in placed] == [
        ("large", 0, 1),
        ("small", 0, 9),
        ("tall", 1, 1),
    ]


def test_three_tenths_of_a_kilowatt_are_not_lost_to_rounding():
    assert {p.rack for p in pack_first_fit([(x, 1, 0.1, 0) for x in "abc"], (9, 0.3, 1))} == {0}


def test_half_units_take_whole_ones():
    assert scalar_share((1.5, 0, 0), (4, 1, 1)) == 0.5
    assert [p.u_height for p in pack_first_fit([("a", 1.5, 0, 0)], (4, 1, 1))] == [2]


def test_what_fits_no_rack_is_refused():
    with pytest.raises(ValueError, match="big fills more than one rack"):
        pack_first_fit([("big", 13, 1, 1)], RACK)
