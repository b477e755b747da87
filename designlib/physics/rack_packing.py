"""Rack packing: mixed equipment goes into the first rack with room, the largest share first.

First fit in order of falling share is an any-fit algorithm, so that the guarantee of
:func:`designlib.physics.racks.racks_guaranteed` holds for it.
"""

from collections.abc import Iterable
from math import ceil, inf
from typing import NamedTuple

_ROUNDING = 1e-9
"""Relative slack that keeps 0.1 + 0.2 within 0.3."""


class RackCapacity(NamedTuple):
    """What one rack offers.

    Parameters
    ----------
    usable_u : float
        Height. [U]
    limit_kw : float
        The smaller of feed and cooling. [kW]
    limit_kg : float
        Weight that rack and floor carry. [kg]
    """

    usable_u: float
    limit_kw: float = inf
    limit_kg: float = inf


class RackItem(NamedTuple):
    """One piece of equipment.

    Parameters
    ----------
    id : str
        Name, which breaks ties of order.
    height_u : float
        Height, rounded up to whole units. [U]
    kw : float
        Maximum power. [kW]
    kg : float
        Weight. [kg]
    """

    id: str
    height_u: float
    kw: float = 0.0
    kg: float = 0.0


class Placed(NamedTuple):
    """Where an item stands.

    Parameters
    ----------
    id : str
        Name of the item.
    rack : int
        Rack, counted from 0. [1]
    u_bottom, u_height : int
        Lowest unit, counted from 1, and height. [U]
    kw, kg : float
        Maximum power and weight. [kW], [kg]
    """

    id: str
    rack: int
    u_bottom: int
    u_height: int
    kw: float
    kg: float


def scalar_share(item: tuple[float, float, float], capacity: tuple[float, float, float]) -> float:
    """Return the share of a rack that an item fills in the dimension it fills most.

    Parameters
    ----------
    item : tuple of float
        Height, rounded up to whole units, maximum power and weight. [U], [kW], [kg]
    capacity : tuple of float
        The same of the rack; infinite where nothing limits. [U], [kW], [kg]

    Returns
    -------
    float
        Largest share; above 1 the item fits no rack. [1]

    Examples
    --------
    >>> scalar_share((2, 3.0, 60), (40, 12, 1200))
    0.25
    """
    (height_u, kw, kg), (usable_u, limit_kw, limit_kg) = item, capacity
    return max(ceil(height_u) / usable_u, kw / limit_kw, kg / limit_kg)


def pack_first_fit(
    items: Iterable[tuple[str, float, float, float]], capacity: tuple[float, float, float]
) -> tuple[Placed, ...]:
    """Return a placement of mixed equipment in equal racks.

    Parameters
    ----------
    items : iterable of tuple
        Id, height, maximum power and weight of each, as :class:`RackItem`. [U], [kW], [kg]
    capacity : tuple of float
        What each rack offers, as :class:`RackCapacity`. [U], [kW], [kg]

    Returns
    -------
    tuple of Placed
        Positions, by rack and from the floor up; the largest shares stand lowest.

    Raises
    ------
    ValueError
        If an item fits no empty rack.

    Examples
    --------
    >>> [(p.id, p.rack, p.u_bottom)
    ...  for p in pack_first_fit([("a", 2, 1, 9), ("b", 5, 1, 9), ("c", 4, 1, 9)], (8, 9, 99))]
    [('b', 0, 1), ('a', 0, 6), ('c', 1, 1)]
    """
    rack = RackCapacity(*capacity)
    sized = [
        (scalar_share((u, kw, kg), rack), RackItem(name, u, kw, kg)) for name, u, kw, kg in items
    ]
    used: list[tuple[int, float, float]] = []
    placed: list[Placed] = []
    for share, item in sorted(sized, key=lambda pair: (-pair[0], pair[1].id)):
        if share > 1 + _ROUNDING:
            raise ValueError(f"{item.id} fills more than one rack")
        number = next((n for n, full in enumerate(used) if _has_room(full, item, rack)), len(used))
        if number == len(used):
            used.append((0, 0.0, 0.0))
        (u, kw, kg), height = used[number], ceil(item.height_u)
        placed.append(Placed(item.id, number, u + 1, height, item.kw, item.kg))
        used[number] = (u + height, kw + item.kw, kg + item.kg)
    return tuple(sorted(placed, key=lambda spot: (spot.rack, spot.u_bottom)))


def _has_room(used: tuple[int, float, float], item: RackItem, rack: RackCapacity) -> bool:
    u, kw, kg = used
    return (
        u + ceil(item.height_u) <= rack.usable_u
        and kw + item.kw <= rack.limit_kw * (1 + _ROUNDING)
        and kg + item.kg <= rack.limit_kg * (1 + _ROUNDING)
    )
