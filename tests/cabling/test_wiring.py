"""Wiring: a thousand random fabrics, wired and looked at as graphs."""

from collections import Counter
from itertools import pairwise

import networkx as nx
import pytest

from designlib.cabling.graph import edges, port_faults
from designlib.cabling.wiring import wire
from designlib.physics.fabric_claims import bisection_links, hops_max, survives_one_loss
from designlib.physics.fabric_count import fabric_size
from designlib.physics.switching import links_moved
from tests.cabling.fabrics import flow_between, random_sizes, switch_graph

SIZES = random_sizes(1000)
PARTS = [SIZES[n::10] for n in range(10)]
each_part = pytest.mark.parametrize("sizes", PARTS, ids=lambda part: f"{len(part)} fabrics")


def of_plane(size, plane):
    return [links for links in wire(size) if links.plane == plane]


def test_the_random_fabrics_are_of_every_shape():
    shapes = Counter(
        "core" if s.core else "spine" if s.spine else "pair" if s.links_inter_leaf else "single"
        for s in SIZES
    )
    assert min(shapes[k] for k in ("core", "spine", "pair", "single")) >= 20, shapes
    assert sum(s.spine_groups > 1 for s in SIZES) >= 5
    assert sum(s.planes > 1 for s in SIZES) >= 100
    assert sum(s.rails_per_leaf == 0 for s in SIZES) >= 100


@each_part
def test_no_port_is_used_twice_and_none_is_above_the_radix(sizes):
    for size in sizes:
        assert port_faults(wire(size), size.radix_ports) == [], size


@each_part
def test_links_are_as_many_as_were_counted(sizes):
    for size in sizes:
        found = Counter()
        for links in wire(size):
            found[links.tier] += len(links)
        assert found["server-leaf"] + found["manager-leaf"] == size.links_server_leaf, size
        assert found["leaf-spine"] == size.links_leaf_spine, size
        assert found["spine-core"] == size.links_spine_core, size
        assert found["inter-leaf"] == size.links_inter_leaf, size


@each_part
def test_every_server_port_is_cabled_once(sizes):
    for size in sizes:
        ports = Counter()
        for links in wire(size):
            if links.a_kind == "server":
                ports.update(zip(links.a.tolist(), links.a_port.tolist(), strict=True))
        expected = size.servers_count * size.ports_per_server_count * size.planes
        assert len(ports) == expected, size
        assert set(ports.values()) <= {1}, size


@each_part
def test_no_leaf_has_more_ports_down_than_promised(sizes):
    for size in sizes:
        down = Counter()
        for links in wire(size):
            if links.tier in {"server-leaf", "manager-leaf"}:
                down.update(links.z.tolist())
        most = size.down_per_leaf if size.spine or size.links_inter_leaf else size.radix_ports
        assert max(down.values(), default=0) <= most, size


@each_part
def test_uplinks_are_spread_evenly(sizes):
    for size in sizes:
        for tier in ("leaf-spine", "spine-core"):
            ups, between = Counter(), Counter()
            for links in wire(size):
                if links.tier == tier:
                    ups.update(links.a.tolist())
                    between.update(zip(links.a.tolist(), links.z.tolist(), strict=True))
            assert len(set(ups.values())) <= 1, size
            assert len(set(between.values())) <= 1, size


@each_part
def test_every_two_switches_of_a_plane_are_joined_in_as_few_hops_as_claimed(sizes):
    for size in sizes:
        for plane in range(size.planes):
            graph = switch_graph(of_plane(size, plane))
            joined = list(nx.connected_components(graph))
            assert len(joined) == size.spine_groups, size
            leaves = [node for node in graph if node[0] == "leaf"]
            assert len(leaves) <= size.leaf // size.planes
            if plane == 0 and leaves:
                reach = nx.single_source_shortest_path_length(graph, leaves[0])
                far = max(d for node, d in reach.items() if node[0] == "leaf")
                if size.spine_groups == 1:
                    assert far + 1 == hops_max(size), size


@each_part
def test_the_flow_across_the_bisection_is_the_claim(sizes):
    for size in sizes:
        if not (size.spine or size.links_inter_leaf):
            continue
        graph = switch_graph(of_plane(size, 0))
        leaves = sorted(node for node in graph if node[0] == "leaf")
        half = len(leaves) // 2
        flow = flow_between(graph, leaves[:half], leaves[half:])
        assert flow == bisection_links(size) // size.planes, size


