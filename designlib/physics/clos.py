"""Clos: leaves, spines and cores follow from endpoints, radix and even wiring alone.

The counting laws of folded Clos fabrics, per plane. Every function returns plain counts; which
devices have that radix is for the catalog to say. ``designlib.physics.switching`` builds whole
fabrics, growth steps and moves from these laws.

References
----------
.. [1] M. Al-Fares, A. Loukissas, A. Vahdat, "A scalable, commodity data center network
       architecture", ACM SIGCOMM 2008, section 3, https://doi.org/10.1145/1402958.1402967.
.. [2] NVIDIA, "DGX SuperPOD H100 reference architecture", RA-11333-001 V11, 2023, tables 3 and 4.
"""

from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import NamedTuple


class Ports(NamedTuple):
    """Ports of one leaf: ``down`` to endpoints, ``up`` to spines. [ports]."""

    down: int
    up: int


@lru_cache(maxsize=1024)
def leaf_ports(radix_ports: int, oversubscription: float = 1.0) -> Ports:
    r"""Return the down and up ports of a full leaf that keeps its oversubscription promise.

    Parameters
    ----------
    radix_ports : int
        Ports of the switch at the stated speed. [ports]
    oversubscription : float
        Largest allowed ratio of down to up ports; 1 is non-blocking. [1]

    Returns
    -------
    Ports
        Ports down and up, together the whole radix. [ports]

    Notes
    -----
    .. math:: U = \lceil k / (1 + o) \rceil, \quad D = k - U \le o\,U

    The floor would break the promise: k = 64 and o = 2 would give 43 down for 21 up.

    Examples
    --------
    >>> leaf_ports(64)
    Ports(down=32, up=32)
    >>> leaf_ports(64, 2)
    Ports(down=42, up=22)
    """
    if radix_ports < 2 or oversubscription <= 0:
        raise ValueError(
            f"radix_ports {radix_ports} must be at least 2 and oversubscription "
            f"{oversubscription} must be above 0"
        )
    # An exact ratio: 64 / (1 + 1/3) is 48, in floating point a little more.
    up = ceil(radix_ports / (1 + Fraction(oversubscription).limit_denominator(1000)))
    return Ports(radix_ports - up, up)


def smallest_divisor_at_least(uplinks_count: int, minimum_count: int) -> int:
    """Return the smallest divisor of the uplinks of a leaf that is not below the minimum.

    Parameters
    ----------
    uplinks_count : int
        Uplinks of one leaf, spread evenly over the spines. [1]
    minimum_count : int
        Spines that the ports alone would need. [1]

    Returns
    -------
    int
        Spines of an evenly wired fabric, never above ``uplinks_count``. [1]

    Examples
    --------
    40 leaves of 64 ports need 20 spines by their ports, but 32 uplinks spread over 32 spines.

    >>> smallest_divisor_at_least(32, 20)
    32
    """
    first = max(1, minimum_count)
    return next(
        (d for d in range(first, uplinks_count + 1) if uplinks_count % d == 0), uplinks_count
    )


def even_cores(pods_count: int, radix_ports: int) -> int:
    """Return the cores of an evenly wired, non-blocking three-tier fabric of whole pods.

    Parameters
    ----------
    pods_count : int
        Pods of k/2 leaves and k/2 spines. [1]
    radix_ports : int
        Ports of every switch. [ports]

    Returns
    -------
    int
        Cores: for each of the k/2 spine positions, the smallest divisor of k/2 that is at
        least half the pods. [1]

    Examples
    --------
    >>> [even_cores(pods, 64) for pods in (4, 8, 9)]
    [64, 128, 256]
    """
    half = radix_ports // 2
    return half * smallest_divisor_at_least(half, ceil(pods_count / 2))


def auto_rails_per_leaf(servers_count: int, rails_count: int, downlinks_count: int) -> int:
    """Return the most whole rails that one leaf holds: a divisor of the rails, at least 1.

    Parameters
    ----------
    servers_count : int
        Servers in the fabric. [1]
    rails_count : int
        Ports of one server in one plane, each on its own rail. [1]
    downlinks_count : int
        Ports of a leaf that face servers. [1]

    Returns
    -------
    int
        Rails that share a leaf. [1]
    """
    fits = (d for d in range(1, rails_count + 1) if rails_count % d == 0)
    return max((d for d in fits if servers_count * d <= downlinks_count), default=1)


def rail_leaves(
    servers_count: int,
    rails_count: int,
    radix_ports: int,
    rails_per_leaf: int | None = None,
    oversubscription: float = 1.0,
) -> int:
    r"""Return the leaves of one rail-optimized plane.

    Parameters
    ----------
    servers_count : int
        Servers in the fabric. [1]
    rails_count : int
        Ports of one server in one plane. [1]
    radix_ports : int
        Ports of a leaf. [ports]
    rails_per_leaf : int or None
        Rails that share a leaf; None packs as many whole rails as fit. [1]
    oversubscription : float
        Down over up ports of a leaf. [1]

    Returns
    -------
    int
        Leaves of the plane. [1]

    Notes
    -----
    .. math:: L = \frac{rails}{r} \left\lceil \frac{servers \cdot r}{D} \right\rceil

    Examples
    --------
    >>> rail_leaves(80, 8, 64), rail_leaves(32, 8, 128), rail_leaves(32, 8, 128, rails_per_leaf=1)
    (24, 4, 8)
    """
    down = leaf_ports(radix_ports, oversubscription).down
    together = rails_per_leaf or auto_rails_per_leaf(servers_count, rails_count, down)
    if rails_count % together:
        raise ValueError(f"rails_per_leaf {together} does not divide the {rails_count} rails")
    return rails_count // together * ceil(servers_count * together / down)


def clos(endpoints_per_plane: int, radix_ports: int, planes: int = 1) -> tuple[int, int, int]:
    """Return leaves, spines and cores of a non-blocking fat-tree, totals over all planes.

    Parameters
    ----------
    endpoints_per_plane : int
        Ports to connect in one plane. [ports]
    radix_ports : int
        Ports of a switch at the speed of the plane. [ports]
    planes : int
        Separate, equal fabrics that the endpoints are split over. [1]

    Returns
    -------
    tuple of int
        Leaves, spines, cores; cores as published tables print them, the bare minimum. [1]

    Notes
    -----
    One switch while it holds all endpoints; two tiers up to k leaves, with spines that the
    uplinks of a leaf divide over evenly; three tiers above, at most k^3/4 endpoints [1]_ [2]_.

    Examples
    --------
    >>> clos(1024, 64), clos(4096, 64), clos(512, 128, planes=2)
    ((32, 16, 0), (128, 128, 64), (16, 8, 0))
    """
    if endpoints_per_plane <= radix_ports:
        return planes, 0, 0
    down, up = leaf_ports(radix_ports)
    leaf = ceil(endpoints_per_plane / down)
    if leaf <= radix_ports:
        spine = smallest_divisor_at_least(up, ceil(leaf * up / radix_ports))
        return leaf * planes, spine * planes, 0
    return leaf * planes, leaf * planes, ceil(leaf * up / radix_ports) * planes
