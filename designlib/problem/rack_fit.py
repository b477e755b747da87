"""Rack fit: which racks of a site take a server, how many in one, and what keeps it out."""

from __future__ import annotations

from math import inf
from typing import Any

from designlib.physics import racks as packing
from designlib.problem.context import Context
from designlib.problem.tables import RackKind

SHORT = {
    "height": ("height_u", "usable_u", "U high"),
    "feed": ("power_max_kw", "limit_kw", "kW"),
    "cooling": ("power_max_kw", "limit_kw", "kW"),
    "weight": ("weight_kg", "limit_kg", "kg"),
}
"""Binding limit -> field of the server, field of the rack, unit."""


def per_rack(ctx: Context, server: Any, racks: dict[str, RackKind]) -> dict[str, int]:
    """Return the servers that one rack of each kind holds; kinds that hold none are left out."""
    allowed = ctx.brief.policies.server_cooling_allowed
    held = {
        q: _fit(ctx, server, rack)[0]
        for q, rack in racks.items()
        if _cools(server, rack) and (not allowed or rack.cooling in allowed)
    }
    return {q: n for q, n in held.items() if n}


def placeable(ctx: Context, servers: list[Any], racks: dict[str, RackKind]) -> list[Any]:
    """Return the servers that some rack of the site takes; the others are dropped with a reason."""
    found = []
    for server in servers:
        if per_rack(ctx, server, racks):
            found.append(server)
        else:
            ctx.drop("*", server.id, "", server.id, _reason(ctx, server, racks))
    return found


def _cools(server: Any, rack: RackKind) -> bool:
    """Return whether a rack cools a server the way it is built for."""
    return bool(server.specs.liquid_frac.value > 0) == (rack.cooling == "direct-to-chip")


def _fit(ctx: Context, server: Any, rack: RackKind) -> tuple[int, str]:
    specs = server.specs
    return packing.servers_per_rack(
        specs.height_u.value,
        specs.power_max_kw.value,
        specs.weight_kg.value,
        usable_u=specs.height_u.value if server.rack_scale else rack.usable_u,
        feed_kw=rack.limit_kw,
        cooling_kw=rack.limit_kw,
        weight_limit_kg=floor_kg(ctx) if server.rack_scale else rack.limit_kg,
    )


def _reason(ctx: Context, server: Any, racks: dict[str, RackKind]) -> str:
    """Return what keeps a server out of every rack, with the numbers that decide it."""
    fit = [rack for rack in racks.values() if _cools(server, rack)]
    allowed = ctx.brief.policies.server_cooling_allowed
    if fit and allowed:
        fit = [rack for rack in fit if rack.cooling in allowed]
        if not fit:
            return f"cooled by {server.cooling}, the brief allows only {', '.join(allowed)}"
    if not fit:
        return f"cooled by {server.cooling}, no rack of site {ctx.site.id} is"
    best = max(fit, key=lambda rack: rack.limit_kw)
    field, limit, unit = SHORT[_fit(ctx, server, best)[1]]
    has, takes = getattr(server.specs, field).value, getattr(best, limit)
    if server.rack_scale and unit == "kg":
        takes = floor_kg(ctx)
    return f"{has:g} {unit}, a rack of site {ctx.site.id} takes at most {takes:g}"


def floor_kg(ctx: Context) -> float:
    """Return what the floor bears on the area of a rack with its aisles; without a limit: inf."""
    floor = ctx.site.floor_limit_kg_per_m2
    return inf if floor is None else float(floor) * ctx.constant("rack", "floor_share_m2")
