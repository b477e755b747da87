"""Footprint: the energy, carbon and water of each site, against what a year may have."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Card, Section
from designlib.report.table import Table, table
from designlib.report.words import number

ORDER: Final = 420

LIMITS: Final = (
    ("carbon_t_per_year", "Carbon", "t"),
    ("water_m3_per_year", "Water", "m3"),
)


def amounts(design: Design) -> Table:
    """Return energy, carbon and water of each site from each date to the next."""
    rows = design.footprint
    columns = ["it_energy_mwh", "facility_energy_mwh", "carbon_t", "water_m3"]
    return table(
        "From each date to the next, by typical power",
        "Site | From month #month | IT energy, MWh #figure | Facility energy, MWh #figure | "
        "Carbon, t #figure | Water, m3 #figure",
        rows[["site", "period_month", *columns]].itertuples(index=False, name=None),
        ("All", None, *(float(rows[c].sum()) for c in columns)),
        sheet="Carbon and water",
    )


def limits(design: Design) -> Table | None:
    """Return what a year may have and has, where the brief limits it."""
    rows = [
        (name, r["period_month"], r["draw"], r["supply"], r["utilisation"], unit)
        for resource, name, unit in LIMITS
        for r in design.tables["balance"]
        if r["resource"] == resource
    ]
    if not rows:
        return None
    return table(
        "A year's amount at each date against the limit of the brief",
        "What | Month #month | A year has #figure | It may have #figure | Used #percent | Unit",
        rows,
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what running the design emits and drinks, where the design tells it."""
    if design.footprint.empty:
        return None
    limited = limits(design)
    totals = design.footprint[["carbon_t", "water_m3"]].sum()
    return Section(
        "Carbon and water",
        cards=(
            Card("Carbon", f"{number(float(totals.carbon_t))} t", "over the years"),
            Card("Water", f"{number(float(totals.water_m3))} m3", "over the years"),
        ),
        tables=(amounts(design),) if limited is None else (limited, amounts(design)),
        notes=(
            "Carbon is facility energy times the factor of the grid, water IT energy times the WUE "
            "of the site; what making the equipment emits is not counted.",
        ),
    )
