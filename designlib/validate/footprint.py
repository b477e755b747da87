"""Footprint: carbon and water are those of what stands there, and below what a year may have.

Carbon is facility energy times the factor of the grid, water IT energy times the WUE of the site;
both by typical power.
"""

from __future__ import annotations

from math import fsum
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import HOURS_PER_MONTH, brief_of, differs, exceeds
from designlib.validate.power import site_power

MONTHS_PER_YEAR = 12
KILO = 1000.0
AMOUNTS = ("it_energy_mwh", "facility_energy_mwh", "carbon_t", "water_m3")


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each amount that is not that of what stands there, or is too much."""
    brief = brief_of(design)
    ends = (*design.dates[1:], brief.tco_months)
    told = design.tables.get("footprint", [])
    found = []
    for month, end in zip(design.dates, ends, strict=True):
        years = (end - month) / MONTHS_PER_YEAR
        yearly: list[tuple[float, ...]] = []
        for site in brief.sites:
            each = of_a_year(design, catalog, site, month)
            yearly.append(each)
            found += _too_wet(brief.environment, site.id, each, month)
            mine = [r for r in told if (r["site"], r["period_month"]) == (site.id, month)]
            for name, amount in zip(AMOUNTS, each, strict=True):
                said = fsum(r[name] for r in mine)
                if told and differs(amount * years, said):
                    found.append(
                        f"months {month} to {end} at {site.id}: {name} is {amount * years:,.3f},"
                        f" the design says {said:,.3f}"
                    )
        found += _too_much(brief.environment, yearly, month)
    return found


def of_a_year(
    design: Design, catalog: Catalog, site: Any, month: int
) -> tuple[float, float, float, float]:
    """Return IT and facility energy [MWh], carbon [t] and water [m3] of a year at a site."""
    hours = HOURS_PER_MONTH * MONTHS_PER_YEAR
    it_kw, facility_kw = site_power(design, catalog, site, month, field="power_typical_kw")
    grid, wue = site.grid_kg_co2_per_kwh, site.wue_l_per_kwh
    grid = catalog.constant("grid", "kg_co2_per_kwh").value if grid is None else grid
    wue = catalog.constant("site", "wue_l_per_kwh").value if wue is None else wue
    it_mwh, facility_mwh = it_kw * hours / KILO, facility_kw * hours / KILO
    return it_mwh, facility_mwh, facility_mwh * grid, it_mwh * wue


def prices(environment: Any) -> tuple[float, float]:
    """Return the price of a ton of carbon and of a cubic meter of water, 0 where none is paid."""
    if environment is None:
        return 0.0, 0.0
    return float(environment.carbon_price_per_t or 0), float(environment.water_price_per_m3 or 0)


def _too_wet(environment: Any, site: str, year: tuple[float, ...], month: int) -> list[str]:
    """Return what a site evaporates above the limit on its WUE. [L/kWh]."""
    most = None if environment is None else environment.wue_max_l_per_kwh
    it_mwh, water_m3 = year[0], year[3]
    if most is None or not it_mwh or not exceeds(water_m3 / it_mwh, most):
        return []
    return [
        f"month {month}: {site} evaporates {water_m3 / it_mwh:.2f} L for each kWh of IT,"
        f" {most:g} are allowed"
    ]


def _too_much(environment: Any, yearly: list[tuple[float, ...]], month: int) -> list[str]:
    if environment is None:
        return []
    found = []
    for name, column, most, unit in (
        ("carbon", 2, environment.carbon_max_t_per_year, "t"),
        ("water", 3, environment.water_max_m3_per_year, "m3"),
    ):
        amount = fsum(each[column] for each in yearly)
        if most is not None and exceeds(amount, most):
            found.append(
                f"month {month}: {amount:,.1f} {unit} of {name} a year, {most:,.1f} are allowed"
            )
    return found
