"""Fabric sizes: the menu of a fabric follows from the servers that may come and from the brief.

The brief may ask for a topology, for a most number of tiers, and for a fabric that is built for
more servers than stand in it at first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from designlib.physics import switching
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.relief import Relief
from designlib.problem.tables import Candidate, Fabric, Pool

FINEST = 8
"""Sizes of a menu beyond this many grow by at least an eighth, so that menus stay small."""
LEAST_REST = 0.05
"""Part of a fleet that its other work keeps in the sizing of menus, whatever the shares. [1]"""
_SAME = 1e-9
NIGHTS = 3
"""Work that rests by day needs up to so many times the servers of work around the clock."""


def compute_sizes(
    ctx: Context,
    switch: Any,
    ports_by_server: int,
    servers_max: int,
    wanted: Iterable[float] = (),
) -> tuple[Any, ...]:
    """Return the sizes of a compute fabric of a switch, up to a number of servers.

    The exact size of each wanted number of servers is among them.

    None where the brief asks for a topology or for tiers that cannot be built.
    """
    net = ctx.brief.network
    topology: Any = net.topology
    if topology == "auto" and ports_by_server * 2 > switch.specs.radix_ports.value:
        topology = "fat-tree"  # a rack-scale server has more ports than a leaf has rails
    promised = servers_promised(ctx)
    sizes = switching.size_steps(
        max(servers_max, *promised),
        ports_by_server,
        radix_ports=int(switch.specs.radix_ports.value),
        oversubscription=net.oversubscription or 1.0,
        topology=topology,
    )
    most = net.tiers_count or 3
    kept = growing(tuple(s for s in sizes if tiers(s) <= most))
    first = next((n for n, s in enumerate(kept) if s.servers_count >= promised[0]), len(kept))
    return fewer(kept[first:], wanted)


def servers_promised(ctx: Context) -> tuple[int, ...]:
    """Return the servers that the brief wants a compute fabric to be built for, by date."""
    ready = ctx.brief.network.expansion_ready_servers_count or 0
    steps = ctx.brief.fleet.servers_in_fabric or ()
    return tuple(
        max([ready, *(int(s.count) for s in steps if s.month <= date)]) for date in ctx.dates
    )


def tiers(size: Any) -> int:
    """Return the tiers of a built size: leaves, spines, cores."""
    return 1 + bool(size.spine) + bool(size.core)


def growing(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the sizes that can grow one into the next without removing a switch."""
    kept: list[Any] = []
    for size in sizes:
        if not kept or all(
            getattr(size, k) >= getattr(kept[-1], k) for k in ("leaf", "spine", "core")
        ):
            kept.append(size)
    return tuple(kept)


def fewer(sizes: tuple[Any, ...], wanted: Iterable[float] = ()) -> tuple[Any, ...]:
    """Return a menu whose large sizes grow by at least an eighth.

    The first and the last are kept, and the smallest that carries each wanted number of servers.
    """
    exact = {
        next((n for n, s in enumerate(sizes) if s.servers_count >= many - _SAME), None)
        for many in wanted
    }
    kept: list[Any] = []
    for n, size in enumerate(sizes):
        far = not kept or size.servers_count * FINEST >= kept[-1].servers_count * (FINEST + 1)
        if far or n in exact or n == len(sizes) - 1:
            kept.append(size)
    return tuple(kept)


def servers_needed(c: Candidate) -> float:
    """Return the most servers that a candidate asks for: held, at once, and for its hours."""
    held = max(c.peak, default=0.0)
    hours = max(c.hours, default=0.0) / HOURS_PER_MONTH * NIGHTS
    return held + max(c.gang, default=0.0) + hours


def sizes_wanted(
    place: str, pools: dict[str, Pool], candidates: dict[str, Candidate]
) -> tuple[float, ...]:
    """Return the servers of each candidate of a fabric by date, which its menu must meet exactly.

    What workloads hold and what their jobs need at once, alone and all together.
    """
    needs: dict[str, list[tuple[float, ...]]] = {}
    for c in candidates.values():
        if c.pool is not None and pools[c.pool].fabric == place and c.at_once:
            needs.setdefault(c.workload, []).append(c.at_once)
    alone = {n for series in needs.values() for one in series for n in one}
    highest = [[max(at) for at in zip(*series, strict=True)] for series in needs.values()]
    together = {sum(at) for at in zip(*highest, strict=True)}
    return tuple(sorted(alone | together))


def servers_on(place: str, pools: dict[str, Pool], candidates: dict[str, Candidate]) -> float:
    """Return the most servers that the workloads put on a fabric, all of them at once."""
    needs: dict[str, float] = {}
    for c in candidates.values():
        if c.pool is not None and pools[c.pool].fabric == place:
            needs[c.workload] = max(needs.get(c.workload, 0.0), servers_needed(c))
    return sum(needs.values())


def with_shares(ctx: Context) -> float:
    """Return the servers of a fleet over those of its work without shares of the fleet. [1]."""
    shares = sum(w.fleet_share_frac for w in ctx.brief.workloads if w.kind == "fleet-share")
    return 1.0 / max(1.0 - shares, LEAST_REST)


def connected(
    ctx: Context,
    fabrics: dict[str, Fabric],
    pools: dict[str, Pool],
    candidates: dict[str, Candidate],
) -> dict[str, Candidate]:
    """Return the candidates whose servers fit the largest size of their fabric.

    The others are dropped with both numbers.
    """
    kept: dict[str, Candidate] = {}
    for key, c in candidates.items():
        pool = pools[c.pool] if c.pool is not None else None
        if pool is None or pool.fabric is None:
            kept[key] = c
            continue
        largest = fabrics[pool.fabric].steps[-1]
        at_once = max(c.gang, default=0.0) + max(c.peak, default=0.0)
        ports = at_once * pool.ports_per_server
        if ports <= largest.ports:
            kept[key] = c
            continue
        built = tiers(largest)
        reason = (
            f"{at_once:,.0f} servers take {ports:,.0f} ports, the largest fabric of "
            f"{built} tier{'s' if built > 1 else ''} has {largest.ports:,}"
        )
        most = ctx.brief.network.tiers_count
        relief = None
        if most is not None and most < 3:
            words = "tiers of the compute fabric"
            relief = Relief(words, "network.tiers_count", float(most), float(most + 1), "tiers")
        ctx.drop(c.workload, key, c.pool or "", pool.kind, reason, relief)
    return kept


def placed(fabric: Fabric, place: str) -> Fabric:
    """Return a fabric at a place of its own, so that only the pools wired to it draw its ports."""
    return replace(fabric, place=place)


def switches_count(fabric: Fabric) -> int:
    """Return the switches of the largest size of a fabric."""
    last = fabric.steps[-1]
    return last.leaf + last.spine + last.core
