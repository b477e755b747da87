"""Dragonfly wiring: routers of a group all to all, groups all to all by equally many links.

References
----------
.. [1] J. Kim, W. Dally, S. Scott, D. Abts, "Technology-driven, highly-scalable dragonfly
       topology", ISCA 2008, section 3.1, https://doi.org/10.1109/ISCA.2008.19.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from designlib.cabling.links import Links, Whole
from designlib.physics.dragonfly import Dragonfly


def wire_dragonfly(
    fly: Dragonfly, servers_count: int, ports_per_server_count: int, planes: int = 1
) -> Iterator[Links]:
    """Yield the links of a dragonfly: servers, then local, then global links of each plane.

    Parameters
    ----------
    fly : Dragonfly
        Counts of one plane.
    servers_count : int
        Servers to connect; routers are filled in order. [1]
    ports_per_server_count : int
        Ports of one server in one plane. [1]
    planes : int
        Separate, equal fabrics. [1]

    Yields
    ------
    Links
        Ports of a router: servers first, then local links, then global ones.

    Raises
    ------
    ValueError
        If the dragonfly has too few ports for the servers.
    """
    endpoints = servers_count * ports_per_server_count
    if endpoints > fly.hosts:
        raise ValueError(f"{endpoints} ports do not fit a dragonfly of {fly.hosts}")
    for plane in range(planes):
        yield _servers(fly, endpoints, ports_per_server_count, plane)
        yield _local(fly, plane)
        if fly.links_global:
            yield _global(fly, plane)


def _servers(fly: Dragonfly, endpoints: int, rails: int, plane: int) -> Links:
    endpoint = np.arange(endpoints, dtype=np.int64)
    router = endpoint // fly.hosts_per_router
    return Links(
        "server-router", plane, "server", "router",
        endpoint // rails, endpoint % rails + plane * rails + 1,
        router + plane * fly.routers, endpoint % fly.hosts_per_router + 1,
    )  # fmt: skip


def _local(fly: Dragonfly, plane: int) -> Links:
    """Return one link between every two routers of a group."""
    first, second = np.triu_indices(fly.routers_per_group, k=1)
    base = np.repeat(np.arange(fly.groups) * fly.routers_per_group, len(first))
    a, z = np.tile(first, fly.groups), np.tile(second, fly.groups)
    offset = fly.hosts_per_router
    # A router has no port to itself: the ports to later routers move up by one.
    return Links(
        "local", plane, "router", "router",
        base + a + plane * fly.routers, offset + z, base + z + plane * fly.routers, offset + a + 1,
    )  # fmt: skip


def _global(fly: Dragonfly, plane: int) -> Links:
    """Return the links between every two groups, spread over the routers of both."""
    low, high = np.triu_indices(fly.groups, k=1)
    each = fly.links_global // len(low)
    lane = np.tile(np.arange(each), len(low))
    low, high = np.repeat(low, each), np.repeat(high, each)
    # Each group counts the others from itself on, so both ends find a slot of their own.
    a, a_port = _slot(fly, low, (high - low - 1) * each + lane)
    z, z_port = _slot(fly, high, (low - high - 1) % fly.groups * each + lane)
    base = plane * fly.routers
    return Links("global", plane, "router", "router", a + base, a_port, z + base, z_port)


def _slot(fly: Dragonfly, group: Whole, slot: Whole) -> tuple[Whole, Whole]:
    """Return router and port of a global slot of a group; neighboring slots differ in router."""
    a = fly.routers_per_group
    return group * a + slot % a, fly.hosts_per_router + a - 1 + slot // a + 1
