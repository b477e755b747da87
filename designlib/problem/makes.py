"""Makes: of parts that do the same job only the cheapest is weighed, as the policy says.

The same GPUs in a like chassis come from many vendors, and many switches and storage systems fill
one place. A search over all of them takes long and decides little, so unless the brief asks for all
makes, one stands for the others: the one that costs least over the whole horizon, its power, space
and support included. What is left out keeps its reason with both amounts; the proof holds under
this policy, and says so and what that cost at most where it was measured (``benchmarks/makes.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, inf
from typing import Any

from designlib.problem import hardware
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.tables import Fabric, Store

STEPS = 5
"""Needs of each kind at which storage products are compared: none, a quarter, a half, ... all."""


def all_weighed(ctx: Context) -> bool:
    """Return whether the brief wants every make weighed."""
    return bool(ctx.brief.policies.makes_weighed == "all")


def lifetime_cost(ctx: Context, item: str) -> float:
    """Return the present value of one unit from the first date that it can serve. [currency]."""
    it = ctx.items[item]
    first = min(it.first_date, len(ctx.dates) - 1)
    site = ctx.site
    power = it.typical_kw * site.pue.air * site.electricity_per_kwh * HOURS_PER_MONTH
    monthly = it.support_per_month + it.license_per_month + power
    monthly += it.max_kw * site.space_per_kw_month
    bought = it.unit_price[first] * it.capex_factor[first] - it.residual[first]
    return float(bought + monthly * sum(ctx.annuity[first:]))


def cheapest_servers(ctx: Context, servers: list[Any]) -> list[Any]:
    """Return one make of each class of server: same GPUs, as many, cooled and wired alike."""
    classes: dict[tuple[Any, ...], list[Any]] = {}
    for server in servers:
        hardware.add_server_item(ctx, server)
        classes.setdefault(_class(ctx, server), []).append(server)
    if all_weighed(ctx):
        return servers
    kept = []
    for alike in classes.values():
        best = min(alike, key=lambda s: lifetime_cost(ctx, s.id))
        kept.append(best)
        for other in alike:
            if other is not best:
                more = lifetime_cost(ctx, other.id) - lifetime_cost(ctx, best.id)
                reason = (
                    f"does what {best.id} does, with the same GPUs, ports and cooling, and costs "
                    f"{more:,.0f} {ctx.brief.currency} a server more over the years"
                )
                ctx.drop("*", other.id, "", other.id, reason)
    return [s for s in servers if s in kept]


def _class(ctx: Context, server: Any) -> tuple[Any, ...]:
    specs = server.specs
    return (
        server.gpu,
        specs.gpus_count.value,
        specs.scale_up_gpus_count.value,
        specs.liquid_frac.value > 0,
        specs.compute_ports_count.value,
        specs.compute_port_gbit_s.value,
        tuple(sorted(server.compute_technologies)),
        ctx.items[server.id].first_date,
    )


def cheapest_fabrics(ctx: Context, fabrics: dict[str, Fabric]) -> dict[str, Fabric]:
    """Return the networks that cost least at some size, each against those of its technology."""
    if all_weighed(ctx):
        return fabrics
    kept: dict[str, Fabric] = {}
    groups: dict[str, dict[str, Fabric]] = {}
    for f, fabric in fabrics.items():
        groups.setdefault(fabric.technology, {})[f] = fabric
    for group in groups.values():
        sizes = sorted({step.ports for fabric in group.values() for step in fabric.steps})
        costs = {f: [_cost_at(ctx, x, n) for n in sizes] for f, x in group.items()}
        winners = list(
            dict.fromkeys(min(group, key=lambda f: costs[f][n]) for n in range(len(sizes)))
        )
        kept |= {f: group[f] for f in group if f in winners}
        for f in group:
            if f not in winners:
                _drop_fabric(ctx, group[f], sizes, costs[f], costs, winners)
    return {f: fabric for f, fabric in fabrics.items() if f in kept}


def _cost_at(ctx: Context, fabric: Fabric, ports: int) -> float:
    """Return what a network of at least so many ports costs, its links included; inf: too small."""
    step = next((s for s in fabric.steps if s.ports >= ports), None)
    if step is None:
        return inf
    counted = [*step.counts.items(), *((i, n * ports) for i, n in fabric.link_items.items())]
    return sum(n * lifetime_cost(ctx, i) for i, n in counted)


def _drop_fabric(
    ctx: Context,
    fabric: Fabric,
    sizes: list[int],
    mine: list[float],
    costs: dict[str, list[float]],
    winners: Iterable[str],
) -> None:
    n = next(i for i, x in enumerate(mine) if x < inf)
    least = min(costs[w][n] for w in winners)
    switch = next(i for i in fabric.steps[0].counts if i in ctx.catalog.switches)
    reason = (
        f"costs more than another {fabric.technology} switch at every size: {mine[n]:,.0f} against "
        f"{least:,.0f} {ctx.brief.currency} for {sizes[n]} ports"
    )
    if all(d.part_id != switch for d in ctx.dropped):
        ctx.drop("*", switch, "", switch, reason)


def cheapest_stores(
    ctx: Context, stores: dict[str, Store], needs: dict[str, float]
) -> dict[str, Store]:
    """Return the storage products that cost least at some of the needs that may come."""
    if all_weighed(ctx):
        return stores
    kept: dict[str, Store] = {}
    for tier in dict.fromkeys(store.tier for store in stores.values()):
        group = {s: store for s, store in stores.items() if store.tier == tier}
        grid = _grid({r: needs.get(r, 0.0) for r in next(iter(group.values())).supplies})
        costs = {s: [_store_cost(ctx, s, store, at) for at in grid] for s, store in group.items()}
        winners = {min(group, key=lambda s: costs[s][n]) for n in range(len(grid))}
        kept |= {s: group[s] for s in winners}
        for s in sorted(group.keys() - winners):
            least = min(costs[w][-1] for w in winners)
            reason = (
                f"costs more than another product at every need looked at: {costs[s][-1]:,.0f} "
                f"against {least:,.0f} {ctx.brief.currency} for all that may be asked"
            )
            ctx.drop("*", s, "", s, reason)
    return {s: store for s, store in stores.items() if s in kept}


def _grid(most: dict[str, float]) -> list[dict[str, float]]:
    """Return needs from the least to the most; capacity, the first, is always the whole."""
    (capacity, whole), *rates = most.items()
    grid = [{capacity: whole}]
    for r, top in rates:
        grid = [at | {r: top * n / (STEPS - 1)} for at in grid for n in range(STEPS)]
    return grid


def _store_cost(ctx: Context, s: str, store: Store, needs: dict[str, float]) -> float:
    units = max(ceil(need / store.supplies[r] - 1e-9) for r, need in needs.items())
    units = max(store.units_min_count, units + store.redundant_units_count)
    return units * lifetime_cost(ctx, s)
