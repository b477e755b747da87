"""Networks: compute, storage, in-band and out-of-band fabrics as exact size steps.

Counts of every step come from ``physics.switching``. A link is the cheapest assembly of the catalog
that reaches the distance at the speed: one cable, or a fibre with a transceiver at each end (a
twin-port transceiver serves two links of a switch).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from designlib.physics import switching
from designlib.problem.context import Context
from designlib.problem.fabric_sizes import (
    compute_sizes,
    fewer,
    growing,
    placed,
    servers_on,
    servers_promised,
    sizes_wanted,
    with_shares,
)
from designlib.problem.phases import gpus_allowed
from designlib.problem.switch_choice import worth_a_look
from designlib.problem.tables import Candidate, Fabric, FabricStep, Pool
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
    fit = [
        switch
        for switch in ctx.catalog.switches.values()
        if "compute" in switch.roles
        and switch.rdma
        and switch.specs.port_gbit_s.value == gbit_s
        and allowed(ctx, switch.technology)
    ]
    for switch in worth_a_look(ctx, fit):
        found = _compute(ctx, switch, ports_by_server, servers_max)
        if found is not None:
            fabrics[f"{switch.technology}-{switch.id}"] = found
    return fabrics


def allowed(ctx: Context, technology: str) -> bool:
    """Return whether the brief allows a compute-fabric technology."""
    named = ctx.brief.network.compute_technologies_allowed
    return not named or technology in named


def _compute(
    ctx: Context,
    switch: Any,
    ports_by_server: int,
    servers_max: int,
    wanted: tuple[float, ...] = (),
) -> Fabric | None:
    near = link(ctx, switch, "server-leaf", between=False)
    far = link(ctx, switch, "leaf-spine", between=True)
    top = link(ctx, switch, "spine-core", between=True)
    if near is None or far is None or top is None:
        return None
    item = add_switch(ctx, switch)
    sizes = compute_sizes(ctx, switch, ports_by_server, servers_max, wanted)
    if not sizes:
        return None
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
    least = tuple(float(n * ports_by_server) for n in servers_promised(ctx))
    return Fabric(
        "compute",
        switch.technology,
        "compute_ports",
        place,
        tuple(steps),
        near.pieces,
        "compute",
        least_ports=least if any(least) else (),
    )


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
    fit = [
        switch
        for switch in ctx.catalog.switches.values()
        if role in switch.roles
        and switch.specs.port_gbit_s.value >= gbit_s
        and switch.technology in _technologies(ctx, role)
    ]
    for switch in worth_a_look(ctx, fit):
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
    top = link(ctx, switch, "spine-core", between=True)
    if near is None or (far is None and redundant > 1):
        return None
    item = ctx.item(switch, "network") if role == "out-of-band" else add_switch(ctx, switch)
    sizes = switching.port_steps(
        ports_max, int(switch.specs.radix_ports.value), min_leaves=redundant
    )
    steps = []
    for size in fewer(growing(sizes)):
        if size.core and top is None:
            break  # no cable of the catalog reaches the cores: a larger network cannot be built
        counts = {item: size.leaf + size.spine + size.core}
        between = size.links_leaf_spine + size.links_inter_leaf
        for way, links in ((far, between), (top, size.links_spine_core)):
            for part, share in way.pieces.items() if way else ():
                if links:
                    counts[part] = counts.get(part, 0) + round(links * share)
        steps.append(FabricStep(size.endpoints, counts, 0.0, size.leaf, size.spine, size.core))
    return Fabric(role, switch.technology, resource, ctx.site.id, tuple(steps), near.pieces, role)


def grown(
    ctx: Context,
    fabrics: dict[str, Fabric],
    pools: dict[str, Pool],
    candidates: dict[str, Candidate],
) -> dict[str, Fabric]:
    """Return the fabrics with the sizes that their pools may need, no larger than the fleet."""
    found = {}
    fleet = max(gpus_allowed(ctx.brief, d) for d in ctx.dates)
    for place, fabric in fabrics.items():
        mine = [pool for pool in pools.values() if pool.fabric == place]
        gpus = min(ctx.catalog.servers[pool.kind].specs.gpus_count.value for pool in mine)
        work = servers_on(place, pools, candidates) * with_shares(ctx)
        servers = min(ceil(work) + 1, fleet // gpus)
        switch = next(ctx.catalog.switches[i] for i in fabric.steps[0].counts if _is_switch(ctx, i))
        ports = mine[0].ports_per_server
        wanted = sizes_wanted(place, pools, candidates)
        built = _compute(ctx, switch, ports, max(1, int(servers)), wanted)
        found[place] = placed(built or fabric, place)
    return found


def _is_switch(ctx: Context, item: str) -> bool:
    return item in ctx.catalog.switches
