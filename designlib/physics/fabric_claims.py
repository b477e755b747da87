"""Fabric claims: hops, bisection and largest size follow from the counts of an evenly wired fabric.

The claims are about the fabric as it is wired: three tiers of whole pods and the even core count
(``whole_pods``). The graph of the real cables must bear them out.

References
----------
.. [1] M. Al-Fares, A. Loukissas, A. Vahdat, "A scalable, commodity data center network
       architecture", ACM SIGCOMM 2008, section 3, https://doi.org/10.1145/1402958.1402967.
.. [2] J. Kim, W. Dally, S. Scott, D. Abts, "Technology-driven, highly-scalable dragonfly
       topology", ISCA 2008, section 3.1, https://doi.org/10.1109/ISCA.2008.19.
"""

from bisect import bisect_right
from typing import NamedTuple, Unpack

from designlib.physics.dragonfly import Dragonfly
from designlib.physics.fabric_count import fabric_size
from designlib.physics.fabric_rules import FabricOptions, FabricSize


class LargestServers(NamedTuple):
    """Most servers that the same rules carry with so many tiers. [1]."""

    one_switch: int
    two_tiers: int
    three_tiers: int


def tiers(size: FabricSize) -> int:
    """Return the tiers of switches of a fabric: 0 without switches, else 1 to 3. [1]."""
    return 3 if size.core else 2 if size.spine else min(1, size.leaf)


def hops_max(size: FabricSize) -> int:
    """Return the switches on the shortest path between the two ports that are farthest apart.

    Parameters
    ----------
    size : FabricSize
        A fabric.

    Returns
    -------
    int
        Switches passed within one plane: 1, 2 for a pair of leaves, 3 or 5. [1]

    Examples
    --------
    >>> [hops_max(fabric_size(n, 8, radix_ports=64)) for n in (8, 32, 512)]
    [1, 3, 5]
    """
    leaves = size.leaf // size.planes
    if leaves <= 1:
        return leaves
    if size.pods == 1:
        return 3  # The cores of a fabric that is wired for more pods than it has.
    return {1: 2, 2: 3, 3: 5}[tiers(size)]


def bisection_links(size: FabricSize) -> int:
    r"""Return the most links' worth of traffic that passes between two halves of the leaves.

    Parameters
    ----------
    size : FabricSize
        A fabric that is wired evenly; three tiers as whole pods.

    Returns
    -------
    int
        Maximum flow between the first half of the leaves and the rest, all planes; inside one
        switch, half of its endpoints. [links]

    Notes
    -----
    Even wiring wastes no uplink, so the smaller half is the limit [1]_:

    .. math:: B = \lfloor L / 2 \rfloor \, U

    Rails without a common core tier are halved each for itself.

    Examples
    --------
    >>> bisection_links(fabric_size(32, 8, radix_ports=64))
    128
    """
    planes, groups = size.planes, size.spine_groups
    leaves = size.leaf // planes
    if tiers(size) == 1:
        return size.links_inter_leaf if leaves == 2 else size.endpoints // planes // 2 * planes
    return planes * groups * (leaves // groups // 2) * size.up_per_leaf


def bisection_frac(size: FabricSize) -> float:
    """Return the share of its speed that every port keeps when all talk across the bisection. [1].

    Examples
    --------
    >>> bisection_frac(fabric_size(32, 8, radix_ports=64))
    1.0
    """
    if tiers(size) == 1:
        half = size.endpoints // size.planes // 2 * size.planes
        return min(1.0, bisection_links(size) / half) if half else 1.0
    return min(1.0, size.up_per_leaf / size.down_per_leaf)


def survives_one_loss(size: FabricSize) -> bool:
    """Return whether all servers still reach each other when any one switch or cable is lost.

    Parameters
    ----------
    size : FabricSize
        A fabric; three tiers as whole pods.

    Returns
    -------
    bool
        True where every server has ports on two leaves, in one plane or in two, and two spines or
        two rails join them. False promises nothing: a fabric may then still survive many losses.

    Examples
    --------
    >>> survives_one_loss(fabric_size(32, 8, radix_ports=64))
    True
    >>> survives_one_loss(fabric_size(8, 8, radix_ports=64))
    False
    """
    if size.planes > 1:
        return True
    if size.ports_per_server_count < 2:
        return False
    if size.links_inter_leaf or size.spine_groups > 1:
        return True
    if size.rails_per_leaf in (0, size.ports_per_server_count):
        return False
    return size.spine >= 2 and size.up_per_leaf >= 2


def dragonfly_hops_max(fly: Dragonfly) -> int:
    """Return the routers on the longest shortest path: local, global and local link. [1].

    Examples
    --------
    >>> from designlib.physics.dragonfly import dragonfly
    >>> dragonfly_hops_max(dragonfly(8)), dragonfly_hops_max(dragonfly(8, 1))
    (4, 2)
    """
    return 4 if fly.groups > 1 else min(2, fly.routers_per_group)


def dragonfly_bisection_links(fly: Dragonfly) -> int:
    r"""Return the links between two halves of the groups of a dragonfly.

    Parameters
    ----------
    fly : Dragonfly
        A dragonfly in which all pairs of groups have equally many links [2]_.

    Returns
    -------
    int
        Global links that cross; local links where there is one group. [links]

    Examples
    --------
    >>> from designlib.physics.dragonfly import dragonfly
    >>> dragonfly_bisection_links(dragonfly(8))
    4160
    """
    parts = fly.groups if fly.groups > 1 else fly.routers_per_group
    crossing = (parts // 2) * (parts - parts // 2)
    if fly.groups == 1:
        return crossing
    return crossing * (fly.links_global // (fly.groups * (fly.groups - 1) // 2))


def largest_servers(ports_per_server_count: int, **rules: Unpack[FabricOptions]) -> LargestServers:
    """Return the most servers that the same rules carry in one switch, two and three tiers.

    Parameters
    ----------
    ports_per_server_count : int
        Ports of one server in one plane: its rails. [1]
    **rules
        Keywords of :class:`designlib.physics.fabric_rules.FabricRules`.

    Returns
    -------
    LargestServers
        Servers; 0 where the rules never build so few tiers. [1]

    Examples
    --------
    >>> largest_servers(8, radix_ports=64)
    LargestServers(one_switch=8, two_tiers=256, three_tiers=8192)
    """

    def built(servers: int) -> int:
        try:
            return tiers(fabric_size(servers, ports_per_server_count, **rules))
        except ValueError:
            return 4

    # More servers never need fewer tiers, and no fabric of three has more than k^3 ports down.
    counts = range(1, rules["radix_ports"] ** 3 + 2)
    one, two, three = (bisect_right(counts, n, key=built) for n in (1, 2, 3))
    return LargestServers(one, two, three)
