"""Footprint: what a kilowatt emits and drinks at a site, and the most that the brief allows."""

from __future__ import annotations

from typing import Any

from designlib.physics.power_chain import co2_t_per_year, energy_kwh_per_year, water_m3_per_year
from designlib.problem.context import Context
from designlib.problem.tables import Limit

CARBON, WATER = "carbon_t_per_year", "water_m3_per_year"
CAPS = (
    (CARBON, "carbon_max_t_per_year", "carbon of a year", "t/yr"),
    (WATER, "water_max_m3_per_year", "water of a year", "m3/yr"),
)
"""Resource, field of the brief, requirement in words, unit."""
MONTHS_PER_YEAR = 12


def rates(ctx: Context) -> dict[str, float]:
    """Return what 1 kW emits and drinks in a year, and what the brief's prices make of it.

    The site's own figures hold before the catalog's.
    """
    site, asked = ctx.site, ctx.brief.environment
    grid, wue = site.grid_kg_co2_per_kwh, site.wue_l_per_kwh
    grid = ctx.constant("grid", "kg_co2_per_kwh") if grid is None else float(grid)
    wue = ctx.constant("site", "wue_l_per_kwh") if wue is None else float(wue)
    carbon = co2_t_per_year(energy_kwh_per_year(1.0), grid)
    water = water_m3_per_year(energy_kwh_per_year(1.0), wue)
    paid_t = 0.0 if asked is None else float(asked.carbon_price_per_t or 0.0)
    paid_m3 = 0.0 if asked is None else float(asked.water_price_per_m3 or 0.0)
    return {
        "carbon_t_per_kw_year": carbon,
        "water_m3_per_kw_year": water,
        "carbon_per_kw_month": carbon * paid_t / MONTHS_PER_YEAR,
        "water_per_kw_month": water * paid_m3 / MONTHS_PER_YEAR,
    }


def caps(ctx: Context, place: str) -> tuple[Limit, ...]:
    """Return what all sites together may emit and drink in a year, where the brief says so."""
    found = []
    for resource, field, requirement, unit in CAPS:
        most: Any = getattr(ctx.brief.environment, field, None)
        if most is not None:
            value = (float(most),) * len(ctx.dates)
            path = f"environment.{field}"
            found.append(Limit(resource, place, value, requirement, path, unit))
    return tuple(found)


def free(limits: tuple[Limit, ...], place: str) -> tuple[tuple[str, str], ...]:
    """Return what is counted but not limited: (resource, place)."""
    limited = {limit.resource for limit in limits}
    return tuple((resource, place) for resource, *_ in CAPS if resource not in limited)
