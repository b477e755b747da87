"""Heat: the cooling that a site must buy, from the room and the loop to the outside air.

Room air where it has none, units for a liquid loop where it offers one, and chillers or dry coolers
where it has no heat rejection. A dry cooler has no compressor: it serves a loop only where the
climate lets its water be cool enough.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.problem.context import Context
from designlib.problem.tables import Plant

ROOM = {"perimeter-air": "air_kw", "contained-air": "air_kw"}
LOOP = {"direct-to-chip": "liquid_kw"}
REJECTION = "heat-rejection"
FOLLOWERS = {"chilled_kw": "air_kw", "rejection_kw": "liquid_kw"}
"""Resource of the heat rejection -> resource of the heat that it gives to the outside."""
LARGEST_HALL_KW = 100_000
"""Bound on the modules of a hall whose power the brief does not limit. [kW]"""


def cooling(ctx: Context) -> dict[str, Plant]:
    """Return the cooling modules that the site must buy."""
    wanted: dict[str, str] = {}
    if not ctx.site.room_air.exists:
        wanted |= ROOM
    if has_loop(ctx.site):
        wanted |= LOOP
    found: dict[str, Plant] = {}
    for part in ctx.catalog.cooling.values():
        limit = part.specs.rack_limit_kw
        if part.kind not in wanted or limit is None:
            continue
        each = limit.value
        if each < ctx.site.rack_air_kw and wanted[part.kind] == "air_kw":
            reason = f"cools {each:g} kW a rack, the hall's racks take {ctx.site.rack_air_kw:g}"
            ctx.drop("*", part.id, "", part.id, reason)
            continue
        found[module(ctx, part, "cooling")] = plant(ctx, part, wanted[part.kind], "cooling")
    return found if ctx.site.heat_rejection.exists else found | rejection(ctx)


def rejection(ctx: Context) -> dict[str, Plant]:
    """Return what may give the heat to the outside: chillers for all of it, dry coolers for some.

    Chilled water of the room is colder than any summer; only a warm loop does without a compressor.
    """
    found: dict[str, Plant] = {}
    for part in ctx.catalog.cooling.values():
        if part.kind != REJECTION:
            continue
        if part.specs.approach_kelvin is None:
            key = module(ctx, part, "cooling")
            found[key] = plant(ctx, part, "chilled_kw", "cooling")
        if not has_loop(ctx.site):
            continue
        reason = too_warm(ctx.site, part)
        if reason:
            ctx.drop("*", part.id, "", part.id, reason)
            continue
        key = module(ctx, part, "cooling", item_id=f"{part.id}-loop")
        found[key] = plant(ctx, part, "rejection_kw", "cooling")
    return found


def too_warm(site: Any, part: Any) -> str:
    """Return why a unit cannot cool the loop on the hottest day; an empty text where it can."""
    approach, loop = part.specs.approach_kelvin, site.direct_to_chip
    if approach is None:
        return ""
    path = f"sites.{site.id}"
    if site.design_ambient_c is None or loop.warm_water_supply_c is None:
        unknown = "design_ambient_c"
        if site.design_ambient_c is not None:
            unknown = "direct_to_chip.warm_water_supply_c"
        return f"a dry cooler is weighed only where the climate is known: state {path}.{unknown}"
    gives = float(site.design_ambient_c) + float(approach.value)
    if gives <= loop.warm_water_supply_c:
        return ""
    return (
        f"gives water of {gives:g} degC on a day of {site.design_ambient_c:g}, the loop of site "
        f"{site.id} wants {loop.warm_water_supply_c:g}; it would need "
        f"{path}.direct_to_chip.warm_water_supply_c of {gives:g} or more"
    )


def follows(plants: dict[str, Plant], site: str) -> tuple[tuple[str, str, str], ...]:
    """Return what is drawn with the heat of a site: (resource, site, resource drawn with it)."""
    bought = {plant.resource for plant in plants.values()}
    return tuple((heat, site, out) for out, heat in FOLLOWERS.items() if out in bought)


def has_loop(site: Any) -> bool:
    """Return whether a site has, or may get, a loop of warm water to the chips."""
    return site.direct_to_chip is not None and bool(site.direct_to_chip.available)


def takes_liquid(site: Any) -> bool:
    """Return whether a site takes servers that only liquid cools: a loop, or sidecars."""
    return has_loop(site) or site.liquid_to_air is not None


def module(ctx: Context, part: Any, layer: str, item_id: str | None = None) -> str:
    """Add a module as an item, and return its id.

    It has no draw of its own: the PUE of the site already counts what the plant takes.
    """
    bare = {"max_kw": 0.0, "typical_kw": 0.0, "height_u": 0.0}
    return ctx.item(part, layer, item_id=item_id, **bare)


def plant(ctx: Context, part: Any, resource: str, layer: str) -> Plant:
    """Return a module as a plant that supplies a resource under the redundancy of its layer."""
    unit = part.specs.unit_kw.value
    redundancy = getattr(ctx.site.redundancy, layer)
    load = max((kw for _, kw in power_steps(ctx.site)), default=LARGEST_HALL_KW) * 2
    most = 2 * (ceil(load / unit) + 1)
    return Plant(resource, unit, redundancy, most, resource.removesuffix("_kw"))


def power_steps(site: Any) -> list[tuple[int, float]]:
    """Return the IT power that a site grants, as (month, kW) in order."""
    return sorted((int(step.month), float(step.kw)) for step in site.it_power_kw or ())
