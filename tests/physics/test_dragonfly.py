import csv
import itertools
from pathlib import Path

import networkx as nx
import pytest

from designlib.physics.dragonfly import dragonfly, dragonfly_size

GOLDEN = Path(__file__).parents[1] / "golden" / "published_figures.csv"
with GOLDEN.open(encoding="utf-8", newline="") as file:
    FIGURES = {row["id"]: float(row["value"]) for row in csv.DictReader(file)}


def graph_of(fly):
    """Return the routers of a full dragonfly, cabled link by link."""
    a, h = fly.routers_per_group, fly.globals_per_router
    graph = nx.MultiGraph()
    for group in range(fly.groups):
        members = [(group, router) for router in range(a)]
        graph.add_edges_from(itertools.combinations(members, 2))
    for one, other in itertools.combinations(range(fly.groups), 2):
        there, back = other - 1, one
        graph.add_edge((one, there // h), (other, back // h))
    return graph


@pytest.mark.parametrize("p", [1, 2, 3])
def test_full_dragonfly_uses_every_port_and_reaches_all_in_three_hops(p):
    fly = dragonfly(p)
    graph = graph_of(fly)
    assert graph.number_of_nodes() == fly.routers
    assert graph.number_of_edges() == fly.links_local + fly.links_global
    assert {degree + p for _, degree in graph.degree} == {fly.radix_ports}
    assert nx.diameter(graph) <= 3


def test_published_scale_of_64_port_routers():
    fly = dragonfly(16)
    assert fly.radix_ports == 63
    assert fly.hosts == FIGURES["dragonfly-hosts-h16"]


@pytest.mark.parametrize("endpoints", [1, 128, 129, 1000, 16512])
def test_smallest_dragonfly_has_no_group_too_many(endpoints):
    fly = dragonfly_size(endpoints, 31)
    group = fly.hosts // fly.groups
    assert fly.hosts - group < endpoints <= fly.hosts
    assert fly.links_global * 2 <= fly.routers * fly.globals_per_router


def test_too_many_endpoints_are_refused():
    with pytest.raises(ValueError, match="130 groups, above the 129"):
        dragonfly_size(16513, 31)
    with pytest.raises(ValueError, match="too small"):
        dragonfly_size(2, 2)
    with pytest.raises(ValueError, match="at least 1"):
        dragonfly(0)
    with pytest.raises(ValueError, match="between 1 and 129"):
        dragonfly(8, 130)
