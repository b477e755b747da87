"""Fabric plane: one plane of a fabric is one switch, a pair of leaves, two tiers or three.

The laws are those of :mod:`designlib.physics.clos`; the policies those of
:mod:`designlib.physics.fabric_rules`.
"""

from dataclasses import dataclass, replace
from math import ceil

from designlib.physics.clos import auto_rails_per_leaf, rail_leaves, smallest_divisor_at_least
from designlib.physics.fabric_rules import FabricRules


@dataclass(slots=True)
class Plane:
    """Counts of one plane while they are worked out; fields as of ``FabricSize``."""

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
    spread: bool = False


def count_plane(servers: int, rails: int, rule: FabricRules) -> Plane:
    """Return the counts of one plane.

    Parameters
    ----------
    servers : int
        Servers to connect. [1]
    rails : int
        Ports of one server in the plane. [1]
    rule : FabricRules
        The switch and the policies.

    Returns
    -------
    Plane
        Counts; spines and cores are those of the final size where one is stated.

    Raises
    ------
    ValueError
        If the rules cannot build so large a fabric.
    """
    if rule.final_servers_count > servers:
        final = count_plane(rule.final_servers_count, rails, replace(rule, final_servers_count=0))
        if final.spine:
            return _towards(final, servers, rails, rule)
    unit = rule.scalable_unit_count
    built_for = ceil(servers / unit) * unit
    endpoints = servers * rails + rule.extra_endpoints
    wanted = max(built_for * rails, endpoints)
    radix, down = rule.radix_ports, rule.ports().down
    single = rule.topology == "single"
    if single and wanted > radix:
        raise ValueError(f"{wanted} ports do not fit one switch of {radix} ports")
    flat = _may_be_flat(rails, rule)
    if wanted <= radix and (single or (flat and rule.min_leaves <= 1)):
        return Plane(leaf=min(1, wanted), free=radix - endpoints, rails_per_leaf=rails)
    if flat and rule.min_leaves == 2 and wanted <= 2 * down:
        between = ceil(ceil(endpoints / 2) / rule.oversubscription)
        return Plane(2, 2 * down - endpoints, rails, between_leaves=between)
    plane = _leaves(built_for, endpoints, rails, rule)
    if plane.leaf <= _leaves_of_two_tiers(rails, rule):
        _two_tiers(plane, rails, rule)
    else:
        _three_tiers(plane, rule)
    plane.free = plane.leaf * down - endpoints
    return plane


def _leaves_of_two_tiers(rails: int, rule: FabricRules) -> int:
    """Return the most leaves that spines join: one a port, on every rail if rails are apart."""
    if not rule.core_reserve:
        return rule.radix_ports
    return rule.radix_ports // 2 * (rails if rule.rack_scale else 1)


def _may_be_flat(rails: int, rule: FabricRules) -> bool:
    """Return whether one switch, or a pair, may do; policies that name leaves or spines say no."""
    apart = rule.rails_per_leaf is not None and rule.rails_per_leaf < rails
    return not (rule.keep_spine or rule.core_reserve or rule.rack_scale or apart)


def _towards(final: Plane, servers: int, rails: int, rule: FabricRules) -> Plane:
    """Return a plane with the leaves of today under the spines and cores of its final size."""
    now = replace(
        rule, final_servers_count=0, keep_spine=True,
        rails_per_leaf=final.rails_per_leaf or None,
    )  # fmt: skip
    unit = rule.scalable_unit_count
    endpoints = servers * rails + rule.extra_endpoints
    plane = _leaves(ceil(servers / unit) * unit, endpoints, rails, now)
    down, up = rule.ports()
    plane.leaf = min(plane.leaf, final.leaf)
    plane.spine, plane.core, plane.core_even = final.spine, final.core, final.core_even
    plane.spine_groups, plane.spine_minimum = final.spine_groups, final.spine_minimum
    if final.pods:
        half = rule.radix_ports // 2
        plane.pods = ceil(plane.leaf / half)
        plane.leaf = plane.pods * half if rule.whole_pods else plane.leaf
        plane.spine = plane.pods * up if rule.whole_pods else ceil(plane.leaf * up / half)
        plane.spine_minimum = plane.spine
        plane.core_links = plane.leaf * up
    plane.uplinks = plane.leaf * up
    plane.free = plane.leaf * down - endpoints
    return plane


def _leaves(built_for: int, endpoints: int, rails: int, rule: FabricRules) -> Plane:
    """Return a plane with its leaves only."""
    down = rule.ports().down
    together = 0
    if rule.rack_scale:
        together = 1
        leaf = rails * ceil(built_for / down)
    elif rule.topology == "rail-optimized" or (rule.topology == "auto" and rails > 1):
        together, leaf = _rails(built_for, rails, rule)
    else:
        leaf = ceil(built_for * rails / down)
    spread = leaf < rule.min_leaves and not rule.rack_scale
    leaf = max(leaf, rule.min_leaves, ceil(endpoints / down))
    if rule.rack_scale:
        leaf = ceil(leaf / rails) * rails  # Every rail has as many leaves.
    return Plane(leaf, 0, together, spread=spread)


def _rails(built_for: int, rails: int, rule: FabricRules) -> tuple[int, int]:
    """Return rails a leaf and leaves; a minimum of leaves first spreads the rails over them."""

    def leaves(together: int) -> int:
        return rail_leaves(built_for, rails, rule.radix_ports, together, rule.oversubscription)

    if rule.rails_per_leaf is not None:
        return rule.rails_per_leaf, leaves(rule.rails_per_leaf)
    most = auto_rails_per_leaf(built_for, rails, rule.ports().down)
    if leaves(most) >= rule.min_leaves:
        return most, leaves(most)
    divisors = (d for d in range(1, most + 1) if most % d == 0)
    together = next(d for d in divisors if leaves(d) <= rule.min_leaves)
    return together, leaves(together)


def _two_tiers(plane: Plane, rails: int, rule: FabricRules) -> None:
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


def _three_tiers(plane: Plane, rule: FabricRules) -> None:
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
