"""Random fabrics for property tests, and the graph of their real cables."""

import random

import networkx as nx

from designlib.cabling.graph import edges
from designlib.physics.fabric_count import fabric_size

SWITCHES = {"leaf", "spine", "core", "router"}


def random_rules(draw: random.Random):
    """Return servers, rails and rules of a fabric that somebody might build, or might not."""
    radix = draw.choice([4, 6, 8, 12, 16, 20, 32, 36, 48, 64])
    rails = draw.choice([1, 2, 3, 4, 8])
    rules = {"radix_ports": radix, "planes": draw.choice([1, 1, 1, 2, 4])}
    rules["topology"] = draw.choice(["auto", "auto", "rail-optimized", "fat-tree", "single"])
    rules["oversubscription"] = draw.choice([1, 1, 1, 1, 1.5, 2, 3, 7])
    rules["scalable_unit_count"] = draw.choice([1, 1, 1, 4, radix // 2])
    rules["min_leaves"] = draw.choice([1, 1, 2, 2, 3, 5])
    rules["min_spines"] = draw.choice([1, 1, 1, 2])
    rules["extra_endpoints"] = draw.choice([0, 0, 0, 1, 4])
    rules["keep_spine"] = draw.random() < 0.2
    if draw.random() < 0.15:
        rules["rails_per_leaf"] = draw.choice([d for d in range(1, rails + 1) if rails % d == 0])
    if draw.random() < 0.1:
        rules |= {"trays_per_rack": draw.choice([1, 2, 3]), "topology": "auto"}
        rules["core_reserve"] = draw.random() < 0.5
    largest = draw.choice([radix, radix**2 // 2, radix**3 // 4])
    servers = draw.randint(1, max(1, min(largest, 1200) // rails))
    if draw.random() < 0.2:
        rules["final_servers_count"] = servers * draw.choice([2, 3, 5])
    return servers, rails, rules


def random_sizes(count: int, seed: int = 20261121):
    """Return so many distinct fabrics of whole pods; rules that build nothing are drawn again."""
    draw, found = random.Random(seed), {}
    while len(found) < count:
        servers, rails, rules = random_rules(draw)
        try:
            size = fabric_size(servers, rails, **rules, whole_pods=True)
        except ValueError:
            continue
        found[size] = None
    return list(found)


def switch_graph(wiring):
    """Return the graph of the switches alone; parallel links add up to a capacity."""
    graph = nx.Graph()
    for a, z, _ in edges(wiring):
        for node in (a, z):
            if node[0] in SWITCHES:
                graph.add_node(node)
        if a[0] in SWITCHES and z[0] in SWITCHES:
            held = graph.get_edge_data(a, z, {"capacity": 0})["capacity"]
            graph.add_edge(a, z, capacity=held + 1)
    return graph


def flow_between(graph, here, there):
    """Return the most links' worth of flow between two sets of switches."""
    directed = graph.to_directed()
    directed.add_edges_from(("in", node) for node in here)
    directed.add_edges_from((node, "out") for node in there)
    return nx.maximum_flow_value(directed, "in", "out") if here and there else 0
