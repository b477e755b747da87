"""Fabric count: switches and links of one fabric follow from its endpoints and its policies.

The laws are those of :mod:`designlib.physics.clos`; the policies those of
:mod:`designlib.physics.fabric_rules`. A plane is one switch, a pair of leaves, two tiers or three.
"""

from dataclasses import dataclass
from math import ceil
from typing import Unpack

from designlib.physics.clos import auto_rails_per_leaf, rail_leaves, smallest_divisor_at_least
from designlib.physics.fabric_rules import FabricOptions, FabricRules, FabricSize


@dataclass(slots=True)
class _Plane:
    """Counts of one plane while they are worked out."""

    leaf: int
    free: int
    rails_per_leaf: int
    spine: int = 0
    core: int = 0
    pods: int = 0
    spine_minimum: int = 0
    core_even: int = 0
    uplinks: int = 0
    core_links: int = 0
    between_leaves: int = 0
    spine_groups: int = 1


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
    plane = _plane(servers_count, ports_per_server_count, rule)
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
    )


def _plane(servers: int, rails: int, rule: FabricRules) -> _Plane:
    """Return one plane: a single switch, a pair of leaves, or two or three tiers."""
    unit = rule.scalable_unit_count
    built_for = ceil(servers / unit) * unit
    endpoints = servers * rails + rule.extra_endpoints
    wanted = max(built_for * rails, endpoints)
    radix, down = rule.radix_ports, rule.ports().down
    single = rule.topology == "single"
    flat = not (rule.keep_spine or rule.core_reserve)
    if single and wanted > radix:
        raise ValueError(f"{wanted} ports do not fit one switch of {radix} ports")
    if wanted <= radix and (single or (flat and rule.min_leaves <= 1)):
        return _Plane(leaf=min(1, wanted), free=radix - endpoints, rails_per_leaf=rails)
    if flat and rule.min_leaves == 2 and wanted <= 2 * down:
        between = ceil(ceil(endpoints / 2) / rule.oversubscription)
        return _Plane(2, 2 * down - endpoints, rails, between_leaves=between)
    plane = _leaves(built_for, endpoints, rails, rule)
    if plane.leaf <= radix:
        _two_tiers(plane, rails, rule)
    else:
        _three_tiers(plane, rule)
    plane.free = plane.leaf * down - endpoints
    return plane


def _leaves(built_for: int, endpoints: int, rails: int, rule: FabricRules) -> _Plane:
    """Return a plane with its leaves only."""
    down = rule.ports().down
    together = 0
    if rule.rack_scale:
        together = 1
        leaf = rails * ceil(built_for / down)
    elif rule.topology == "rail-optimized" or (rule.topology == "auto" and rails > 1):
        together = rule.rails_per_leaf or auto_rails_per_leaf(built_for, rails, down)
        leaf = rail_leaves(built_for, rails, rule.radix_ports, together, rule.oversubscription)
    else:
        leaf = ceil(built_for * rails / down)
    if leaf < rule.min_leaves and together and not (rule.rails_per_leaf or rule.rack_scale):
        together = _fewer_rails(built_for, rails, together, rule)
    leaf = max(leaf, rule.min_leaves, ceil(endpoints / down))
    if rule.rack_scale:
        leaf = ceil(leaf / rails) * rails  # Every rail has as many leaves.
    return _Plane(leaf, 0, together)


def _fewer_rails(built_for: int, rails: int, together: int, rule: FabricRules) -> int:
    """Return the fewest rails a leaf that a minimum of leaves pays for: rails spread over it."""
    return next(
        d
        for d in range(1, together + 1)
        if together % d == 0
        and (
            d == together
            or rail_leaves(built_for, rails, rule.radix_ports, d, rule.oversubscription)
            <= rule.min_leaves
        )
    )


def _two_tiers(plane: _Plane, rails: int, rule: FabricRules) -> None:
    """Add the spines: enough ports, and the uplinks of a leaf divide evenly over them."""
    radix, up = rule.radix_ports, rule.ports().up
    plane.uplinks = plane.leaf * up
    plane.spine_minimum = ceil(plane.uplinks / radix)
    if rule.core_reserve:
        # Leaves that take whole racks of one rail have spines of their own on every rail.
        plane.spine_groups = rails if rule.rack_scale else 1
        plane.spine_minimum = ceil(ceil(plane.leaf / plane.spine_groups) * up / (radix // 2))
    if max(plane.spine_minimum, rule.min_spines) > up:
        raise ValueError(f"min_spines {rule.min_spines}: the {up} uplinks of a leaf reach no more")
    of_group = smallest_divisor_at_least(up, max(plane.spine_minimum, rule.min_spines))
    plane.spine, plane.spine_minimum = (
        n * plane.spine_groups for n in (of_group, plane.spine_minimum)
    )


def _three_tiers(plane: _Plane, rule: FabricRules) -> None:
    """Add spines that keep half their ports for the cores, and the cores."""
    radix, up = rule.radix_ports, rule.ports().up
    half = radix // 2
    plane.pods = ceil(plane.leaf / half)
    if plane.pods > radix:
        raise ValueError(
            f"{plane.leaf} leaves make {plane.pods} pods; three tiers of {radix}-port switches "
            f"join at most {radix}"
        )
    plane.core_even = up * smallest_divisor_at_least(half, ceil(plane.pods * half / radix))
    if rule.whole_pods:
        plane.leaf, plane.spine, plane.core = plane.pods * half, plane.pods * up, plane.core_even
    else:
        plane.spine = ceil(plane.leaf * up / half)
        plane.core = ceil(plane.leaf * up / radix)
    plane.uplinks = plane.leaf * up
    plane.core_links = plane.uplinks
    plane.spine_minimum = ceil(plane.uplinks / half)
