"""Wiring: a counted fabric becomes links, spread evenly, with no port used twice.

Servers fill leaves in order, each rail on its own leaves where the fabric is rail-optimized: a
fabric grows by adding leaves and no server link moves. The uplinks of a leaf divide evenly over its
spines, and those of a spine over the cores of its position.

References
----------
.. [1] M. Al-Fares, A. Loukissas, A. Vahdat, "A scalable, commodity data center network
       architecture", ACM SIGCOMM 2008, section 3, https://doi.org/10.1145/1402958.1402967.
.. [2] NVIDIA, "DGX SuperPOD H100 reference architecture", RA-11333-001 V11, 2023, figure 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from designlib.cabling.links import Links, Whole, rank_within
from designlib.physics.fabric_rules import FabricSize

LINKS_PER_MANAGER: Final = 2
"""A fabric manager joins a plane by two links [2]_."""


def wire(size: FabricSize) -> Iterator[Links]:
    """Yield the links of a Clos fabric, tier by tier and plane by plane.

    Parameters
    ----------
    size : FabricSize
        Counts of an evenly wired fabric: three tiers as ``whole_pods``.

    Yields
    ------
    Links
        Servers to leaves, fabric managers to leaves, leaves to spines or to each other, spines to
        cores.

    Raises
    ------
    ValueError
        If three tiers are not built of whole pods, so that they cannot be wired evenly.
    """
    half = size.radix_ports // 2
    whole = size.planes * size.pods * half
    if size.pods and (size.leaf, size.core) != (whole, size.core_even):
        raise ValueError("three tiers are wired as whole pods: count them with whole_pods")
    for plane in range(size.planes):
        yield from _endpoints(size, plane)
        if size.links_inter_leaf:
            yield _pair(size, plane)
        elif size.spine:
            yield _uplinks(size, plane)
        if size.core:
            yield _core_links(size, plane)


def leaf_of_endpoints(size: FabricSize) -> Whole:
    """Return the leaf of every server port in a plane.

    Parameters
    ----------
    size : FabricSize
        Counts of a fabric.

    Returns
    -------
    ndarray of int, shape (servers * rails,)
        Leaf within the plane; the ports of a server follow each other, rail by rail.
    """
    servers, rails = size.servers_count, size.ports_per_server_count
    leaves, down = size.leaf // size.planes, size.down_per_leaf
    endpoint = np.arange(servers * rails, dtype=np.int64)
    server, rail = endpoint // rails, endpoint % rails
    if leaves <= 1:
        return np.zeros_like(endpoint)
    if size.links_inter_leaf:
        return endpoint % 2  # A server with two ports is on both leaves of a pair.
    together = size.rails_per_leaf
    if size.spread:
        # More leaves than are needed: rail after rail where leaves follow rails, equally many each.
        order = rail * servers + server if together else endpoint
        return order * leaves // max(1, len(endpoint))
    if together:
        block = (server * together + rail % together) // down
        return block * (rails // together) + rail // together
    return endpoint // down


def _endpoints(size: FabricSize, plane: int) -> Iterator[Links]:
    """Yield the links of servers and fabric managers of one plane."""
    rails, leaves = size.ports_per_server_count, size.leaf // size.planes
    leaf = leaf_of_endpoints(size)
    endpoint = np.arange(len(leaf), dtype=np.int64)
    port = rank_within(leaf) + 1
    yield Links(
        "server-leaf", plane, "server", "leaf",
        endpoint // rails, endpoint % rails + plane * rails + 1, leaf + plane * leaves, port,
    )  # fmt: skip
    extra = size.endpoints // size.planes - len(leaf)
    if extra:
        down = size.down_per_leaf if size.spine or size.links_inter_leaf else size.radix_ports
        used = np.bincount(leaf, minlength=leaves)
        of = np.repeat(np.arange(leaves), down - used)
        # One link on each leaf that has room, then a second round: managers depend on no leaf.
        chosen = of[np.argsort(rank_within(of), kind="stable")][:extra]
        manager = np.arange(extra) // LINKS_PER_MANAGER
        yield Links(
            "manager-leaf", plane, "manager", "leaf",
            manager, np.arange(extra) % LINKS_PER_MANAGER + plane * LINKS_PER_MANAGER + 1,
            chosen + plane * leaves, used[chosen] + rank_within(chosen) + 1,
        )  # fmt: skip


def _pair(size: FabricSize, plane: int) -> Links:
    """Return the links between the two leaves of a plane without a spine."""
    lane = np.arange(size.links_inter_leaf // size.planes, dtype=np.int64)
    port = size.down_per_leaf + lane + 1
    first = np.full_like(lane, 2 * plane)
    return Links("inter-leaf", plane, "leaf", "leaf", first, port, first + 1, port)


def _uplinks(size: FabricSize, plane: int) -> Links:
    """Return the links between leaves and spines of one plane."""
    leaves, spines, up = size.leaf // size.planes, size.spine // size.planes, size.up_per_leaf
    link = np.arange(leaves * up, dtype=np.int64)
    leaf, uplink = link // up, link % up
    if size.pods:
        half = size.radix_ports // 2
        spine, port = leaf // half * up + uplink, leaf % half
    else:
        groups = size.spine_groups
        each = up * groups // spines
        spine = leaf % groups * (spines // groups) + uplink // each
        port = leaf // groups * each + uplink % each
    return Links(
        "leaf-spine", plane, "leaf", "spine",
        leaf + plane * leaves, size.down_per_leaf + uplink + 1, spine + plane * spines, port + 1,
    )  # fmt: skip


def _core_links(size: FabricSize, plane: int) -> Links:
    """Return the links between spines and the cores of their position."""
    half, up = size.radix_ports // 2, size.up_per_leaf
    spines, cores = size.spine // size.planes, size.core // size.planes
    each = half * up // cores
    link = np.arange(spines * half, dtype=np.int64)
    spine, uplink = link // half, link % half
    core = spine % up * (cores // up) + uplink // each
    port = spine // up * each + uplink % each
    return Links(
        "spine-core", plane, "spine", "core",
        spine + plane * spines, half + uplink + 1, core + plane * cores, port + 1,
    )  # fmt: skip
