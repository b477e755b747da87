"""Fabric count: switches and links of one fabric follow from its endpoints and its policies.

The laws are those of :mod:`designlib.physics.clos`; the policies those of
:mod:`designlib.physics.fabric_rules`; a plane is counted by :mod:`designlib.physics.fabric_plane`.
"""

from typing import Unpack

from designlib.physics.fabric_plane import count_plane
from designlib.physics.fabric_rules import FabricOptions, FabricRules, FabricSize


def fabric_size(
    servers_count: int, ports_per_server_count: int, **rules: Unpack[FabricOptions]
) -> FabricSize:
    """Return the switches and links of the smallest fabric that connects the servers.

    Parameters
    ----------
    servers_count : int
        Servers to connect. [1]
    ports_per_server_count : int
        Ports of one server in one plane: its rails. [1]
    **rules
        Keywords of :class:`FabricRules`; ``radix_ports`` has no default.

    Returns
    -------
    FabricSize
        Counts over all planes.

    Raises
    ------
    ValueError
        If one switch was asked for and does not do, or three tiers do not.

    Examples
    --------
    >>> size = fabric_size(80, 8, radix_ports=64)
    >>> size.leaf, size.spine, size.spine_minimum, size.links_server_leaf, size.links_leaf_spine
    (24, 16, 12, 640, 768)
    """
    rule = FabricRules(**rules)
    plane = count_plane(servers_count, ports_per_server_count, rule)
    endpoints = servers_count * ports_per_server_count + rule.extra_endpoints
    down, up = rule.ports()
    n = rule.planes
    return FabricSize(
        servers_count=servers_count,
        endpoints=endpoints * n,
        leaf=plane.leaf * n,
        spine=plane.spine * n,
        core=plane.core * n,
        links_server_leaf=endpoints * n,
        links_leaf_spine=plane.uplinks * n,
        links_spine_core=plane.core_links * n,
        leaf_ports_free=plane.free * n,
        spine_minimum=plane.spine_minimum * n,
        links_inter_leaf=plane.between_leaves * n,
        core_even=plane.core_even * n,
        pods=plane.pods,
        rails_per_leaf=plane.rails_per_leaf,
        down_per_leaf=down,
        up_per_leaf=up,
        planes=n,
        radix_ports=rule.radix_ports,
        ports_per_server_count=ports_per_server_count,
        spine_groups=plane.spine_groups,
        spread=plane.spread,
    )
