"""Switching: fabrics grow along exact size steps, and growing counts the links that must move.

What other rooms need of fabrics is named here: the counting laws (``clos``), whole fabrics
(``fabric_count``), dragonflies, and the menus of sizes and moves of this module.
"""

from bisect import bisect_right
from functools import lru_cache
from math import inf
from typing import Unpack

from designlib.physics.clos import (
    clos,
    even_cores,
    leaf_ports,
    rail_leaves,
    smallest_divisor_at_least,
)
from designlib.physics.dragonfly import Dragonfly, dragonfly, dragonfly_size
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricOptions, FabricRules, FabricSize, Topology
from designlib.physics.rack_scale import clos_rack_scale

__all__ = [
    "Dragonfly",
    "FabricOptions",
    "FabricRules",
    "FabricSize",
    "Topology",
    "allowed_moves",
    "clos",
    "clos_rack_scale",
    "dragonfly",
    "dragonfly_size",
    "even_cores",
    "fabric_size",
    "leaf_ports",
    "links_moved",
    "port_steps",
    "rail_leaves",
    "size_steps",
    "smallest_divisor_at_least",
]


@lru_cache(maxsize=1024)
def size_steps(
    servers_max_count: int, ports_per_server_count: int, **rules: Unpack[FabricOptions]
) -> tuple[FabricSize, ...]:
    """Return every distinct built size up to a number of servers, each as full as it gets.

    Parameters
    ----------
    servers_max_count : int
        Servers that the last step must carry. [1]
    ports_per_server_count : int
        Ports of one server in one plane: its rails. [1]
    **rules
        Keywords of :class:`FabricRules`. Three tiers are built of whole pods, so ``whole_pods``
        is always on.

    Returns
    -------
    tuple of FabricSize
        Sizes in increasing order, with the largest number of servers that each carries. Empty
        for no servers; ends early where one switch (if asked for) or three tiers end.

    Examples
    --------
    >>> [(s.servers_count, s.leaf, s.spine) for s in size_steps(80, 8, radix_ports=64)]
    [(8, 1, 0), (16, 4, 2), (32, 8, 4), (64, 16, 8), (96, 24, 16)]
    """
    rules["whole_pods"] = True
    ports, radix = ports_per_server_count, rules["radix_ports"]

    def built(servers: int) -> tuple[float, float, float]:
        try:
            size = fabric_size(servers, ports, **rules)
        except ValueError:
            return inf, inf, inf
        return size.leaf, size.spine, size.core

    steps: list[FabricSize] = []
    servers = 0
    while servers < servers_max_count and built(servers + 1)[0] < inf:
        # Counts never fall as servers rise, so the last server of a size is found by halving.
        # No size is wider than one pod: radix leaves of radix ports.
        ahead = range(servers + 1, servers + radix * radix + 2)
        servers += bisect_right(ahead, built(servers + 1), key=built)
        steps.append(fabric_size(servers, ports, **rules))
    return tuple(steps)


def port_steps(
    ports_max: int,
    radix_ports: int,
    *,
    min_leaves: int = 1,
    oversubscription: float = 1.0,
) -> tuple[FabricSize, ...]:
    """Return the sizes of a network for ports of any devices: storage, in-band, out-of-band.

    Parameters
    ----------
    ports_max : int
        Device ports that the last step must carry. [ports]
    radix_ports : int
        Ports of a switch at the stated speed. [ports]
    min_leaves : int
        2 for networks that survive the loss of a switch; a pair is joined by inter-leaf links. [1]
    oversubscription : float
        Down over up ports of a leaf. [1]

    Returns
    -------
    tuple of FabricSize
        Sizes in increasing order; ``endpoints`` and ``servers_count`` are the ports it carries.

    Examples
    --------
    >>> [(s.endpoints, s.leaf, s.spine, s.links_inter_leaf)
    ...  for s in port_steps(100, 64, min_leaves=2)]
    [(64, 2, 0, 32), (96, 3, 2, 0), (128, 4, 2, 0)]
    """
    return size_steps(
        ports_max,
        1,
        radix_ports=radix_ports,
        topology="fat-tree",
        min_leaves=min_leaves,
        oversubscription=oversubscription,
    )


def allowed_moves(steps: tuple[FabricSize, ...]) -> tuple[tuple[int, int, int], ...]:
    """Return the growth moves between sizes of one fabric that tear nothing out.

    Parameters
    ----------
    steps : tuple of FabricSize
        Sizes of :func:`size_steps`, in increasing order.

    Returns
    -------
    tuple of (int, int, int)
        Index from, index to, links that are re-plugged when the smaller size is full. [links]
        Leaves, spines and cores never get fewer along a move.
    """
    return tuple(
        (i, j, links_moved(small, large))
        for i, small in enumerate(steps)
        for j, large in enumerate(steps)
        if i < j
        and small.leaf <= large.leaf
        and small.spine <= large.spine
        and small.core <= large.core
    )


def links_moved(small: FabricSize, large: FabricSize) -> int:
    """Return the links that are re-plugged when a full fabric grows to a larger size.

    Parameters
    ----------
    small, large : FabricSize
        Two sizes of the same fabric, evenly wired; three tiers as whole pods.

    Returns
    -------
    int
        Links with an end that moves, all tiers and planes; new links do not count. [links]

    Notes
    -----
    Two tiers spread the U uplinks of a leaf over S spines, U/S each. With more spines a leaf
    keeps ``U / S_large`` links to each old spine, so of its U links the share
    ``1 - S_small / S_large`` moves. From two tiers to three, an old spine keeps one link to each
    leaf of the pod that it joins. A leaf that used to carry more rails, or all ports of a single
    switch, keeps what the larger fabric lets it carry.
    """
    planes = large.planes
    moved = _server_links_moved(small, large) + small.links_inter_leaf // planes
    leaf, spine, up = small.leaf // planes, small.spine // planes, small.up_per_leaf
    if spine and not small.pods:
        if large.pods:
            moved += leaf * up - spine * min(leaf, large.radix_ports // 2)
        else:
            moved += leaf * (up - up * small.spine // large.spine)
    if small.pods:
        # Every spine position has its own cores; the uplinks of a spine spread over them evenly.
        per_spine = large.radix_ports // 2
        moved += spine * (per_spine - per_spine * small.core // large.core)
    return moved * planes


def _server_links_moved(small: FabricSize, large: FabricSize) -> int:
    """Return the endpoint links of one plane that leave their leaf."""
    planes = large.planes
    endpoints, leaf = small.endpoints // planes, small.leaf // planes
    if small.links_leaf_spine == 0 and large.links_leaf_spine == 0:
        return 0
    if large.rails_per_leaf == 0:
        return max(0, endpoints - leaf * large.down_per_leaf)
    if small.links_leaf_spine and small.rails_per_leaf <= large.rails_per_leaf:
        return 0
    servers = small.servers_count
    kept = min(large.down_per_leaf, servers * large.rails_per_leaf)
    return max(0, endpoints - leaf * kept)
