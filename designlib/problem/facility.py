"""Facility: storage, control servers, cooling, power and the limits of the site.

As things that can be bought or are granted.
"""

from __future__ import annotations

from collections.abc import Collection
from math import ceil
from typing import Any

from designlib.physics import racks as packing
from designlib.problem import footprint, heat
from designlib.problem.compliance import lacks
from designlib.problem.context import HOURS_PER_MONTH, Context
from designlib.problem.kept import kept_checkpoints
from designlib.problem.tables import Demand, Kind, Limit, Plant, RackKind, Series, Site, Store

POWER_GROUPS = {
    "transformer": "transformer_kw",
    "switchgear": "switchgear_kw",
    "generator": "generator_kw",
    "ups": "ups_kw",
    "busway": "busway_kw",
}
BITS_PER_BYTE = 8
IT_SIDE = ("ups_kw", "busway_kw")
SMALL_SHARE = 1 / 3
"""Equipment that fills more of a rack counts a whole one; at most two of it would share a rack."""
TIERS = {"parallel": ("hot_tb", "read_gb_s", "write_gb_s"), "object": ("object_tb",)}
"""What each tier of storage supplies; the first is its capacity."""


def stores(ctx: Context, needs: dict[str, float]) -> dict[str, Store]:
    """Return the storage products of each tier that the needs touch; the others are dropped."""
    found: dict[str, Store] = {}
    for part in ctx.catalog.storage.values():
        if part.tier not in TIERS or not any(needs.get(r) for r in TIERS[part.tier]):
            continue
        if not set(part.technologies) & set(ctx.brief.network.storage_technologies_allowed):
            reason = f"speaks {', '.join(part.technologies)}, the storage network does not"
            ctx.drop("*", part.id, "", part.id, reason)
            continue
        lacking = lacks(ctx, part)
        if lacking:
            ctx.drop("*", part.id, "", part.id, lacking)
            continue
        specs = part.specs
        fill = ctx.constant(part.tier, "usable_fill_frac")
        supplies = {TIERS[part.tier][0]: specs.usable_tb.value * fill}
        if part.tier == "parallel":
            wire = _wire_gb_s(ctx, part)
            supplies |= {
                "read_gb_s": min(specs.read_gb_s.value, wire),
                "write_gb_s": min(specs.write_gb_s.value, wire),
            }
        redundant = int(specs.redundant_units_count.value)
        most = max(ceil(needs.get(r, 0.0) / amount) for r, amount in supplies.items())
        least = int(specs.units_min_count.value)
        ctx.item(
            part,
            "storage",
            draws={"storage_ports": specs.network_ports_count.value, "oob_ports": 1.0},
        )
        found[part.id] = Store(
            part.tier, supplies, least, redundant, max(least, most + redundant) + 1
        )
    return found


def _wire_gb_s(ctx: Context, part: Any) -> float:
    """Return what the ports of a storage unit carry at the speed of the storage network. [GB/s]."""
    speed = min(part.specs.network_port_gbit_s.value, ctx.brief.network.storage_gbit_s)
    usable = ctx.constant("storage-port", "usable_frac")
    return float(part.specs.network_ports_count.value * speed * usable / BITS_PER_BYTE)


def control_item(ctx: Context) -> str | None:
    """Add the control server: the cheapest server without GPUs, and return its item id."""
    plain = [s for s in ctx.catalog.servers.values() if s.gpu is None]
    if not plain:
        return None
    server = min(plain, key=lambda s: ctx.price(s.id))
    ports = server.specs
    draws = {
        "storage_ports": 1.0,
        "in_band_ports": max(1.0, ports.front_ports_count.value - 1.0),
        "oob_ports": ports.oob_ports_count.value,
    }
    return ctx.item(server, "orchestration", draws=draws)


