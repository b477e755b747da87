"""Rack scale: a leaf takes whole racks of one rail, so the counts follow from racks and trays.

References
----------
.. [1] NVIDIA, "NVL72 AI Factory enterprise reference architecture (GB300)", network logical
       architecture, tables 6 and 7.
"""

from math import ceil

from designlib.physics.clos import smallest_divisor_at_least


def clos_rack_scale(
    racks_count: int,
    racks_per_leaf: int,
    rails_count: int,
    radix_ports: int,
    planes: int = 1,
    *,
    trays_per_rack: int,
    core_reserve: bool = False,
) -> tuple[int, int, int]:
    """Return leaves, spines and cores where a leaf takes whole racks of one rail.

    Parameters
    ----------
    racks_count : int
        Rack-scale systems to connect. [1]
    racks_per_leaf : int
        Racks that share the leaf of a rail. [racks]
    rails_count : int
        Ports of one tray in one plane. [1]
    radix_ports : int
        Ports of a switch at the speed of the plane. [ports]
    planes : int
        Separate, equal fabrics. [1]
    trays_per_rack : int
        Compute trays of one rack, each with a port on every rail. [1]
    core_reserve : bool
        Spines keep half their ports for a core tier that is added later.

    Returns
    -------
    tuple of int
        Leaves, spines, cores, totals over all planes [1]_. [1]

    Examples
    --------
    >>> clos_rack_scale(2, 2, 4, 128, 2, trays_per_rack=18)
    (8, 4, 0)
    """
    up = trays_per_rack * racks_per_leaf
    if up > radix_ports // 2:
        raise ValueError(
            f"{racks_per_leaf} racks of {trays_per_rack} trays need {up} ports, "
            f"above half of the {radix_ports} ports of a leaf"
        )
    leaves_per_rail = ceil(racks_count / racks_per_leaf)
    leaf = rails_count * leaves_per_rail
    if core_reserve:
        needed = ceil(leaves_per_rail * up / (radix_ports // 2))
        spine = rails_count * smallest_divisor_at_least(up, needed)
    else:
        spine = smallest_divisor_at_least(up, ceil(leaf * up / radix_ports))
    return leaf * planes, spine * planes, 0
