"""Make: a brief and a catalog become the numbers of a problem.

And every option that falls away keeps its reason.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, inf
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.problem import (
    compliance,
    cpus,
    existing,
    fabric_sizes,
    facility,
    footprint,
    hardware,
    heat,
    makes,
    networks,
    rack_fit,
    records,
    rented,
    shares,
    software,
    ways,
)
from designlib.problem.context import Context
from designlib.problem.contexts import carried, make_contexts, shared
from designlib.problem.join import join
from designlib.problem.machines import Option, machine_of
from designlib.problem.phases import gpus_allowed
from designlib.problem.policies import granted
from designlib.problem.structure import Structure
from designlib.problem.tables import Candidate, Fabric, Item, Kind, Pool, Problem, RackKind

FIRST_LOOK = 512
"""Most servers for which fabrics are compared first; their true sizes follow from the work."""

UNBOUNDED_GPUS = 1e9
"""Stands for no bound at the dates of a fleet that is bounded at other dates."""


def make_problem(
    brief: Brief, catalog: Catalog, within: Structure | None = None
) -> tuple[Problem, Context]:
    """Return the problem of a brief over a catalog.

    And the context with the assumptions made on the way. Of a structure only its own pools and
    networks are looked at, which is a small part of the work.
    """
    contexts = make_contexts(brief, catalog)
    together = contexts[0]
    sites = [_one_site(c, within and within.at(c.site.id, len(contexts))) for c in contexts]
    names = tuple(site for site, frac in carried(brief).items() if frac)
    problem = join(sites, dict.fromkeys(shared(brief), names))
    place = problem.everywhere
    budget = facility.budget_limit(together, place)
    limits = (*problem.limits, *footprint.caps(together, place), *budget)
    problem = replace(
        problem,
        limits=limits,
        unlimited=(*problem.unlimited, *footprint.free(limits, place)),
        dropped=tuple(together.dropped),
        policies=granted(brief),
    )
    return problem, together


def _one_site(ctx: Context, within: Structure | None) -> Problem:
    """Return the problem of one site, as if it were alone."""
    brief = ctx.brief
    servers = hardware.servers_allowed(ctx)
    racks = hardware.rack_kinds(ctx)
    servers = makes.cheapest_servers(ctx, rack_fit.placeable(ctx, servers, racks))
    old = existing.servers(ctx, servers, racks)
    servers += [there.server for there in old.values() if not there.sold]
    zones = compliance.zones(brief)
    if within is not None:
        servers = [s for s in servers if s.id in within.kinds]
    options, fabrics, pools = _pools(ctx, servers, zones)
    if within is not None:
        options = [option for option in options if option.pool in within.pools]
        pools = {k: pool for k, pool in pools.items() if k in within.pools}
        fabrics = _wanted(fabrics, pools)
    plain = cpus.servers(ctx, racks)
    cpu_pools = cpus.zoned(cpus.pools(plain), zones)
    pools |= cpu_pools
    candidates = ways.candidates(ctx, options, cpu_pools, plain, old)
    candidates = existing.enough(ctx, pools, candidates, old)
    fabrics = networks.grown(ctx, fabrics, pools, candidates)
    candidates = fabric_sizes.connected(ctx, fabrics, pools, candidates)
    most = _most_servers(candidates, pools, ctx)
    kinds = {
        s.id: existing.with_old(hardware.make_kind(ctx, s, racks, most[s.id]), racks, old.get(s.id))
        for s in servers
        if most.get(s.id)
    } | cpus.kinds(ctx, plain, racks, most)
    pools = {k: pool for k, pool in pools.items() if pool.kind in kinds}
    candidates = {o: c for o, c in candidates.items() if c.pool is None or c.pool in pools}
    needs = records.with_records(ctx, facility.storage_needs(ctx))
    tops = {r: max(v) for r, v in needs.items()}
    tops |= {r: _top_draw(candidates, r) for r in ("read_gb_s", "write_gb_s")}
    stores = makes.cheapest_stores(ctx, facility.stores(ctx, tops), tops)
    control = facility.control_item(ctx)
    stack = software.software(ctx)
    networks_of_devices = _device_networks(ctx, kinds, stores, control, fabrics)
    built = {**_wanted(fabrics, pools), **networks_of_devices}
    standing = _used(ctx.items, {}, built, {}, stores, {}, {}, {}, control)
    racks = facility.share_racks(ctx, racks, standing)
    kinds = facility.left_over(ctx, kinds, racks)
    cooling, power = heat.cooling(ctx), facility.power(ctx)
    granted = facility.limits(ctx)
    bought = tuple(sorted({p.resource for p in power.values()}))
    return Problem(
        name=brief.name,
        currency=brief.currency,
        sites={ctx.site.id: facility.rates(ctx, racks)},
        dates=ctx.dates,
        annuity=ctx.annuity,
        interval_months=ctx.interval_months,
        slice_hours=ctx.slice_hours,
        items=_used(
            ctx.items, kinds, fabrics, networks_of_devices, stores, racks, cooling, power, control
        ),
        kinds=kinds,
        pools=pools,
        candidates=candidates,
        workloads=tuple(w.id for w in brief.work()),
        fabrics={**_wanted(fabrics, pools), **networks_of_devices},
        stores=stores,
        racks=racks,
        cooling=cooling,
        power=power,
        software=stack,
        control_items={} if control is None else {ctx.site.id: control},
        limits=(*granted, *rented.limits(ctx)),
        demands=tuple([*facility.storage_demands(ctx, needs), *software.software_demands(ctx)]),
        it_resources=("it_kw", *(r for r in bought if r in facility.IT_SIDE)),
        facility_resources=("facility_kw", *(r for r in bought if r not in facility.IT_SIDE)),
        follows=heat.follows(cooling, ctx.site.id),
        unlimited=facility.unlimited(ctx, granted, {**cooling, **power}),
        fabric_groups={
            "compute": brief.policies.compute_fabric_technologies_max_count,
            **{f.exclusive_group: 1 for f in networks_of_devices.values()},
        },
        kinds_max_count=brief.fleet.server_kinds_max_count,
        bought_at_once=brief.policies.purchases == "all_at_once",
        bought_when_needed=brief.policies.purchases == "when_needed",
        generations_max_count=brief.fleet.generations_max_count,
        gpus_max=_gpus_max(ctx),
        fleet_shares=shares.fleet_shares(ctx),
        batch_on_serving=brief.policies.batch_on_serving,
    )


def _pools(
    ctx: Context, servers: list[Any], zones: tuple[str, ...]
) -> tuple[list[Option], dict[str, Fabric], dict[str, Pool]]:
    """Return the pools that servers can form.

    Without a compute fabric, and on each fabric that fits; once for each class of data that may not
    share a server with another.
    """
    options: list[Option] = []
    pools: dict[str, Pool] = {}
    fabrics: dict[str, Fabric] = {}
    shared: dict[tuple[int, float], dict[str, Fabric]] = {}
    for server in servers:
        ports = int(server.specs.compute_ports_count.value)
        speed = server.specs.compute_port_gbit_s.value
        key = f"{server.id}-alone"
        machine = machine_of(ctx, server, None)
        options.append(Option(key, server, None, None, machine))
        pools[key] = Pool(server.id, None, 0)
        if (ports, speed) not in shared:
            looked = networks.compute_fabrics(ctx, ports, speed, _first_look(ctx, server))
            shared[ports, speed] = makes.cheapest_fabrics(ctx, looked)
        for f, fabric in shared[ports, speed].items():
            if fabric.technology not in server.compute_technologies:
                continue
            place = f"{f}-{ports}p"
            fabrics[place] = fabric_sizes.placed(fabric, place)
            key = f"{server.id}-{f}"
            shared_by = ctx.brief.network.oversubscription
            machine = machine_of(ctx, server, fabric.technology, shared_by)
            options.append(Option(key, server, place, fabric.technology, machine))
            pools[key] = Pool(server.id, place, ports)
    pools = cpus.zoned(pools, zones)
    options = [
        replace(o, pool=f"{o.pool}-{zone}" if zone else o.pool, zone=zone)
        for o in options
        for zone in zones
    ]
    return options, fabrics, pools


def _first_look(ctx: Context, server: Any) -> int:
    """Return the servers up to which fabrics of a kind of server are compared."""
    fleet = max(gpus_allowed(ctx.brief, d) for d in ctx.dates)
    return max(1, int(min(FIRST_LOOK, fleet // server.specs.gpus_count.value)))


def _most_servers(
    candidates: dict[str, Candidate], pools: dict[str, Pool], ctx: Context
) -> dict[str, int]:
    """Return the most servers of each kind that any design needs.

    Every workload on that kind at once, and no more than the brief allows in service.
    """
    most: dict[str, float] = {}
    needs: dict[tuple[str, str], float] = {}
    for c in (part for whole in candidates.values() for part in whole.parts):
        if c.pool is None:
            continue
        key = (pools[c.pool].kind, c.workload)
        needs[key] = max(needs.get(key, 0.0), fabric_sizes.servers_needed(c))
    for (kind, _), need in needs.items():
        most[kind] = most.get(kind, 0.0) + need
    fleet = max(gpus_allowed(ctx.brief, d) for d in ctx.dates)
    found = {}
    for kind, n in most.items():
        gpus = ctx.catalog.servers[ctx.items[kind].part_id].specs.gpus_count.value
        servers = ceil(n * fabric_sizes.with_shares(ctx)) + 1
        found[kind] = int(min(servers, fleet // gpus)) if gpus else servers
    return found


def _top_draw(candidates: dict[str, Candidate], resource: str) -> float:
    by_workload: dict[str, float] = {}
    for c in candidates.values():
        drawn = sum(max(part.draws[resource]) for part in c.parts if resource in part.draws)
        by_workload[c.workload] = max(by_workload.get(c.workload, 0.0), drawn)
    return sum(by_workload.values())


def _device_networks(
    ctx: Context,
    kinds: dict[str, Kind],
    stores: dict[str, Any],
    control: str | None,
    fabrics: dict[str, Fabric],
) -> dict[str, Fabric]:
    """Return the storage, in-band and out-of-band networks for the most devices that may come."""
    roles = {"storage": "storage_ports", "in-band": "in_band_ports", "out-of-band": "oob_ports"}
    found: dict[str, Fabric] = {}
    switches = 32.0 + max((fabric_sizes.switches_count(f) for f in fabrics.values()), default=0)
    for role, resource in roles.items():
        ports = max(
            (
                ctx.items[k].draws.get(resource, 0.0) * kind.servers_max_count
                for k, kind in kinds.items()
            ),
            default=0.0,
        )
        for s, store in stores.items():
            ports += ctx.items[s].draws.get(resource, 0.0) * store.units_max_count
        if control is not None:
            ports += ctx.items[control].draws.get(resource, 0.0) * switches
        ports += switches if role == "out-of-band" else 0.0
        net = ctx.brief.network
        need = {"storage": net.storage_gbit_s, "in-band": net.in_band_gbit_s}.get(role, 0.0)
        tier = {"storage": "storage-leaf"}.get(role, role)
        looked = networks.port_network(ctx, role, resource, tier, int(ports), need)
        found |= makes.cheapest_fabrics(ctx, looked)
    return found


def _wanted(fabrics: dict[str, Fabric], pools: dict[str, Pool]) -> dict[str, Fabric]:
    names = {pool.fabric for pool in pools.values()}
    return {f: fabric for f, fabric in fabrics.items() if f in names}


def _used(
    items: dict[str, Item],
    kinds: dict[str, Kind],
    fabrics: dict[str, Fabric],
    device_networks: dict[str, Fabric],
    stores: dict[str, Any],
    racks: dict[str, RackKind],
    cooling: dict[str, Any],
    power: dict[str, Any],
    control: str | None,
) -> dict[str, Item]:
    """Return the items that some table refers to."""
    names = {*kinds, *stores, *cooling, *power, control}
    names |= {i for rack in racks.values() for i in rack.items}
    for fabric in (*fabrics.values(), *device_networks.values()):
        names |= {*fabric.link_items, *(i for step in fabric.steps for i in step.counts)}
    return {i: item for i, item in items.items() if i in names}


def _gpus_max(ctx: Context) -> tuple[float, ...]:
    bounds = tuple(gpus_allowed(ctx.brief, d) for d in ctx.dates)
    return tuple(min(x, UNBOUNDED_GPUS) for x in bounds) if min(bounds) < inf else ()
