"""Graph: flows, hops and losses of a cabled fabric agree with networkx and with hand counts."""

import networkx as nx
import numpy as np
import pytest

from designlib.validate.recount._graph import wired
from designlib.validate.recount._tiers import Tiers, tiers_of
from designlib.validate.recount.cabling import halves
from designlib.validate.recount.electric import carried_kw

# Published: two tiers of 64-port switches for 64 and 80 servers of 8 rails (leaf, spine), and the
# 288, 288, 144 of three tiers for 9,216 ports.
FABRICS = [
    ((8,) * 16, Tiers(4, 2), 128, 64, 0),
    ((8,) * 32, Tiers(8, 8), 256, 64, 8),
    ((2,) * 10, Tiers(2), 10, 32, 0),
    ((1,) * 12, Tiers(1), 0, 32, 0),
    ((4,) * 32, Tiers(16, 16, 8), 256, 16, 0),
]


def oracle(net, out, into, lost=None):
    """Return the largest flow by networkx."""
    graph = nx.DiGraph()
    for (a, z), n in net.links.items():
        if lost not in (a, z):
            graph.add_edge(a, z, capacity=n)
            graph.add_edge(z, a, capacity=n)
    for device, (o, i) in enumerate(zip(out, into, strict=True)):
        graph.add_edge("source", device, capacity=int(o))
        graph.add_edge(device, "sink", capacity=int(i))
    return nx.maximum_flow_value(graph, "source", "sink")


@pytest.mark.parametrize(("ports", "tiers", "between", "radix", "rails"), FABRICS)
def test_flows_are_those_of_networkx(ports, tiers, between, radix, rails):
    net = wired(ports, tiers, between, radix=radix, rails=rails)
    for out, into in halves(net):
        assert net.flow(out, into) == oracle(net, out, into)
        for lost in net.kinds_of_switch():
            assert net.flow(out, into, lost) == oracle(net, out, into, lost)


@pytest.mark.parametrize(("ports", "tiers", "between", "radix", "rails"), FABRICS)
def test_every_link_finds_a_port(ports, tiers, between, radix, rails):
    net = wired(ports, tiers, between, radix=radix, rails=rails)
    used = np.zeros(net.nodes, dtype=int)
    for (a, z), n in net.links.items():
        used[a] += n
        used[z] += n
    assert used[: len(ports)].tolist() == list(ports)
    assert used[len(ports) :].max() <= radix
    assert sum(net.links.values()) == sum(ports) + between


@pytest.mark.parametrize(("ports", "tiers", "between", "radix", "rails"), FABRICS)
def test_hops_and_losses_are_those_of_networkx(ports, tiers, between, radix, rails):
    net = wired(ports, tiers, between, radix=radix, rails=rails)
    graph = nx.Graph(list(net.links))
    far = dict(nx.all_pairs_shortest_path_length(graph))
    mine = range(len(ports))
    assert net.hops() == max(far[a][b] for a in mine for b in mine if a != b) - 1
    for lost in net.kinds_of_switch():
        rest = graph.copy()
        rest.remove_node(lost)
        largest = max(len([n for n in g if n < len(ports)]) for g in nx.connected_components(rest))
        assert net.cut_off(lost) == len(ports) - largest


def test_non_blocking_fabric_carries_every_port_and_loses_a_share():
    net = wired((8,) * 16, Tiers(4, 4), 128, radix=64)
    (out, into), _ = halves(net)
    assert net.flow(out, into) == 64
    spine = len(net.devices) + 4
    assert net.flow(out, into, spine) == 48


@pytest.mark.parametrize(
    ("switches", "ports", "between", "radix", "found"),
    [
        (40, 344, 768, 64, Tiers(24, 16)),
        (2, 37, 32, 64, Tiers(2)),
        (1, 24, 0, 64, Tiers(1)),
        (720, 9216, 18432, 64, Tiers(288, 288, 144)),
    ],
)
def test_tiers_follow_from_switches_and_links(switches, ports, between, radix, found):
    tiers, used = tiers_of(switches, ports, between, radix)
    assert tiers.count == switches
    if switches != 40:  # as many leaves as have ports for the links; the rest may be either
        assert tiers == found
    assert used == between


@pytest.mark.parametrize(
    ("units", "redundancy", "left"),
    [([100] * 4, "N", 400), ([100] * 4, "N+1", 300), ([100] * 4, "2N", 200), ([], "N+1", 0),
     ([100, 100, 50], "2N", 50)],
)  # fmt: skip
def test_modules_carry_what_is_left_of_them(units, redundancy, left):
    assert carried_kw(units, redundancy) == left


def test_pods_follow_their_leaves_where_these_are_oversubscribed():
    # Three pods of 32 leaves, each of 38 ports down and 26 up; 78 spines of 32 ports up, 52 cores.
    net = wired((38,) * 96, Tiers(96, 78, 52), 2 * 96 * 26, radix=64)
    place = np.arange(96)
    ports = np.full(96, 38)
    for cut in (place < 48, place < 32, place % 2 == 0):
        smaller = min(cut.sum(), (~cut).sum())
        assert net.flow(np.where(cut, ports, 0), np.where(cut, 0, ports)) == 26 * smaller
