"""Fabric rate: what a job keeps of its port speed, and what two kinds of traffic leave each other.

Inside one block of leaves a port has its whole speed. Across blocks all ports share the uplinks, so
an oversubscribed fabric gives each its share of them; how well the uplinks are used is a factor of
the routing, which is measured or assumed, never a law.
"""

from collections.abc import Mapping

from designlib.physics.fabric_rules import FabricSize


def servers_of_a_block(size: FabricSize) -> int:
    """Return the servers whose traffic meets without an uplink.

    Parameters
    ----------
    size : FabricSize
        A fabric.

    Returns
    -------
    int
        Servers that share their leaves, rail by rail where leaves follow rails. [1]

    Examples
    --------
    >>> from designlib.physics.fabric_count import fabric_size
    >>> [servers_of_a_block(fabric_size(n, 8, radix_ports=64)) for n in (8, 16, 256)]
    [8, 16, 32]
    """
    if not size.spine and not size.links_inter_leaf:
        return size.servers_count
    if size.links_inter_leaf:
        # Both leaves of a pair hold a port of every server that has two.
        return size.servers_count if size.ports_per_server_count > 1 else 1
    ports = size.rails_per_leaf or size.ports_per_server_count
    return min(size.servers_count, size.down_per_leaf // ports)


def network_rate_frac(
    size: FabricSize, job_servers_count: int, routing_efficiency_frac: float = 1.0
) -> float:
    r"""Return the share of its port speed that every server of a job keeps, at worst.

    Parameters
    ----------
    size : FabricSize
        The compute fabric.
    job_servers_count : int
        Servers of the job. [1]
    routing_efficiency_frac : float
        Share of the uplinks that routing and congestion control make use of: near 1 with adaptive
        routing, lower with static hashing; a measured or assumed figure. [1]

    Returns
    -------
    float
        1 inside a block; across blocks the uplinks that each port has, if all talk across. [1]

    Notes
    -----
    .. math:: f = \min\left(1, \frac{U}{D}\,\eta\right)

    Ring collectives that follow the rails cross a leaf once a ring and lose less; all-to-all
    traffic of experts loses this much.

    Examples
    --------
    >>> from designlib.physics.fabric_count import fabric_size
    >>> half = fabric_size(128, 8, radix_ports=64, oversubscription=2)
    >>> network_rate_frac(half, 8), round(network_rate_frac(half, 128), 2)
    (1.0, 0.52)
    """
    if job_servers_count <= servers_of_a_block(size) or not size.down_per_leaf:
        return 1.0
    if size.links_inter_leaf:
        share = 2 * size.links_inter_leaf / size.endpoints
    else:
        share = size.up_per_leaf / size.down_per_leaf
    return min(1.0, share * routing_efficiency_frac)


def converged_headroom_gbit_s(
    peaks_gbit_s: Mapping[str, float], capacity_gbit_s: float, busy_frac: float = 1.0
) -> float:
    """Return what a shared network has left when all kinds of its traffic peak at once.

    Parameters
    ----------
    peaks_gbit_s : mapping of str to float
        Kind of traffic -> its peak, such as storage, in-band and users. [Gbit/s]
    capacity_gbit_s : float
        What the network carries across its bisection. [Gbit/s]
    busy_frac : float
        Load up to which queues stay short. [1]

    Returns
    -------
    float
        Headroom; below 0 the kinds of traffic need networks of their own. [Gbit/s]

    Examples
    --------
    >>> converged_headroom_gbit_s({"storage": 400, "in-band": 100}, 1000, 0.7)
    200.0
    """
    return capacity_gbit_s * busy_frac - sum(peaks_gbit_s.values())
