"""Border: enough links to the outside that the loss of any one carrier or router is not felt."""

from math import ceil
from typing import NamedTuple


class Border(NamedTuple):
    """Links and routers at the border of a site. [1]."""

    links_per_carrier: int
    links: int
    routers: int


def border(
    traffic_gbit_s: float,
    link_gbit_s: float,
    carriers_count: int,
    *,
    busy_frac: float = 1.0,
    routers_count: int = 2,
) -> Border:
    r"""Return the links to the outside, spread over carriers and routers.

    Parameters
    ----------
    traffic_gbit_s : float
        Peak traffic in the busier direction. [Gbit/s]
    link_gbit_s : float
        Speed of one link. [Gbit/s]
    carriers_count : int
        Carriers on separate ways; from two on, any one may be lost. [1]
    busy_frac : float
        Load up to which a link keeps its queues short. [1]
    routers_count : int
        Border routers; from two on, any one may be lost. [1]

    Returns
    -------
    Border
        Links of each carrier, all links, routers; every carrier has a link on each router.

    Notes
    -----
    With :math:`n` carriers and :math:`r` routers of which one may fail, each carrier carries

    .. math:: l = \left\lceil \frac{T}{b\,v\,\min(n - 1,\, n (r - 1) / r)} \right\rceil

    links, at least one on each router; a single carrier or router leaves nothing to lose.

    Examples
    --------
    >>> border(150, 100, 2)
    Border(links_per_carrier=2, links=4, routers=2)
    """
    if carriers_count < 1 or routers_count < 1 or link_gbit_s <= 0 or not 0 < busy_frac <= 1:
        raise ValueError("a border has a carrier, a router, a link speed, and a load in (0, 1]")
    left = [float(carriers_count)]
    if carriers_count > 1:
        left.append(carriers_count - 1.0)
    if routers_count > 1:
        left.append(carriers_count * (routers_count - 1) / routers_count)
    needed = ceil(traffic_gbit_s / (busy_frac * link_gbit_s * min(left)) - 1e-9)
    # Equal shares: what a router loses is then the same for every carrier.
    each = ceil(max(needed, 1) / routers_count) * routers_count
    return Border(each, each * carriers_count, routers_count)
