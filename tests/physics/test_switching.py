import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designlib.physics import switching
from designlib.physics.fabric_count import fabric_size
from designlib.physics.switching import allowed_moves, links_moved, port_steps, size_steps

# ---- every size, against a cabling that is laid link by link


def cabling(size):
    """Return the switch links of one plane as a Counter of (lower, upper), laid evenly."""
    links = Counter()
    leaf, spine, core = (n // size.planes for n in (size.leaf, size.spine, size.core))
    half = size.radix_ports // 2
    if not size.pods:
        for a in range(leaf if spine else 0):
            for uplink in range(size.up_per_leaf):
                links[("leaf", a), ("spine", uplink % spine)] += 1
        return links
    for a in range(leaf):
        for position in range(size.up_per_leaf):
            links[("leaf", a), ("spine", a // half * size.up_per_leaf + position)] += 1
    group = core // size.up_per_leaf
    for s in range(spine):
        for uplink in range(half):
            position = s % size.up_per_leaf
            links[("spine", s), ("core", position * group + uplink % group)] += 1
    return links


def ports_used(links, size):
    used = Counter()
    for (low, high), n in links.items():
        used[low] += n
        used[high] += n
    return used


@pytest.mark.parametrize(("radix", "over"), [(4, 1), (8, 1), (12, 1), (16, 3), (16, 2), (9, 1)])
def test_every_step_can_be_cabled_within_its_ports(radix, over):
    for size in size_steps(radix**2, 1, radix_ports=radix, oversubscription=over):
        links = cabling(size)
        used = ports_used(links, size)
        pairs = [n for (low, _), n in links.items() if low[0] == "leaf"]
        assert len(set(pairs)) <= 1, "a leaf spreads its uplinks evenly"
        assert sum(pairs) == size.links_leaf_spine
        assert sum(n for (low, _), n in links.items() if low[0] == "spine") == size.links_spine_core
        leaf_down = size.down_per_leaf if size.spine else radix
        assert all(
            n + (leaf_down if kind == "leaf" else 0) <= radix for (kind, _), n in used.items()
        )
        assert size.endpoints + size.leaf_ports_free == size.leaf * leaf_down


def test_even_cabling_carries_any_half_to_any_other_half():
    nx = pytest.importorskip("networkx")
    for size in size_steps(128, 1, radix_ports=8):
        if not size.spine:
            continue
        graph = nx.Graph()
        for (low, high), n in cabling(size).items():
            graph.add_edge(low, high, capacity=n)
        leaves = [("leaf", n) for n in range(size.leaf)]
        for near in (leaves[: size.leaf // 2], leaves[::2][: size.leaf // 2]):
            far = [x for x in leaves if x not in near][: len(near)]
            both = graph.copy()
            both.add_edges_from(("in", x, {"capacity": size.down_per_leaf}) for x in near)
            both.add_edges_from((x, "out", {"capacity": size.down_per_leaf}) for x in far)
            assert nx.maximum_flow_value(both, "in", "out") == len(near) * size.down_per_leaf


# ---- steps


def built(servers, ports, **rules):
    """Return the switches of a size, or None beyond three tiers."""
    try:
        size = fabric_size(servers, ports, whole_pods=True, **rules)
    except ValueError:
        return None
    return size.leaf, size.spine, size.core


@pytest.mark.parametrize(
    ("ports", "rules"),
    [
        (1, {"radix_ports": 8}),
        (4, {"radix_ports": 8}),
        (4, {"radix_ports": 16, "planes": 2}),
        (4, {"radix_ports": 8, "rails_per_leaf": 2}),
        (3, {"radix_ports": 12, "oversubscription": 2.0}),
        (2, {"radix_ports": 8, "min_leaves": 2}),
        (2, {"radix_ports": 8, "keep_spine": True}),
        (4, {"radix_ports": 8, "scalable_unit_count": 4, "extra_endpoints": 1}),
    ],
)
def test_steps_are_all_built_sizes_with_their_largest_count(ports, rules):
    steps = size_steps(30, ports, **rules)
    sizes = [built(n, ports, **rules) for n in range(1, steps[-1].servers_count + 2)]
    # Every size up to 30 servers is there once, in order, as its last server count.
    assert [built(s.servers_count, ports, **rules) for s in steps] == list(
        dict.fromkeys(sizes[:30])
    )
    last = [n for n, (a, b) in enumerate(itertools.pairwise(sizes), 1) if a != b]
    assert [s.servers_count for s in steps] == last


@given(
    servers=st.integers(1, 400),
    more=st.integers(0, 100),
    ports=st.sampled_from([1, 2, 4, 8]),
    radix=st.sampled_from([16, 32, 64]),
    over=st.sampled_from([1.0, 1.5, 2.0, 3.0]),
)
def test_more_servers_never_need_fewer_switches(servers, more, ports, radix, over):
    large = built(servers + more, ports, radix_ports=radix, oversubscription=over)
    if large is None:
        return
    small = built(servers, ports, radix_ports=radix, oversubscription=over)
    assert all(a <= b for a, b in zip(small, large, strict=True))


def test_steps_end_where_a_single_switch_ends():
    steps = size_steps(100, 8, radix_ports=64, topology="single")
    assert [s.servers_count for s in steps] == [8]


def test_no_servers_no_steps():
    assert size_steps(0, 8, radix_ports=64) == ()


def test_redundant_network_pairs_its_leaves_before_it_takes_a_spine():
    steps = port_steps(200, 64, min_leaves=2)
    assert [(s.endpoints, s.leaf, s.spine) for s in steps] == [
        (64, 2, 0),
        (96, 3, 2),
        (128, 4, 2),
        (160, 5, 4),
        (192, 6, 4),
        (224, 7, 4),
    ]
    assert steps[0].links_inter_leaf == 32


@given(ports=st.integers(1, 96), over=st.sampled_from([1.0, 2.0, 3.0]))
def test_pair_of_leaves_fits_its_ports(ports, over):
    size = fabric_size(ports, 1, radix_ports=64, min_leaves=2, oversubscription=over)
    if size.spine:
        return
    on_one = -(-ports // 2)
    assert on_one + size.links_inter_leaf <= 64
    assert size.links_inter_leaf * over >= on_one


# ---- moves


def test_moves_tear_nothing_out():
    steps = size_steps(1200, 8, radix_ports=64)
    for i, j, moved in allowed_moves(steps):
        assert i < j
        assert moved >= 0
        for tier in ("leaf", "spine", "core"):
            assert getattr(steps[i], tier) <= getattr(steps[j], tier)


def test_every_later_size_can_be_reached():
    steps = size_steps(1200, 8, radix_ports=64)
    pairs = {(i, j) for i, j, _ in allowed_moves(steps)}
    assert pairs == set(itertools.combinations(range(len(steps)), 2))


@pytest.mark.parametrize("radix", [8, 12, 16])
def test_switch_links_that_move_are_those_that_the_new_cabling_lacks(radix):
    steps = [s for s in size_steps(radix**2, 1, radix_ports=radix) if s.spine]
    for small, large in itertools.combinations(steps, 2):
        kept = cabling(small) & cabling(large)
        lost = sum(cabling(small).values()) - sum(kept.values())
        # Pods of the larger fabric begin with the leaves and spines that stand already, so the
        # cabling by number keeps as many links as any other one.
        assert links_moved(small, large) == lost


@pytest.mark.parametrize(("ports", "radix"), [(2, 8), (4, 8), (4, 16)])
def test_server_links_that_move_are_the_fewest_of_all_assignments(ports, radix):
    steps = [s for s in size_steps(radix, ports, radix_ports=radix) if s.leaf <= 8]
    for small, large in itertools.combinations(steps, 2):
        switch_links = sum((cabling(small) - cabling(large)).values())
        old, new = seats(small, ports), seats(large, ports)
        best = max(
            sum(len(a & new[b]) for a, b in zip(old, role, strict=True))
            for role in itertools.permutations(range(len(new)), len(old))
        )
        total = small.servers_count * ports
        assert links_moved(small, large) - switch_links == total - best


def seats(size, ports):
    """Return the (server, rail) pairs on each leaf, rails in groups and servers in blocks."""
    if not size.spine:
        return [set(itertools.product(range(size.servers_count), range(ports)))]
    found = []
    for group in range(ports // size.rails_per_leaf):
        rails = range(group * size.rails_per_leaf, (group + 1) * size.rails_per_leaf)
        each = size.down_per_leaf // size.rails_per_leaf
        for first in range(0, size.servers_count, each):
            block = range(first, min(first + each, size.servers_count))
            found.append(set(itertools.product(block, rails)))
    return found


def test_growth_of_whole_groups_moves_no_server_link():
    steps = size_steps(512, 8, radix_ports=64)
    same = [(a, b) for a, b in itertools.pairwise(steps) if a.spine == b.spine and not b.pods]
    assert same
    assert all(links_moved(a, b) == 0 for a, b in same)


def test_a_pair_hands_its_inter_leaf_links_to_the_spines():
    pair, tree = port_steps(96, 64, min_leaves=2)
    assert links_moved(pair, tree) == pair.links_inter_leaf


def test_planes_multiply_what_moves():
    one = size_steps(64, 4, radix_ports=16)
    two = size_steps(64, 4, radix_ports=16, planes=2)
    assert [2 * n for _, _, n in allowed_moves(one)] == [n for _, _, n in allowed_moves(two)]


def test_public_names_exist():
    assert all(hasattr(switching, name) for name in switching.__all__)