def share_racks(
    ctx: Context, racks: dict[str, RackKind], standing: Collection[str]
) -> dict[str, RackKind]:
    """Return the racks with the share that service equipment may fill; items get their share.

    Of what may stand there (``standing``), the few large things count a whole rack each, so that
    they do not keep the many small ones apart.
    """
    air = next(q for q, rack in racks.items() if rack.service_frac)
    rack = racks[air]
    shares: dict[str, float] = {}
    for key in standing:
        item = ctx.items[key]
        if item.layer not in ("network", "storage", "orchestration") or not item.height_u:
            continue
        share = packing.scalar_share(
            (item.height_u, item.max_kw, item.weight_kg),
            (rack.usable_u, rack.limit_kw, rack.limit_kg),
        )
        if share <= 1:
            shares[key] = share
            continue
        # It fits no rack of the hall, so no unit of it is ever in service.
        draws = {**item.draws, "service_racks": share}
        ctx.items[key] = _replace(item, draws=draws, first_date=len(ctx.dates))
        reason = f"{item.max_kw:.3g} kW, {item.height_u:g}U: more than a rack of the hall takes"
        ctx.drop("*", key, "", item.part_id, reason)
    mixed = ctx.brief.policies.mixed_racks_allowed  # then nothing may count as a whole rack
    small = [x for x in shares.values() if x <= SMALL_SHARE or mixed]
    largest = max(small, default=0.0)
    for key, share in shares.items():
        counted = packing.first_fit_share(share, largest)
        item = ctx.items[key]
        ctx.items[key] = _replace(item, draws={**item.draws, "service_racks": counted})
    return {**racks, air: _replace(rack, service_frac=packing.mixed_frac(largest))}


def left_over(ctx: Context, kinds: dict[str, Kind], racks: dict[str, RackKind]) -> dict[str, Kind]:
    """Return the kinds with the mixed equipment that their racks take besides, where allowed.

    Only racks that service equipment may stand in, and servers that do not leave again.
    """
    if not ctx.brief.policies.mixed_racks_allowed:
        return kinds
    found = {}
    for i, kind in kinds.items():
        item, left = ctx.items[i], {}
        for q, servers in kind.per_rack.items():
            rack = racks[q]
            if rack.service_frac and not kind.owned:
                size = (item.height_u, item.max_kw, item.weight_kg)
                limits = (rack.usable_u, rack.limit_kw, rack.limit_kg)
                free = 1.0 - servers * packing.scalar_share(size, limits)
                left[q] = packing.left_over_guaranteed(free, 1.0 - rack.service_frac)
        found[i] = _replace(kind, left_frac={q: x for q, x in left.items() if x > 0})
    return found


def _replace(thing: Any, **changes: Any) -> Any:
    return type(thing)(**{**{f: getattr(thing, f) for f in thing.__dataclass_fields__}, **changes})


def power(ctx: Context) -> dict[str, Plant]:
    """Return the power modules that the site must buy.

    None where the hall or the colo owns the chain.
    """
    if ctx.site.power_chain.exists:
        return {}
    found: dict[str, Plant] = {}
    for part in ctx.catalog.power.values():
        if part.kind == "ups" and ctx.site.redundancy.ups == "none":
            continue
        if part.kind in POWER_GROUPS:
            found[heat.module(ctx, part, "power")] = heat.plant(
                ctx, part, POWER_GROUPS[part.kind], "power"
            )
    return found


