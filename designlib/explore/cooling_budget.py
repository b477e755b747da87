"""Cooling budget: where the heat of every rack goes, what takes it away, and with which flow.

Heat is that of the sustained maximum: a cluster at full load stays there for days.
"""

from __future__ import annotations

from math import inf, nan
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import stands
from designlib.explore.elevations import racks
from designlib.explore.halls import AIR, DOOR, LOOP, Row, heat_kw, site_of, spec
from designlib.physics.cooling import (
    air_flow_m3_h,
    liquid_flow_l_min,
    modules_count,
    overhead_at_load,
)
from designlib.physics.power_chain import modules_left

PATHS: Final = ("room air", "rear doors", "loop to the chips")
KINDS: Final = {
    "room air": ("perimeter-air", "contained-air"),
    "rear doors": (DOOR,),
    "loop to the chips": (LOOP,),
}
"""Path of the heat -> kinds of cooling unit that take it."""

COLUMNS: Final = (
    "site", "period_month", "path", "heat_kw", "capacity_kw", "headroom_kw", "part_id", "units",
    "unit_kw", "redundancy", "flow", "flow_unit", "supply_c", "return_c",
)  # fmt: skip
STEPS: Final = (
    "site", "path", "part_id", "load_frac", "heat_kw", "running", "draws_kw", "overhead",
)  # fmt: skip
RACKS: Final = (
    "site", "rack", "rack_kind", "kw", "air_kw", "liquid_kw", "door_kw", "air_m3_h", "water_l_min",
    "supply_c", "return_c", "limit_kw", "headroom_kw",
)  # fmt: skip


