import numpy as np
import pytest

from designlib.cabling.hall import UNIT_M, Hall, place
from designlib.cabling.links import Links
from designlib.cabling.wiring import wire
from designlib.physics.fabric_count import fabric_size

HALL = Hall(
    servers_per_rack=4, server_height_u=8, switch_height_u=1, rack_height_u=48,
    switches_per_rack=8, racks_per_row=4, rack_pitch_m=0.7, row_pitch_m=3.0, tray_m=0.5,
    slack_m=1.0,
)  # fmt: skip


@pytest.fixture
def stood():
    wiring = list(wire(fabric_size(32, 8, radix_ports=64)))
    return wiring, place(wiring, HALL)


def test_no_two_devices_share_a_unit(stood):
    _, positions = stood
    heights = {"server": HALL.server_height_u}
    taken = set()
    for kind, racks in positions.rack.items():
        for rack, u in zip(racks.tolist(), positions.u_bottom[kind].tolist(), strict=True):
            units = {(rack, u + n) for n in range(heights.get(kind, 1))}
            assert not units & taken
            assert all(1 <= unit <= HALL.rack_height_u for _, unit in units)
            taken |= units
    assert {rack for rack, _ in taken} == set(range(positions.racks_count))


def test_leaves_stand_in_the_middle_of_their_servers(stood):
    _, positions = stood
    assert positions.racks_count == 8 + 2
    assert set(positions.rack["leaf"].tolist()) == {4}
    assert set(positions.rack["spine"].tolist()) == {5}


def test_length_follows_the_way_up_along_across_and_down(stood):
    _, positions = stood
    one = np.array([0])
    link = Links("server-leaf", 0, "server", "leaf", one, one, one, one)
    # Rack 0 to rack 4: the first of the next row, one row pitch away.
    up = (48 - 1) * UNIT_M + 0.5
    down = (48 - 48) * UNIT_M + 0.5
    assert positions.lengths_m(link)[0] == pytest.approx(0 + 3.0 + up + down + 1.0)


def test_a_cable_inside_a_rack_takes_the_short_way(stood):
    _, positions = stood
    pair = Links("inter-leaf", 0, "leaf", "leaf", np.array([0]), np.array([1]), np.array([3]),
                 np.array([1]))  # fmt: skip
    assert positions.lengths_m(pair)[0] == pytest.approx(3 * UNIT_M + 1.0)


def test_a_nearer_hall_has_shorter_cables(stood):
    wiring, positions = stood
    longest = max(positions.lengths_m(links).max() for links in wiring)
    assert 3 < longest < 15


def test_nothing_stands_where_nothing_is_wired():
    assert place([], HALL).racks_count == 0
