"""Address plan: every network has a range of its own, with room for twice what stands in it."""

from ipaddress import ip_network
from itertools import combinations

import pytest

from designlib.explore.address_plan import PRIVATE, address_plan
from designlib.explore.wires import fabrics
from tests.explore.halls import CATALOG, design

RESERVED = 2
"""Addresses of an IPv4 range that no host may have: RFC 950 and RFC 919."""


@pytest.mark.parametrize("name", ["air", "liquid"])
def test_ranges_have_room_and_do_not_overlap(name):
    plan = address_plan(design(name), CATALOG)
    assert list(plan.network) == [f.name for f in fabrics(design(name), CATALOG)]
    given = [ip_network(r) for r in plan["range"] if r]
    assert all(PRIVATE.supernet_of(r) for r in given)
    assert not [pair for pair in combinations(given, 2) if pair[0].overlaps(pair[1])]
    for row in plan.to_dict("records"):
        assert bool(row["range"]) == (row["technology"] == "ethernet")
        if row["range"]:
            room = ip_network(row["range"]).num_addresses - RESERVED
            assert 2 * row["addresses"] <= room < 8 * row["addresses"]


@pytest.mark.parametrize("name", ["air", "liquid"])
def test_ports_and_switches_are_those_of_the_wiring(name):
    plan = address_plan(design(name), CATALOG).set_index("network")
    for fabric in fabrics(design(name), CATALOG):
        row = plan.loc[fabric.name]
        assert row.ports == len(fabric.end_links().a)
        if row.technology == "ethernet":
            assert row.addresses == row.ports + sum(map(len, fabric.switches.values()))
        if row.up_per_leaf:
            assert row.oversubscription == row.down_per_leaf / row.up_per_leaf