def cooling_budget(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return what each way of cooling takes at each site and date.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names, and the temperature rises to plan with.

    Returns
    -------
    pandas.DataFrame
        A row is a path of the heat that is used: room air, rear doors, loop to the chips.
        ``capacity_kw`` is what the units carry with the redundancy gone, or what the brief grants
        of what stands already; NaN where neither says. ``flow`` is in ``flow_unit``; supply and
        return are those of the loop, NaN where the brief states no supply. [kW], [degC]
    """
    brief = Brief.from_dict(design.brief)
    rows: list[Row] = []
    for site in brief.sites:
        for month in design.dates:
            for path, heat in _heat(design, catalog, site, month).items():
                if heat:
                    rows.append(_row(design, catalog, site, month, path, heat))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def rack_flows(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return where the heat of each rack goes, and the air and water that carry it.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names, and the temperature rises to plan with.

    Returns
    -------
    pandas.DataFrame
        A row is a rack; ``water_l_min`` is that of the loop or of the door.
        [kW], [m3/h], [L/min], [degC]
    """
    brief = Brief.from_dict(design.brief)
    found = racks(design, catalog).copy()
    water = found.liquid_kw + found.door_kw
    supplies = [
        _supply_c(site_of(brief, site), "loop to the chips") if wet else nan
        for site, wet in zip(found.site, found.liquid_kw > 0, strict=True)
    ]
    found["air_m3_h"] = [air_flow_m3_h(kw, rise_kelvin(catalog, "air")) for kw in found.air_kw]
    found["water_l_min"] = [liquid_flow_l_min(kw, rise_kelvin(catalog, "water")) for kw in water]
    found["supply_c"] = supplies
    found["return_c"] = found.supply_c + rise_kelvin(catalog, "water")
    found["headroom_kw"] = found.limit_kw - found.kw
    return found[list(RACKS)]


def load_steps(
    design: Design, catalog: Catalog, steps: tuple[float, ...] = (0.25, 0.5, 0.75, 1.0)
) -> pd.DataFrame:
    """Return what the cooling that is bought draws at steps of the load, by its kind.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The units that it names.
    steps : tuple of float
        Shares of the heat at the last date. [1]

    Returns
    -------
    pandas.DataFrame
        A row is a path of the heat at a step: units that run (the spare ones too), what they draw,
        and ``overhead`` per heat removed, which a PUE counts. What stands already is in the PUE
        that the brief states. [kW], [1]
    """
    found = cooling_budget(design, catalog)
    rows: list[Row] = []
    bought = found[(found.units > 0) & (found.period_month == max(design.dates))]
    for row in bought.to_dict("records"):
        part = catalog.cooling[str(row["part_id"]).partition(", ")[0]]
        unit, redundancy, own = row["unit_kw"], row["redundancy"], spec(part, "parasitic_kw")
        for step in steps:
            heat = step * row["heat_kw"]
            running = modules_count(heat, unit, redundancy)
            rows.append(
                {
                    "site": row["site"],
                    "path": row["path"],
                    "part_id": part.id,
                    "load_frac": step,
                    "heat_kw": heat,
                    "running": running,
                    "draws_kw": running * own,
                    "overhead": overhead_at_load(heat, unit, own, redundancy),
                }
            )
    return pd.DataFrame(rows, columns=list(STEPS))


def rise_kelvin(catalog: Catalog, fluid: str) -> float:
    """Return the temperature rise to plan with, of ``air`` or ``water``. [K]."""
    return float(catalog.constant(fluid, "rise_kelvin").value)


def _heat(design: Design, catalog: Catalog, site: Any, month: int) -> dict[str, float]:
    """Return the heat of each path at a date. [kW]."""
    found = dict.fromkeys(PATHS, 0.0)
    for row in design.tables["placement"]:
        if row["site"] == site.id and stands(row, month):
            air, liquid, door = heat_kw(catalog, site, row)
            for path, kw in zip(PATHS, (air, door, liquid), strict=True):
                found[path] += kw
    return found


def _row(design: Design, catalog: Catalog, site: Any, month: int, path: str, heat: float) -> Row:
    units = _units(design, catalog, site.id, month, path)
    redundancy: Any = "N" if path == "rear doors" else site.redundancy.cooling
    bought = sum(
        spec(catalog.cooling[p], "unit_kw") * modules_left(n, redundancy) for p, n in units.items()
    )
    capacity = min(bought or inf, _granted(site, month, path))
    water = path != "room air"
    rise = rise_kelvin(catalog, "water" if water else AIR)
    supply = _supply_c(site, path)
    known = capacity < inf
    return {
        "site": site.id,
        "period_month": month,
        "path": path,
        "heat_kw": heat,
        "capacity_kw": capacity if known else nan,
        "headroom_kw": capacity - heat if known else nan,
        "part_id": ", ".join(units),
        "units": sum(units.values()),
        "unit_kw": max((spec(catalog.cooling[p], "unit_kw") for p in units), default=nan),
        "redundancy": redundancy if units else "",
        "flow": liquid_flow_l_min(heat, rise) if water else air_flow_m3_h(heat, rise),
        "flow_unit": "L/min" if water else "m3/h",
        "supply_c": supply,
        "return_c": supply + rise,
    }


def _units(design: Design, catalog: Catalog, site: str, month: int, path: str) -> dict[str, int]:
    """Return the units of a path that are bought until a month, by part."""
    found: dict[str, int] = {}
    for line in design.tables["bill_of_materials"]:
        part = catalog.cooling.get(line["part_id"])
        if part is None or part.kind not in KINDS[path] or line["site"] != site:
            continue
        if line["period_month"] <= month:
            found[part.id] = found.get(part.id, 0) + round(line["count"] or 0)
    return found


def _granted(site: Any, month: int, path: str) -> float:
    """Return what the brief grants of a path; infinite where it states nothing. [kW]."""
    if path == "room air":
        if not site.room_air.exists or not site.it_power_kw:
            return inf
        return max((float(s.kw) for s in site.it_power_kw if s.month <= month), default=0.0)
    loop = site.direct_to_chip
    if path == "loop to the chips" and loop is not None and loop.max_kw is not None:
        return float(loop.max_kw)
    return inf


def _supply_c(site: Any, path: str) -> float:
    """Return the supply temperature of the loop, NaN where the brief states none. [degC]."""
    loop = site.direct_to_chip
    if path != "loop to the chips" or loop is None or loop.warm_water_supply_c is None:
        return nan
    return float(loop.warm_water_supply_c)
