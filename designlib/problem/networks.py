"""Networks: compute, storage, in-band and out-of-band fabrics as exact size steps.

Counts of every step come from ``physics.switching``. A link is the cheapest assembly of the catalog
that reaches the distance at the speed: one cable, or a fibre with a transceiver at each end (a
twin-port transceiver serves two links of a switch).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from designlib.physics import switching
from designlib.problem.context import Context
from designlib.problem.tables import Fabric, FabricStep
from designlib.schema.pairing import fits_cage, pairs

REDUNDANT_LEAVES = 2


@dataclass(frozen=True)
class Link:
    """What one link is made of: item id -> pieces a link."""

    pieces: dict[str, float]
    price: float


def link(ctx: Context, switch: Any, tier: str, *, between: bool) -> Link | None:
    """Return the cheapest assembly of one link of a switch over the distance of a tier.

    A cage of the switch carries one or two links: what is plugged into it must carry as many. The
    other end is a cage of a like switch where ``between`` is set, else a single port of a device.
    """
    length = ctx.constant(tier, "cable_length_m")
    per_cage = switch.specs.radix_ports.value / switch.specs.cages_count.value
    fit = [
        part
        for part in ctx.catalog.optics.values()
        if switch.technology in part.technologies
        and part.specs.gbit_s.value >= switch.specs.port_gbit_s.value
        and part.specs.reach_max_m.value >= length
    ]
    plugs = [x for x in fit if fits_cage(x, switch.cage)]
    options = [
        {c.id: 1.0} for c in plugs if c.kind in _CABLES and (per_cage == 1 or c.kind == "dac")
    ]
    for fibre in (f for f in fit if f.kind == "fibre"):
        ends = [x for x in fit if x.kind == "transceiver" and pairs(x, fibre)]
        near = _cheapest(ctx, [x for x in ends if x in plugs], per_cage)
        far = near if between else _cheapest(ctx, ends, 1)
        if near is None or far is None:
            continue
        pieces = {fibre.id: 1.0}
        for end in (near, far):
            share = 1.0 / end.specs.links_per_unit_count.value
            pieces[end.id] = pieces.get(end.id, 0.0) + share
        options.append(pieces)
    if not options:
        return None
    best = min(options, key=lambda pieces: sum(ctx.price(p) * n for p, n in pieces.items()))
    for part in best:
        ctx.item(ctx.catalog.optics[part], "network")
    return Link(best, sum(ctx.price(p) * n for p, n in best.items()))


_CABLES = ("dac", "aec", "aoc", "copper")


def _cheapest(ctx: Context, ends: list[Any], links: float) -> Any | None:
    """Return the cheapest transceiver that carries so many links."""
    fit = [x for x in ends if x.specs.links_per_unit_count.value == links]
    return min(fit, key=lambda x: ctx.price(x.id), default=None)


def add_switch(ctx: Context, switch: Any) -> str:
    """Add a switch as an item that draws its own management ports, and return its id."""
    return ctx.item(switch, "network", draws={"oob_ports": 1.0})


def compute_fabrics(
    ctx: Context, ports_by_server: int, gbit_s: float, servers_max: int
) -> dict[str, Fabric]:
    """Return one compute fabric for each switch that servers of a port layout can use."""
    fabrics: dict[str, Fabric] = {}
    for switch in ctx.catalog.switches.values():
        if "compute" not in switch.roles or not switch.rdma:
            continue
        if switch.specs.port_gbit_s.value != gbit_s or not allowed(ctx, switch.technology):
            continue
        found = _compute(ctx, switch, ports_by_server, servers_max)
        if found is not None:
            fabrics[f"{switch.technology}-{switch.id}"] = found
    return fabrics


def allowed(ctx: Context, technology: str) -> bool:
    """Return whether the brief allows a compute-fabric technology."""
    named = ctx.brief.network.compute_technologies_allowed
    return not named or technology in named


def _compute(ctx: Context, switch: Any, ports_by_server: int, servers_max: int) -> Fabric | None:
    radix = int(switch.specs.radix_ports.value)
    near = link(ctx, switch, "server-leaf", between=False)
    far = link(ctx, switch, "leaf-spine", between=True)
    top = link(ctx, switch, "spine-core", between=True)
    if near is None or far is None or top is None:
        return None
    item = add_switch(ctx, switch)
    over = ctx.brief.network.oversubscription
    sizes = switching.size_steps(
        servers_max, ports_by_server, radix_ports=radix, oversubscription=over or 1.0
    )
    sizes = _growing(sizes)
    moves = {(a, b): n for a, b, n in switching.allowed_moves(sizes)}
    labor = ctx.money(ctx.constant("cabling", "labour_usd_per_link"))
    steps, extra = [], _managers(ctx, switch.technology)
    for n, size in enumerate(sizes):
        counts = {item: size.leaf + size.spine + size.core, **extra}
        between = size.links_leaf_spine + size.links_inter_leaf
        for tier, links in ((far, between), (top, size.links_spine_core)):
            for part, share in tier.pieces.items():
                if links:
                    counts[part] = counts.get(part, 0) + round(links * share)
        moved = labor * moves.get((n - 1, n), 0)
        ports = size.servers_count * ports_by_server
        steps.append(FabricStep(ports, counts, moved, size.leaf, size.spine, size.core))
    place = f"{switch.technology}-{switch.id}"
    group = "compute"
    return Fabric(
        "compute", switch.technology, "compute_ports", place, tuple(steps), near.pieces, group
    )


def _growing(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the sizes that can grow one into the next without removing a switch."""
    kept: list[Any] = []
    for size in sizes:
        if not kept or all(
            getattr(size, k) >= getattr(kept[-1], k) for k in ("leaf", "spine", "core")
        ):
            kept.append(size)
    return tuple(kept)


