"""Racks: nothing overlaps, and no rack carries more height, power or weight than it may.

Height, power and weight are those of the catalog. A rack-scale system is its own cabinet and
stands alone.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from math import inf
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, brief_of, count, differs, exceeds, spec, until

SERVE_ONE_RACK = ("rear-door", "liquid-to-air", "immersion")
"""Kinds of cooling unit that come one a rack."""


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each rack that breaks a limit, and for each site that has too few."""
    brief = brief_of(design)
    racks: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in design.tables["placement"]:
        racks[row["site"], row["rack"]].append(row)
    every = [p for p in catalog.power.values() if p.kind == "rack-cabinet"]
    # What was there already stands in racks that were there too: taken as those on sale.
    cabinets = [p for p in every if _bought(design, p.id)] or every
    usable = min((spec(c, "height_usable_u") for c in cabinets), default=0.0)
    rating = min((spec(c, "weight_limit_kg") for c in cabinets), default=0.0)
    found = []
    for (site_id, rack), rows in racks.items():
        site = next((s for s in brief.sites if s.id == site_id), None)
        if site is None:
            found.append(f"rack {rack} stands at {site_id}, which the brief does not have")
            continue
        wrong = (m for now in _states(rows) for m in _rack(now, site, catalog, (usable, rating)))
        found += [f"rack {rack}: {m}" for m in dict.fromkeys(wrong)]
    return found + _positions(design, brief, racks, catalog)


def _rack(rows: list[Row], site: Any, catalog: Catalog, cabinet: tuple[float, float]) -> list[str]:
    """Return what is wrong with the units that stand in a rack together."""
    found = _contents(rows, catalog)
    whole = [r for r in rows if _rack_scale(r, catalog)]
    if whole and len(rows) > 1:
        found.append(f"a rack-scale system shares it with {len(rows) - 1} other units")
    if not whole:
        found += _cabinet(rows, catalog, *cabinet)
    return found + _position(rows, site, catalog)


def _bought(design: Design, part: str) -> float:
    return count(line for line in bill(design) if line["part_id"] == part)


def _part(row: Row, catalog: Catalog) -> Any:
    for family in (catalog.servers, catalog.switches, catalog.storage):
        if row["part_id"] in family:
            return family[row["part_id"]]
    return None


def _rack_scale(row: Row, catalog: Catalog) -> bool:
    return bool(getattr(_part(row, catalog), "rack_scale", False))


def _contents(rows: list[Row], catalog: Catalog) -> list[str]:
    """Return where rows disagree with the catalog, with each other, or overlap."""
    found = []
    for row in rows:
        part = _part(row, catalog)
        if part is None:
            found.append(f"{row['part_id']} is no server, switch or storage unit of the catalog")
            continue
        for column, name in (("u_height", "height_u"), ("kw", "power_max_kw"), ("kg", "weight_kg")):
            if differs(row[column], spec(part, name)):
                found.append(
                    f"{row['part_id']} has {column} {row[column]:g}, the catalog says"
                    f" {spec(part, name):g}"
                )
    if len({row["rack_kind"] for row in rows}) > 1:
        found.append("its units name different kinds of rack")
    for below, above in pairwise(sorted(rows, key=lambda r: r["u_bottom"])):
        if below["u_bottom"] + below["u_height"] > above["u_bottom"]:
            found.append(
                f"{below['part_id']} and {above['part_id']} overlap at {above['u_bottom']:g}U"
            )
    return found


def _states(rows: list[Row]) -> list[list[Row]]:
    """Return what stands in a rack together: all its units, or those of each date if some leave."""
    if not any(row.get("until_month") for row in rows):
        return [rows]
    return [until(rows, month) for month in sorted({row["period_month"] for row in rows})]


def _cabinet(rows: list[Row], catalog: Catalog, usable: float, rating: float) -> list[str]:
    parts = [p for p in (_part(row, catalog) for row in rows) if p is not None]
    found = []
    low, top = (
        min(r["u_bottom"] for r in rows),
        max(r["u_bottom"] + r["u_height"] - 1 for r in rows),
    )
    height, weight = (
        sum(spec(p, "height_u") for p in parts),
        sum(spec(p, "weight_kg") for p in parts),
    )
    if low < 1 or exceeds(top, usable) or exceeds(height, usable):
        found.append(f"units stand from {low:g}U to {top:g}U, the cabinet has {usable:g}U")
    if exceeds(weight, rating):
        found.append(f"{weight:,.0f} kg stand in it, the cabinet carries {rating:,.0f} kg")
    return found


