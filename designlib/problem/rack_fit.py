"""Rack fit: which racks of a site take a server, how many in one, and what keeps it out."""

from __future__ import annotations

from math import inf
from typing import Any

from designlib.physics import racks as packing
from designlib.problem.context import Context
from designlib.problem.tables import RackKind

LIQUID = ("direct-to-chip", "liquid-to-air")
"""Racks for servers whose chips only liquid cools."""
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
    if rack.cooling == "immersion":
        return bool(server.immersible)
    return bool(server.specs.liquid_frac.value > 0) == (rack.cooling in LIQUID)


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
        return no_loop(ctx)
    best = max(fit, key=lambda rack: rack.limit_kw)
    field, limit, unit = SHORT[_fit(ctx, server, best)[1]]
    has, takes = getattr(server.specs, field).value, getattr(best, limit)
    if server.rack_scale and unit == "kg":
        takes = floor_kg(ctx)
    wanted = _wanted(ctx, best, unit, has)
    return f"{has:g} {unit}, a rack of site {ctx.site.id} takes at most {takes:g}; {wanted}"


def no_loop(ctx: Context) -> str:
    """Return why a server that only liquid cools stands in no rack of a site without a loop."""
    site = f"sites.{ctx.site.id}"
    path = f"{site}.direct_to_chip"
    wanted = path if ctx.site.direct_to_chip is None else f"{path}.available: true"
    told = f"needs a direct-to-chip liquid loop, which site {ctx.site.id} does not have"
    return f"{told}; it would need {wanted}, or {site}.liquid_to_air"


def _wanted(ctx: Context, rack: RackKind, unit: str, has: float) -> str:
    """Return what of a site would have to change for a server that its racks do not take."""
    site = f"sites.{ctx.site.id}"
    if unit == "U high":
        return "it would need a taller cabinet"
    if unit == "kg":
        floor = ctx.site.floor_limit_kg_per_m2
        if floor is None:
            return "it would need a cabinet that carries more"
        share = ctx.constant("rack", "floor_share_m2")
        least = f"{site}.floor_limit_kg_per_m2 of {has / share:,.0f} or more"
        return f"it would need {least}, and a cabinet that carries as much"
    paths = _weak(ctx, rack, has)
    told = f"it would need {' and '.join(f'{site}.{path}' for path in paths)} of {has:g} or more"
    other = paths == ["rack_air_kw"] and ctx.site.rear_door is None
    return f"{told}, or {site}.rear_door with as much" if other else told


def _weak(ctx: Context, rack: RackKind, kw: float) -> list[str]:
    """Return what a site states for a kind of rack that is less than a server draws."""
    site, field = ctx.site, rack.cooling.replace("-", "_")
    own = getattr(getattr(site, field, None), "rack_limit_kw", None)
    stated = (
        {f"{field}.rack_limit_kw": own} if own is not None else {"rack_air_kw": site.rack_air_kw}
    )
    stated["rack_feed_kw"] = site.rack_feed_kw
    weak = [path for path, most in stated.items() if most is not None and most < kw]
    return weak or [f"{field}.rack_limit_kw, and a unit that takes it away,"]


def floor_kg(ctx: Context) -> float:
    """Return what the floor bears on the area of a rack with its aisles; without a limit: inf."""
    floor = ctx.site.floor_limit_kg_per_m2
    return inf if floor is None else float(floor) * ctx.constant("rack", "floor_share_m2")
