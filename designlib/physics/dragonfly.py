"""Dragonfly: groups of routers joined all to all, balanced so that no kind of link starves.

References
----------
.. [1] J. Kim, W. Dally, S. Scott, D. Abts, "Technology-driven, highly-scalable dragonfly
       topology", ISCA 2008, section 3.1, https://doi.org/10.1109/ISCA.2008.19.
"""

from math import ceil
from typing import NamedTuple


class Dragonfly(NamedTuple):
    """Counts of one dragonfly. [1]."""

    hosts_per_router: int
    routers_per_group: int
    globals_per_router: int
    groups: int
    radix_ports: int
    hosts: int
    routers: int
    links_local: int
    links_global: int


def dragonfly(hosts_per_router: int, groups_count: int | None = None) -> Dragonfly:
    r"""Return the counts of a balanced dragonfly with p hosts on each router.

    Parameters
    ----------
    hosts_per_router : int
        Hosts of one router, p. [1]
    groups_count : int or None
        Groups that are built; None builds all that one link between each pair allows. [1]

    Returns
    -------
    Dragonfly
        Routers, groups, hosts and links. [1]

    Notes
    -----
    Balanced means a = 2p = 2h, with a routers in a group and h global links a router [1]_:

    .. math:: k = p + h + a - 1, \quad g \le a h + 1, \quad hosts = a\,p\,g

    With fewer groups, every pair of groups gets the same whole number of links.

    Examples
    --------
    >>> fly = dragonfly(8)
    >>> fly.radix_ports, fly.groups, fly.hosts, fly.routers
    (31, 129, 16512, 2064)
    """
    if hosts_per_router < 1:
        raise ValueError(f"hosts_per_router {hosts_per_router} must be at least 1")
    a, h = 2 * hosts_per_router, hosts_per_router
    groups = a * h + 1 if groups_count is None else groups_count
    if not 1 <= groups <= a * h + 1:
        raise ValueError(f"groups_count {groups} must lie between 1 and {a * h + 1}")
    links_per_pair = a * h // (groups - 1) if groups > 1 else 0
    return Dragonfly(
        hosts_per_router=hosts_per_router,
        routers_per_group=a,
        globals_per_router=h,
        groups=groups,
        radix_ports=hosts_per_router + h + a - 1,
        hosts=a * hosts_per_router * groups,
        routers=a * groups,
        links_local=groups * a * (a - 1) // 2,
        links_global=groups * (groups - 1) // 2 * links_per_pair,
    )


def dragonfly_size(endpoints_count: int, radix_ports: int) -> Dragonfly:
    """Return the smallest balanced dragonfly of a given radix that carries the endpoints.

    Parameters
    ----------
    endpoints_count : int
        Ports to connect. [1]
    radix_ports : int
        Ports of a router; up to three may stay unused, because 4p - 1 are needed. [ports]

    Returns
    -------
    Dragonfly
        Counts with as few groups as carry the endpoints. [1]

    Examples
    --------
    >>> dragonfly_size(16512, 31).groups, dragonfly_size(1000, 31).groups
    (129, 8)
    """
    p = (radix_ports + 1) // 4
    if p < 1:
        raise ValueError(f"radix_ports {radix_ports} is too small for a dragonfly")
    groups = max(1, ceil(endpoints_count / (2 * p * p)))
    largest = 2 * p * p + 1
    if groups > largest:
        raise ValueError(
            f"{endpoints_count} endpoints need {groups} groups, above the {largest} that routers "
            f"of {radix_ports} ports can join"
        )
    return dragonfly(p, groups)
