"""Hardware: which kinds of server may stand at a site, in which racks.

With which spares and ports.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

from designlib.physics import reliability
from designlib.problem.context import Context
from designlib.problem.heat import has_loop, takes_liquid
from designlib.problem.machines import BITS_PER_BYTE
from designlib.problem.rack_fit import floor_kg, no_loop, per_rack
from designlib.problem.tables import Kind, RackKind
from designlib.schema.words import servers_named

SERVICE = "shared rack"
LARGEST_SHARE = 0.35
"""Equipment that fills more than this share of a rack is not put into shared racks."""


def servers_allowed(ctx: Context) -> list[Any]:
    """Return the GPU servers that the brief and the site allow.

    The others are dropped with a reason.
    """
    words = ctx.brief.fleet.server_kinds_allowed
    named = {server for word in words or () for server in servers_named(word, ctx.catalog)}
    found = []
    for server in ctx.catalog.servers.values():
        if server.gpu is None:
            continue
        reason = ""
        if words and server.id not in named:
            reason = f"the brief allows only {', '.join(words)}"
        elif "end-of-sale" in (server.status, ctx.catalog.gpus[server.gpu].status):
            reason = "end of sale: it can be owned, not bought"
        elif unusable(ctx, server):
            reason = unusable(ctx, server)
        elif ctx.first_date(ctx.order_months(server)) >= len(ctx.dates):
            reason = f"takes {ctx.order_months(server):.1f} months from order to service"
        if words and server.id not in named:
            ctx.not_allowed.append(server)
        if reason:
            ctx.drop("*", server.id, "", server.id, reason)
        else:
            found.append(server)
    return found


def unusable(ctx: Context, server: Any) -> str:
    """Return why a GPU server cannot run at a site, bought or there already; empty where it can."""
    refused = ctx.brief.policies.unmeasured_gpus == "refused"
    if refused and not ctx.catalog.is_measured(server.gpu):
        return f"no speed of {server.gpu} is published, and the brief refuses such GPUs"
    if server.status == "announced":
        return "announced, not shipping"
    if server.specs.liquid_frac.value > 0 and not takes_liquid(ctx.site):
        return no_loop(ctx)
    return ""


def front_ports(server: Any) -> tuple[int, int]:
    """Return the storage and in-band ports of a server.

    Its front ports, half each, at least one each.
    """
    ports = int(server.specs.front_ports_count.value)
    storage = max(1, ports // 2)
    return storage, max(1, ports - storage)


def storage_gb_s(ctx: Context, server: Any) -> float:
    """Return what the storage ports of a server carry at line rate, which none exceeds. [GB/s]."""
    return float(front_ports(server)[0] * ctx.brief.network.storage_gbit_s / BITS_PER_BYTE)


def add_server_item(ctx: Context, server: Any) -> str:
    """Add a GPU server as an item with the ports and the floor load that it draws."""
    storage, in_band = front_ports(server)
    draws = {
        "storage_ports": float(storage),
        "in_band_ports": float(in_band),
        "oob_ports": float(server.specs.oob_ports_count.value),
    }
    license_month = 0.0
    if ctx.brief.policies.vendor_supported_software:
        license_month = _license(ctx, server)
    return ctx.item(server, "compute", draws=draws, license_per_month=license_month)


def _license(ctx: Context, server: Any) -> float:
    """Return the supported-software license of a server for a month, where its vendor has one."""
    gpu = ctx.catalog.gpus[server.gpu]
    for part in ctx.catalog.software.values():
        if part.kind == "licence" and gpu.vendor in (part.applies_to.vendors or ()):
            return float(ctx.price(part.id, "per-gpu-year") * server.specs.gpus_count.value / 12)
    return 0.0


def make_kind(ctx: Context, server: Any, racks: dict[str, RackKind], servers_max: int) -> Kind:
    """Return the kind of a server: racks that hold it, spares that cover it, staff that runs it."""
    specs, policy = server.specs, ctx.brief.reliability
    gpus = int(specs.gpus_count.value)
    unit = ctx.brief.fleet.scalable_unit_servers_count or 1
    servers_max = ceil(servers_max / unit) * unit
    steps = reliability.spares_steps(
        servers_max,
        repair_days=policy.repair_days,
        server_hours_between_repairs=_hours_between_repairs(ctx, gpus),
        probability=policy.enough_servers_probability,
    )
    staff = ctx.staff_per_fte_month()
    per_fte = gpus / ctx.constant("staff", "gpus_per_fte")
    if not gpus:
        per_fte = 1 / ctx.constant("staff", "cpu_servers_per_fte")
    return Kind(
        gpus,
        _liquid_frac(ctx, specs.liquid_frac.value),
        per_rack(ctx, server, racks),
        ((0, 0), *(s for s in steps if s[0] > 0)),
        servers_max,
        min_order_count=ctx.brief.procurement.min_order_servers_count,
        unit_servers_count=unit if gpus else 1,
        staff_per_month=staff * per_fte,
        generation=ctx.catalog.gpus[server.gpu].family if server.gpu else "",
        ups=ctx.site.redundancy.ups == "everything" or not gpus,
    )


def _liquid_frac(ctx: Context, share: float) -> float:
    """Return the share of a server's heat that the site's loop takes: no more than it captures."""
    loop = ctx.site.direct_to_chip
    captured = loop.capture_frac if loop is not None else None
    return share if captured is None else min(share, float(captured))


def _hours_between_repairs(ctx: Context, gpus: int) -> float:
    """Return the hours between two repairs of a server of so many GPUs. [h]."""
    policy = ctx.brief.reliability
    if not gpus:
        return ctx.constant("cpu-server", "repair_interval_hours")
    hours = policy.gpu_hours_per_interruption or ctx.constant("gpu", "gpu_hours_per_interruption")
    share = policy.repair_share_frac
    share = ctx.constant("server", "repair_share_frac") if share is None else share
    return hours / gpus / share


def rack_kinds(ctx: Context) -> dict[str, RackKind]:
    """Return the kinds of rack that a site offers: air, one a rear door, direct-to-chip."""
    site = ctx.site
    for quantity in ("racks_per_row_count", "rack_pitch_m", "row_pitch_m"):
        ctx.constant("hall", quantity)  # drawings of the hall rest on them: recorded as assumptions
    racks = {"air": _rack(ctx, "air", site.rack_air_kw, _pue(ctx, "air"), {}, service=True)}
    if site.rear_door is not None and ctx.brief.policies.rear_door_allowed:
        for door in (c for c in ctx.catalog.cooling.values() if c.kind == "rear-door"):
            most, own = site.rear_door.rack_limit_kw, door.specs.rack_limit_kw
            limit = most if own is None else min(most, own.value)
            lead = site.rear_door.lead_weeks
            item = _door(ctx, door, lead)
            racks[door.id] = _rack(ctx, "rear-door", limit, _pue(ctx, "rear_door"), {item: 1.0})
    if has_loop(site):
        limit = site.direct_to_chip.rack_limit_kw or site.rack_air_kw
        racks["direct-to-chip"] = _rack(
            ctx, "direct-to-chip", limit, _pue(ctx, "direct_to_chip"), {}
        )
    return racks | _beside(ctx)


def _beside(ctx: Context) -> dict[str, RackKind]:
    """Return the racks with a sidecar that gives liquid's heat to the room, and immersion tanks."""
    site = ctx.site
    found: dict[str, RackKind] = {}
    stated = {
        "liquid-to-air": (site.liquid_to_air, "air"),
        "immersion": (site.immersion, "direct_to_chip"),
    }
    parts: list[Any] = list(ctx.catalog.cooling.values())
    for part in parts:
        offer, pue = stated.get(part.kind, (None, ""))
        if offer is None:
            continue
        limit = min(offer.rack_limit_kw, part.specs.rack_limit_kw.value)
        item = ctx.item(part, "cooling", max_kw=0.0, typical_kw=0.0, height_u=0.0)
        rack = _rack(ctx, part.kind, limit, _pue(ctx, pue), {item: 1.0})
        to_room = 1.0 if part.kind == "liquid-to-air" else 1.0 - part.specs.captured_frac.value
        positions = ctx.constant(part.kind, "positions_count")
        found[part.id] = replace(rack, air_heat_frac=to_room, positions=positions)
    return found


