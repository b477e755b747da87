r"""Racks: a rack holds what its height, its feed, its cooling and its floor allow, all at once.

References
----------
.. [1] D. S. Johnson, "Near-optimal bin packing algorithms", MIT, 1973: any-fit algorithms.
.. [2] M. R. Garey, R. L. Graham, D. S. Johnson, A. C. Yao, "Resource constrained scheduling as
       generalized bin packing", Journal of Combinatorial Theory A 21, 1976: several resources.
"""

from math import ceil, floor, inf

from designlib.physics.rack_packing import (
    Placed,
    RackCapacity,
    RackItem,
    pack_first_fit,
    scalar_share,
)

__all__ = [
    "Placed",
    "RackCapacity",
    "RackItem",
    "first_fit_share",
    "left_over_guaranteed",
    "mixed_frac",
    "pack_first_fit",
    "racks_guaranteed",
    "scalar_share",
    "servers_per_rack",
    "total_share_guaranteed",
]

_ROUNDING = 1e-9
"""Relative slack that keeps 0.1 + 0.2 within 0.3."""


def servers_per_rack(
    height_u: float,
    power_max_kw: float,
    weight_kg: float,
    *,
    usable_u: float,
    feed_kw: float = inf,
    cooling_kw: float = inf,
    weight_limit_kg: float = inf,
) -> tuple[int, str]:
    r"""Return how many equal servers one rack holds, and what stops the next one.

    Parameters
    ----------
    height_u : float
        Height of a server. [U]
    power_max_kw : float
        Maximum power of a server. [kW]
    weight_kg : float
        Weight of a server. [kg]
    usable_u : float
        Height left for servers. [U]
    feed_kw : float
        Continuous load after the loss of a feed. [kW]
    cooling_kw : float
        Heat that the position can remove. [kW]
    weight_limit_kg : float
        Weight that rack and floor carry. [kg]

    Returns
    -------
    tuple of (int, str)
        Servers, and the binding limit: "height", "feed", "cooling" or "weight", the first of
        them where several bind.

    Notes
    -----
    .. math:: \min\left(\lfloor U/u \rfloor, \lfloor F/P \rfloor, \lfloor C/P \rfloor,
              \lfloor W/w \rfloor\right)

    Examples
    --------
    >>> servers_per_rack(8, 10.2, 130, usable_u=42, feed_kw=40, cooling_kw=60)
    (3, 'feed')
    """
    limits = {
        "height": (usable_u, height_u),
        "feed": (feed_kw, power_max_kw),
        "cooling": (cooling_kw, power_max_kw),
        "weight": (weight_limit_kg, weight_kg),
    }
    fits = {word: _fits(limit, each) for word, (limit, each) in limits.items()}
    binding = min(fits, key=lambda word: fits[word])
    if fits[binding] == inf:
        raise ValueError("a server without height, power and weight fills no rack")
    return int(fits[binding]), binding


def _fits(limit: float, each: float) -> float:
    if each <= 0 or limit == inf:
        return inf
    return float(max(0, floor(limit / each * (1 + _ROUNDING))))


def racks_guaranteed(total_share: float, share_max: float) -> int:
    r"""Return a number of racks into which any-fit packing always puts all items.

    Parameters
    ----------
    total_share : float
        Sum of the scalar shares of all items. [1]
    share_max : float
        Largest scalar share of one item, at most 1. [1]

    Returns
    -------
    int
        Racks that suffice, whatever the mix and the order of items. [1]

    Notes
    -----
    Let an item of scalar share s find no room in n racks. In each rack some dimension holds more
    than 1 - s of its capacity, and the scalar shares of the items there add up to at least that.
    With the item itself, the total share is above :math:`n (1 - s) + s`, which falls as s rises.
    So a total of at most

    .. math:: n (1 - s_{max}) + s_{max}

    fits n racks [1]_ [2]_; for one rack that is the exact 1. Items above one half gain nothing
    from this, but any-fit opens a rack only for an item that fits none of the others, so of n + 1
    open racks each pair holds more than 1 together and all of them more than (n + 1) / 2: what
    the formula gives for one half, which is therefore the largest share that counts.

    Examples
    --------
    >>> racks_guaranteed(1.0, 0.3), racks_guaranteed(6.0, 0.25), racks_guaranteed(3.0, 0.9)
    (1, 8, 5)
    """
    if not 0 <= share_max <= 1 + _ROUNDING:
        raise ValueError(f"share_max {share_max} must lie between 0 and 1: the item fits no rack")
    if total_share <= 0:
        return 0
    counted = min(share_max, 0.5)
    return max(1, ceil((total_share - counted) / (1 - counted) - _ROUNDING))


