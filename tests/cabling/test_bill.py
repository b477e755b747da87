from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from designlib.cabling.bill import bill, cable
from designlib.cabling.hall import place
from designlib.cabling.links import Links
from designlib.cabling.wiring import wire
from designlib.physics.fabric_count import fabric_size
from tests.cabling.test_hall import HALL
from tests.cabling.toy_parts import FIBRE, SERVER, SHELF, SINGLE, SWITCH, TWIN

SOCKETS = {"server": SERVER, "leaf": SWITCH, "spine": SWITCH, "core": SWITCH, "manager": SERVER}


def made(servers, shelf=SHELF, **rules):
    wiring = list(wire(fabric_size(servers, 8, radix_ports=64, **rules)))
    cablings = cable(wiring, place(wiring, HALL), shelf, SOCKETS)
    return cablings, bill(cablings, SOCKETS)


def test_fibre_alone_takes_one_a_link_and_a_transceiver_a_cage():
    # 32 servers of 8 ports, 8 leaves, 4 spines: 256 + 256 links, twin-port cages in the switches.
    _, found = made(32, [FIBRE, SINGLE, TWIN])
    assert found.pieces == {"fibre": 512, "single": 256, "twin": 128 + 128 + 128}
    assert found.power_w == 256 * 8 + 384 * 15


def test_every_link_is_in_the_histogram_once():
    cablings, found = made(16)
    assert sum(sum(bins.values()) for bins in found.histogram.values()) == 128 + 128
    assert set(found.histogram) == {"dac", "fibre"}
    assert max(found.histogram["dac"]) <= 3
    assert sum(len(c.links) for c in cablings) == 256


def test_no_cable_is_longer_than_it_reaches():
    for cabling in made(16)[0] + made(64)[0]:
        reach = np.array([a.cable.reach_m for a in cabling.assemblies])[cabling.choice]
        assert (cabling.length_m <= reach).all()


def test_links_of_a_cage_share_what_is_plugged():
    for cabling in made(13)[0] + made(61)[0]:
        links, plugged = cabling.links, {}
        for device, port, choice in zip(links.z, links.z_port, cabling.choice, strict=True):
            kind = cabling.assemblies[choice].cable.kind
            assert plugged.setdefault((device, (port - 1) // 2), kind) == kind


def test_a_half_used_cage_takes_a_whole_transceiver():
    one = np.array([0, 1, 2])
    links = Links("server-leaf", 0, "server", "leaf", one, one * 0 + 1, one * 0, one + 1)
    positions = place([links], HALL)
    cablings = cable([links], positions, [FIBRE, SINGLE, TWIN], SOCKETS)
    assert bill(cablings, SOCKETS).pieces == {"fibre": 3, "single": 3, "twin": 2}


def test_spares_are_a_share_and_at_least_one():
    _, found = made(32)
    spares = found.spares(0.02)
    assert all(spares[part] >= max(1, 0.02 * n) for part, n in found.pieces.items())
    assert found.spares(0.0) == Counter(dict.fromkeys(found.pieces, 0))


def test_a_hall_that_nothing_reaches_across_is_refused():
    with pytest.raises(ValueError, match="nothing joins server and switch"):
        made(32, SHELF[:1])


def test_twin_port_cages_halve_the_transceivers_of_the_servers():
    # NVIDIA DGX SuperPOD H100, RA-11333-001 V11, table 8: 508 system transceivers of 127 servers.
    size = fabric_size(127, 8, radix_ports=64, scalable_unit_count=32, extra_endpoints=4)
    first = next(iter(wire(size)))
    assert first.tier == "server-leaf"
    sockets = SOCKETS | {"server": replace(SERVER, links=2)}
    cablings = cable([first], place([first], HALL), [FIBRE, TWIN], sockets)
    leaf_side = 32 * 16
    assert bill(cablings, sockets).pieces == {"fibre": 1016, "twin": 508 + leaf_side}