def limits(ctx: Context) -> tuple[Limit, ...]:
    """Return what the brief grants: IT power by date, positions, room air, the budget."""
    site, n = ctx.site, len(ctx.dates)
    path = f"sites.{site.id}"
    steps = heat.power_steps(site)
    it = tuple(max((kw for m, kw in steps if m <= d), default=0.0) for d in ctx.dates)
    found = []
    if steps:
        found.append(Limit("it_kw", site.id, it, "IT power", f"{path}.it_power_kw", "kW"))
    if site.utility_mw:
        grid = tuple(
            max((1e3 * float(s.mw) for s in site.utility_mw if s.month <= d), default=0.0)
            for d in ctx.dates
        )
        found.append(
            Limit("facility_kw", site.id, grid, "utility power", f"{path}.utility_mw", "kW")
        )
    if site.rack_positions_count is not None:
        count = (float(site.rack_positions_count),) * n
        found.append(
            Limit(
                "positions",
                site.id,
                count,
                "rack positions",
                f"{path}.rack_positions_count",
                "racks",
            )
        )
    if site.room_air.exists and steps:  # a hall's air handlers match the power that it grants
        found.append(Limit("air_kw", site.id, it, "room air", f"{path}.it_power_kw", "kW"))
    loop = site.direct_to_chip.max_kw if heat.has_loop(site) else None
    if loop is not None:
        found.append(
            Limit(
                "loop_kw",
                site.id,
                (float(loop),) * n,
                "liquid loop",
                f"{path}.direct_to_chip.max_kw",
                "kW",
            )
        )
    return tuple(found)


def budget_limit(ctx: Context, place: str) -> tuple[Limit, ...]:
    """Return the limit on capital that all sites share, where the brief states one.

    Money for a later step pays for what goes into service from its month on.
    """
    total, currency = ctx.brief.budget.capex_total, ctx.brief.currency
    if total is None:
        return ()
    later = ctx.brief.budget.expansions
    value = tuple(
        float(total) + sum(float(e.capex_total) for e in later if e.month <= d) for d in ctx.dates
    )
    return (Limit("capex", place, value, "capital budget", "budget.capex_total", currency),)


def rates(ctx: Context, racks: dict[str, RackKind]) -> Site:
    """Return what a site charges for power and room, and the PUE of its shared racks."""
    pue = next(rack.pue for rack in racks.values() if rack.service_frac)
    energy = ctx.site.electricity_per_kwh * HOURS_PER_MONTH
    return Site(energy, ctx.site.space_per_kw_month, pue, **footprint.rates(ctx))


def named_months(site: Any) -> list[int]:
    """Return the months that a site names: the steps of its power."""
    return [m for m, _ in heat.power_steps(site)] + [
        int(step.month) for step in site.utility_mw or ()
    ]


def unlimited(
    ctx: Context, granted: tuple[Limit, ...], plants: dict[str, Plant]
) -> tuple[tuple[str, str], ...]:
    """Return the site's resources that neither the brief limits nor a layer has to supply."""
    supplied = {limit.resource for limit in granted} | {plant.resource for plant in plants.values()}
    free = ["it_kw", "facility_kw", "positions"]
    if ctx.site.room_air.exists:
        free.append("air_kw")
    return tuple((r, ctx.site.id) for r in free if r not in supplied)


def storage_needs(ctx: Context) -> dict[str, Series]:
    """Return the capacity that the brief asks of each tier, by date. [TB]."""
    storage = ctx.brief.storage
    data = sum(getattr(w, "dataset_tb", 0.0) or 0.0 for w in ctx.brief.workloads)
    hot = max(storage.hot_tb, data + storage.dataset_tb) + storage.home_tb
    if data and storage.hot_tb >= data:
        reason = "the fast tier named in the brief holds the datasets of the workloads"
        ctx.notes.append(("storage.hot_tb", storage.hot_tb, "TB", reason))
    last, good = kept_checkpoints(ctx)
    grown_hot = ctx.grown(hot, storage.growth_factor_24_months)
    grown_object = ctx.grown(storage.object_tb, storage.growth_factor_24_months)
    return {
        "hot_tb": tuple(a + b for a, b in zip(grown_hot, last, strict=True)),
        "object_tb": tuple(a + b for a, b in zip(grown_object, good, strict=True)),
    }


def storage_demands(ctx: Context, needs: dict[str, Series]) -> list[Demand]:
    """Return the storage capacity as demands that no choice avoids."""
    return [Demand(r, ctx.site.id, v, "workloads") for r, v in needs.items() if max(v) > 0]