def _position(rows: list[Row], site: Any, catalog: Catalog) -> list[str]:
    """Return where power or floor load of a rack is above what its position may take."""
    kind = rows[0]["rack_kind"]
    parts = [p for p in (_part(row, catalog) for row in rows) if p is not None]
    kw, kg = sum(spec(p, "power_max_kw") for p in parts), sum(spec(p, "weight_kg") for p in parts)
    limit = limit_kw(kind, site, catalog)
    found = []
    if limit is None:
        found.append(f"the site offers no racks of kind {kind}")
    elif exceeds(kw, limit):
        found.append(f"{kw:.1f} kW stand in it, a {kind} rack takes {limit:g} kW")
    liquid = [p.id for p in parts if spec(p, "liquid_frac")]
    if liquid and cooling_of(kind, catalog) not in ("direct-to-chip", "liquid-to-air"):
        found.append(f"{liquid[0]} needs a liquid loop, the rack is {kind}")
    if site.floor_limit_kg_per_m2 is not None:
        load = kg / float(catalog.constant("rack", "floor_share_m2").value)
        if exceeds(load, site.floor_limit_kg_per_m2):
            found.append(
                f"loads the floor with {load:,.0f} kg/m2, {site.floor_limit_kg_per_m2:,.0f}"
                " are allowed"
            )
    return found


def cooling_of(kind: str, catalog: Catalog) -> str:
    """Return the kind of cooling of a kind of rack; a unit that serves one rack names it."""
    return str(catalog.cooling[kind].kind) if kind in catalog.cooling else kind


def _takes(kind: str, catalog: Catalog) -> float:
    """Return the positions that a rack of a kind takes, with a sidecar or as a tank."""
    cooling = cooling_of(kind, catalog)
    if cooling not in ("liquid-to-air", "immersion"):
        return 1.0
    return float(catalog.constant(cooling, "positions_count").value)


def limit_kw(kind: str, site: Any, catalog: Catalog) -> float | None:
    """Return what a rack of a kind may draw at a site, None where the site has none."""
    feed = inf if site.rack_feed_kw is None else float(site.rack_feed_kw)
    unit = catalog.cooling.get(kind)
    if unit is not None and unit.kind in SERVE_ONE_RACK:
        offer = getattr(site, unit.kind.replace("-", "_"))
        if offer is None:
            return None
        return min(feed, float(offer.rack_limit_kw), spec(unit, "rack_limit_kw"))
    if kind == "direct-to-chip":
        loop = site.direct_to_chip
        if loop is None or not loop.available:
            return None
        return min(feed, float(loop.rack_limit_kw or site.rack_air_kw))
    return min(feed, float(site.rack_air_kw)) if kind == "air" else None


def _positions(
    design: Design, brief: Brief, racks: dict[tuple[str, str], list[Row]], catalog: Catalog
) -> list[str]:
    """Return where a site has more racks than positions, or fewer cabinets and doors than racks."""
    found = []
    cabinets = [p.id for p in catalog.power.values() if p.kind == "rack-cabinet"]
    for month in design.dates:
        for site in brief.sites:
            names = {r for (s, r), rows in racks.items() if s == site.id and until(rows, month)}
            lines = [x for x in until(bill(design), month) if x["site"] == site.id]
            taken = sum(_takes(racks[site.id, r][0]["rack_kind"], catalog) for r in names)
            if site.rack_positions_count is not None and taken > site.rack_positions_count:
                found.append(
                    f"month {month}: {len(names)} racks at {site.id}, it has"
                    f" {site.rack_positions_count} positions"
                )
            bought = [r for r in names if any(row["line_id"] for row in racks[site.id, r])]
            have = count(x for x in lines if x["part_id"] in cabinets)
            if len(bought) > have:
                found.append(
                    f"month {month}: {len(bought)} racks at {site.id}, {have:g} cabinets bought"
                )
            for door in (d.id for d in catalog.cooling.values() if d.kind in SERVE_ONE_RACK):
                doors = count(x for x in lines if x["part_id"] == door)
                needed = sum(racks[site.id, r][0]["rack_kind"] == door for r in bought)
                if needed > doors:
                    found.append(
                        f"month {month}: {needed} racks need {door} at {site.id}, {doors:g} bought"
                    )
    return found