def mixed_frac(share_max: float) -> float:
    """Return the share of each rack that mixed equipment may fill so that any-fit always succeeds.

    Parameters
    ----------
    share_max : float
        Largest scalar share of one item. [1]

    Returns
    -------
    float
        Share, at least one half; the slope of :func:`total_share_guaranteed`. [1]

    Examples
    --------
    >>> mixed_frac(0.25), mixed_frac(0.9)
    (0.75, 0.5)
    """
    return 1 - min(share_max, 0.5)


def total_share_guaranteed(racks_count: int, share_max: float) -> float:
    """Return the total scalar share that always fits a number of racks.

    Parameters
    ----------
    racks_count : int
        Racks. [1]
    share_max : float
        Largest scalar share of one item. [1]

    Returns
    -------
    float
        Total share; the inverse of :func:`racks_guaranteed`, linear in racks from the first. [1]

    Examples
    --------
    >>> total_share_guaranteed(1, 0.25), total_share_guaranteed(8, 0.25)
    (1.0, 6.25)
    """
    slope = mixed_frac(share_max)
    return racks_count * slope + (1 - slope) if racks_count > 0 else 0.0


def first_fit_share(share: float, small_max: float) -> float:
    r"""Return what an item counts so that first fit always finds room, whatever comes when.

    Parameters
    ----------
    share : float
        Scalar share of the item, at most 1. [1]
    small_max : float
        Largest scalar share that counts as it is; a larger item counts a whole rack. [1]

    Returns
    -------
    float
        Share of :func:`mixed_frac` of ``small_max`` that racks supply each. [1]

    Notes
    -----
    Let :math:`\sigma` be the largest small share, and let racks be filled by first fit [1]_. A
    small item goes into a rack only where the racks before reject it, so of the racks without a
    large item all but the last hold more than :math:`1 - \sigma`. With k large items among n racks
    and small ones of at most :math:`(n - k)(1 - \sigma)` together, at most n - k racks hold small
    items only. A large item that is rejected would leave at most k - 1 racks to the other large
    ones, so one rack would be empty, and an empty rack rejects nothing. A small item that is
    rejected would mean more than :math:`1 - \sigma` in each of the n - k racks without a large
    item. Racks and items may come at any time, as long as nothing leaves.

    Examples
    --------
    >>> first_fit_share(0.1, 0.25), first_fit_share(0.4, 0.25)
    (0.1, 0.75)
    """
    return share if share <= small_max else mixed_frac(small_max)


def left_over_guaranteed(left_frac: float, share_max: float) -> float:
    r"""Return the share that what is left of a rack of servers adds to the racks of mixed things.

    Parameters
    ----------
    left_frac : float
        Share of a rack that its servers leave free in the dimension they fill most. [1]
    share_max : float
        Largest scalar share of one item that is to be packed. [1]

    Returns
    -------
    float
        Share, 0 where the largest item may not fit or fills more than half of a rack. [1]

    Notes
    -----
    Let an item of share s find no room. Each of n whole racks then holds more than 1 - s of mixed
    things, and each rack b of which :math:`r_b` is left more than :math:`r_b - s`: in some
    dimension, so in scalar shares. With the item itself the total share is above
    :math:`n (1 - s) + \sum_b (r_b - s) + s`, which falls as s rises. So a total of at most

    .. math:: n (1 - s_{max}) + \sum_b \max(0, r_b - s_{max})

    always fits, whatever the order. Above one half the pairs of :func:`racks_guaranteed` would be
    needed, which racks that are partly filled do not keep.

    Examples
    --------
    >>> left_over_guaranteed(0.75, 0.25), left_over_guaranteed(0.25, 0.5)
    (0.5, 0.0)
    """
    return max(0.0, left_frac - share_max) if share_max < 0.5 else 0.0