def _managers(ctx: Context, technology: str) -> dict[str, int]:
    """Return the fabric managers that a technology needs, as items with their counts."""
    counts: dict[str, int] = {}
    for part in ctx.catalog.software.values():
        to = part.applies_to.technologies or ()
        if part.kind != "fabric-manager" or technology not in to:
            continue
        pieces = part.specs.appliances_count
        if pieces is not None and ctx.catalog.has_price(part.id, "purchase"):
            counts[ctx.item(part, "network", draws={"oob_ports": 1.0})] = int(pieces.value)
    return counts


def port_network(
    ctx: Context, role: str, resource: str, tier: str, ports_max: int, gbit_s: float
) -> dict[str, Fabric]:
    """Return the networks of one role (storage, in-band.

    Out-of-band) that can carry a number of ports.
    """
    fabrics: dict[str, Fabric] = {}
    redundant = 1 if role == "out-of-band" else REDUNDANT_LEAVES
    for switch in ctx.catalog.switches.values():
        if role not in switch.roles or switch.specs.port_gbit_s.value < gbit_s:
            continue
        if switch.technology not in _technologies(ctx, role):
            continue
        found = _ports(ctx, switch, role, resource, tier, ports_max, redundant)
        if found is not None:
            fabrics[f"{role}-{switch.id}"] = found
    return fabrics


def _technologies(ctx: Context, role: str) -> tuple[str, ...]:
    return (
        tuple(ctx.brief.network.storage_technologies_allowed)
        if role == "storage"
        else ("ethernet",)
    )


def _ports(
    ctx: Context, switch: Any, role: str, resource: str, tier: str, ports_max: int, redundant: int
) -> Fabric | None:
    near = link(ctx, switch, tier, between=False)
    far = link(ctx, switch, "leaf-spine", between=True)
    if near is None or (far is None and redundant > 1):
        return None
    item = ctx.item(switch, "network") if role == "out-of-band" else add_switch(ctx, switch)
    sizes = switching.port_steps(
        ports_max, int(switch.specs.radix_ports.value), min_leaves=redundant
    )
    steps = []
    for size in _growing(sizes):
        counts = {item: size.leaf + size.spine + size.core}
        links = size.links_leaf_spine + size.links_inter_leaf
        for part, share in far.pieces.items() if far else ():
            if links:
                counts[part] = counts.get(part, 0) + round(links * share)
        steps.append(FabricStep(size.endpoints, counts, 0.0, size.leaf, size.spine, size.core))
    return Fabric(role, switch.technology, resource, ctx.site.id, tuple(steps), near.pieces, role)


def placed(fabric: Fabric, place: str) -> Fabric:
    """Return a fabric at a place of its own, so that only the pools wired to it draw its ports."""
    return replace(fabric, place=place)