def _door(ctx: Context, door: Any, lead_weeks: float | None) -> str:
    """Add a rear door with the lead time that the brief states, if it does."""
    kw = door.specs.parasitic_kw.value
    door = door if lead_weeks is None else _with_lead(door, lead_weeks)
    item = ctx.item(door, "cooling", max_kw=kw, typical_kw=kw)
    return ctx.with_works(item, ctx.money(ctx.constant("rear-door", "retrofit_usd")))


def _with_lead(part: Any, lead_weeks: float) -> Any:
    lead = part.specs.lead_weeks.model_copy(update={"value": lead_weeks})
    return part.model_copy(update={"specs": part.specs.model_copy(update={"lead_weeks": lead})})


def _pue(ctx: Context, cooling: str) -> float:
    """Return the PUE of a kind of cooling: the brief's, else that of air."""
    stated = getattr(ctx.site.pue, cooling)
    return float(ctx.site.pue.air if stated is None else stated)


def _rack(
    ctx: Context,
    cooling: str,
    limit_kw: float,
    pue: float,
    items: dict[str, float],
    service: bool = False,
) -> RackKind:
    cabinet: Any = ctx.of_kind("power", "rack-cabinet")
    strip: Any = ctx.of_kind("power", "rack-pdu")
    each = strip.specs.unit_kw.value
    paths = int(ctx.constant("rack", "pdus_count"))
    if ctx.site.rack_feed_kw is not None:
        limit_kw = min(limit_kw, ctx.site.rack_feed_kw)
    counts = {
        ctx.item(cabinet, "racks", height_u=0.0): 1.0,
        ctx.item(strip, "racks"): float(paths * ceil(limit_kw / each)),
        **items,
    }
    first = max(ctx.items[i].first_date for i in counts)
    return RackKind(
        ctx.site.id,
        limit_kw,
        cooling,
        pue,
        counts,
        first,
        usable_u=cabinet.specs.height_usable_u.value,
        limit_kg=_rack_limit_kg(ctx, cabinet),
        service_frac=1.0 if service else 0.0,
        air_heat_frac=0.0 if cooling == "rear-door" else 1.0,
    )


def _rack_limit_kg(ctx: Context, cabinet: Any) -> float:
    """Return what a rack may carry: the cabinet's rating, and what the floor bears of its share."""
    return min(float(cabinet.specs.weight_limit_kg.value), floor_kg(ctx))
