"""Plant: cooling and power modules carry the whole load with the promised redundancy gone.

N promises nothing beyond the load, N+1 the load with the largest module lost, 2N the load on
either half, distributed the load with one of each four lost. What the hall has already is not
counted; it is granted by the brief.
"""

from __future__ import annotations

from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.plant_parts import CHAIN_KINDS
from designlib.validate._evidence import Row, bill, brief_of, exceeds, granted, spec, until
from designlib.validate.power import site_power

AFTER_UPS = ("ups", "busway")
"""They carry IT power; the others carry the cooling of it too."""


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each group of modules that cannot carry its load."""
    found = []
    for site in brief_of(design).sites:
        for month in design.dates:
            lines = [x for x in until(bill(design), month) if x["site"] == site.id]
            air, liquid = heat(design, catalog, site.id, month)
            if not site.power_chain.exists:
                loads = _power_loads(design, catalog, site, month)
                found += _short(lines, catalog.power, loads, site.redundancy.power, month)
            found += _room_air(lines, catalog, site, month, air)
            found += _loop(lines, catalog, site, month, liquid)
            found += _rejection(design, lines, catalog, site, month, liquid)
    return found


def _power_loads(design: Design, catalog: Catalog, site: Any, month: int) -> dict[str, float]:
    it_kw, facility_kw = site_power(design, catalog, site, month)
    kinds: set[str] = {p.kind for p in catalog.power.values() if p.kind in CHAIN_KINDS}
    loads = {kind: it_kw if kind in AFTER_UPS else facility_kw for kind in sorted(kinds)}
    if site.redundancy.ups == "none":
        loads.pop("ups", None)
    elif site.redundancy.ups == "storage_and_management" and "ups" in loads:
        loads["ups"] -= _gpu_kw(design, catalog, site.id, month)
    return loads


def _gpu_kw(design: Design, catalog: Catalog, site: str, month: int) -> float:
    """Return what the GPU servers of a site draw at most. [kW]."""
    parts = catalog.servers
    return sum(
        spec(parts[row["part_id"]], "power_max_kw")
        for row in until(design.tables["placement"], month)
        if row["site"] == site and row["part_id"] in parts and parts[row["part_id"]].gpu is not None
    )


def _room_air(
    lines: list[Row], catalog: Catalog, site: Any, month: int, air_kw: float
) -> list[str]:
    if site.room_air.exists:
        limit = granted(site.it_power_kw, month, "kw")
        if limit is not None and exceeds(air_kw, limit):
            return [
                f"month {month}: {air_kw:,.1f} kW of heat go to the room air of {site.id}, it"
                f" takes {limit:,.0f} kW"
            ]
        return []
    units = _modules(lines, catalog.cooling, ("perimeter-air", "contained-air"))
    return _carry("room air", units, air_kw, site.redundancy.cooling, month)


def _loop(lines: list[Row], catalog: Catalog, site: Any, month: int, liquid_kw: float) -> list[str]:
    if not liquid_kw:
        return []
    loop = site.direct_to_chip
    if loop is None or not loop.available:
        return [
            f"month {month}: {liquid_kw:,.1f} kW of heat go to a liquid loop that {site.id}"
            " does not have"
        ]
    units = _modules(lines, catalog.cooling, ("direct-to-chip",))
    found = _carry("liquid loop", units, liquid_kw, site.redundancy.cooling, month)
    if loop.max_kw is not None and exceeds(liquid_kw, loop.max_kw):
        found.append(
            f"month {month}: {liquid_kw:,.1f} kW of heat go to the liquid loop, it takes"
            f" {loop.max_kw:,.0f} kW"
        )
    return found


def _rejection(
    design: Design, lines: list[Row], catalog: Catalog, site: Any, month: int, liquid_kw: float
) -> list[str]:
    """Return where chillers and dry coolers cannot give the heat of a site to the outside."""
    if site.heat_rejection.exists:
        return []
    it_kw, _ = site_power(design, catalog, site, month)
    outside = {p.id: p for p in catalog.cooling.values() if p.kind == "heat-rejection"}
    bought = [line for line in lines if line["part_id"] in outside]
    dry = [x for x in bought if outside[x["part_id"]].specs.approach_kelvin is not None]
    kinds = ("heat-rejection",)
    every, coolers = (_modules(x, catalog.cooling, kinds) for x in (bought, dry))
    found = _carry("heat rejection", every, it_kw, site.redundancy.cooling, month)
    loop = site.direct_to_chip
    supply = None if loop is None else loop.warm_water_supply_c
    for line in dry:
        gives = spec(outside[line["part_id"]], "approach_kelvin") + (site.design_ambient_c or 0.0)
        if site.design_ambient_c is None or supply is None or gives > supply:
            found.append(f"{line['part_id']} cannot cool the loop of {site.id} on its hottest day")
    if exceeds(sum(coolers), sum(every)) or (liquid_kw == 0.0 and coolers):
        found.append(f"month {month}: dry coolers stand at {site.id} without a loop to cool")
    return found


def heat(design: Design, catalog: Catalog, site: str, month: int) -> tuple[float, float]:
    """Return the heat that goes to the room air and to the liquid loop of a site. [kW]."""
    stands = {**catalog.servers, **catalog.switches, **catalog.storage}
    loop = next(s for s in brief_of(design).sites if s.id == site).direct_to_chip
    captured = 1.0 if loop is None or loop.capture_frac is None else float(loop.capture_frac)
    air = liquid = 0.0
    for row in until(design.tables["placement"], month):
        if row["site"] != site or row["part_id"] not in stands:
            continue
        part = stands[row["part_id"]]
        kw, door = spec(part, "power_max_kw"), catalog.cooling.get(row["rack_kind"])
        wet = (
            min(spec(part, "liquid_frac"), captured)
            if row["rack_kind"] == "direct-to-chip"
            else 0.0
        )
        liquid += wet * kw
        if door is not None and door.kind == "immersion":
            wet = spec(door, "captured_frac")
        air += 0.0 if door is not None and door.kind == "rear-door" else (1.0 - wet) * kw
    return air, liquid


def _short(
    lines: list[Row], parts: Any, loads: dict[str, float], redundancy: str, month: int
) -> list[str]:
    found = []
    for kind, load in loads.items():
        found += _carry(kind, _modules(lines, parts, (kind,)), load, redundancy, month)
    return found


def _modules(lines: list[Row], parts: Any, kinds: tuple[str, ...]) -> list[float]:
    """Return the rating of every module bought of some kinds. [kW]."""
    return [
        spec(parts[line["part_id"]], "unit_kw")
        for line in lines
        if line["part_id"] in parts and parts[line["part_id"]].kind in kinds
        for _ in range(round(line["count"]))
    ]


def _carry(
    group: str, units_kw: list[float], load_kw: float, redundancy: str, month: int
) -> list[str]:
    left = sum(units_kw)
    if redundancy == "N+1":
        left -= max(units_kw, default=0.0)
    elif redundancy == "2N":
        # Two equal sides: sorted by size, every second module is on the weaker side.
        left = sum(sorted(units_kw)[: 2 * (len(units_kw) // 2) : 2])
    elif redundancy == "distributed":
        left -= sum(sorted(units_kw, reverse=True)[: -(-len(units_kw) // 4)])
    if exceeds(load_kw, left):
        return [
            f"month {month}: {group} carries {left:,.1f} kW with {redundancy}, the load is"
            f" {load_kw:,.1f} kW"
        ]
    return []