def servers_stay_together(graph):
    servers = {node for node in graph if node[0] == "server"}
    return servers <= nx.node_connected_component(graph, min(servers))


@each_part
def test_no_lost_switch_or_cable_parts_the_servers_where_that_is_promised(sizes):
    # What a lost switch leaves is less than what any lost cable of it leaves, and every cable has a
    # switch at one end: switches are enough.
    for size in sizes:
        if not survives_one_loss(size):
            continue
        graph = nx.Graph((a, z) for a, z, tier in edges(wire(size)) if tier != "manager-leaf")
        assert servers_stay_together(graph), size
        for lost in set(nx.articulation_points(graph)):
            if lost[0] == "server":
                continue
            left = graph.copy()
            left.remove_node(lost)
            assert servers_stay_together(left), (size, lost)


def test_the_promise_is_made_often_enough_to_be_tested():
    assert sum(survives_one_loss(size) for size in SIZES) >= 200


def test_rails_land_on_leaves_of_their_own():
    size = fabric_size(64, 8, radix_ports=64)
    first = next(iter(wire(size)))
    leaf = {(s, p): z for s, p, z in zip(first.a, first.a_port, first.z, strict=True)}
    assert [leaf[0, rail] for rail in range(1, 9)] == list(range(8))
    assert {leaf[server, 3] for server in range(32)} == {2}
    assert {leaf[server, 3] for server in range(32, 64)} == {10}


def test_managers_of_a_super_pod_take_the_ports_of_the_missing_server():
    # NVIDIA DGX SuperPOD H100, RA-11333-001 V11, table 4: 127 servers, 4 links to managers.
    size = fabric_size(127, 8, radix_ports=64, scalable_unit_count=32, extra_endpoints=4)
    managers = next(links for links in wire(size) if links.tier == "manager-leaf")
    assert len(set(managers.z.tolist())) == 4
    assert sorted(set(managers.a.tolist())) == [0, 1]
    assert managers.z.min() >= 24  # leaves of the fourth unit, which has 31 servers


def test_two_leaves_without_a_spine_each_hold_half_of_every_server():
    size = fabric_size(4, 8, radix_ports=64, min_leaves=2)
    servers = next(iter(wire(size)))
    held = Counter(zip(servers.a.tolist(), servers.z.tolist(), strict=True))
    assert set(held.values()) == {4}


def test_a_minimum_of_leaves_splits_the_rails_over_them():
    size = fabric_size(4, 8, radix_ports=64, min_leaves=2, keep_spine=True)
    assert (size.leaf, size.rails_per_leaf) == (2, 4)
    servers = next(iter(wire(size)))
    assert Counter(servers.z.tolist()) == {0: 16, 1: 16}


def test_bare_cores_cannot_be_wired_evenly():
    with pytest.raises(ValueError, match="whole_pods"):
        list(wire(fabric_size(1152, 8, radix_ports=64)))
    assert list(wire(fabric_size(1152, 8, radix_ports=64, whole_pods=True)))


def sockets(size):
    return {
        (links.a_kind, links.z_kind, *end)
        for links in wire(size)
        for end in zip(links.a.tolist(), links.a_port.tolist(), links.z.tolist(),
                       links.z_port.tolist(), strict=True)
    }  # fmt: skip


@pytest.mark.parametrize("topology", ["rail-optimized", "fat-tree"])
@pytest.mark.parametrize(
    ("steps", "radix"), [((3, 20, 40, 64), 64), ((3, 9, 17, 31, 32), 16), ((5, 40, 200), 32)]
)
def test_no_link_moves_in_a_fabric_that_is_wired_for_its_final_size(steps, radix, topology):
    rules = {"radix_ports": radix, "topology": topology, "whole_pods": True}
    sizes = [fabric_size(n, 8, **rules, final_servers_count=steps[-1]) for n in steps]
    for small, large in pairwise(sizes):
        assert sockets(small) <= sockets(large)
        assert links_moved(small, large) == 0
    assert sizes[-1] == fabric_size(steps[-1], 8, **rules)
