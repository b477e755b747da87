"""Halls: what each rack of a site may draw, how it is fed, and where its heat goes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics.power_chain import rack_feed_kw

Row = dict[str, Any]

AIR: Final = "air"
LOOP: Final = "direct-to-chip"
DOOR: Final = "rear-door"
TANK: Final = "immersion"
OFFERS: Final = {DOOR: "rear_door", "liquid-to-air": "liquid_to_air", TANK: "immersion"}
"""Kind of cooling that serves one rack -> what a site states of it."""
SPARES: Final = "spares"
"""Layer of what lies on the shelf: it stands in no rack."""


@dataclass(frozen=True)
class RackLimits:
    """What one rack of a kind may hold.

    Attributes
    ----------
    limit_kw : float
        Most that it may draw: the smaller of feed and cooling. [kW]
    feeds : int
        Independent paths of power. [1]
    feed_kw : float
        Continuous rating of the power strips of one path. [kW]
    failover_kw : float
        What the strips still carry with one path lost. [kW]
    usable_u, height_u : int
        Height for equipment, and of the cabinet. [U]
    limit_kg : float
        Weight that the cabinet and the floor carry; infinite where nothing limits. [kg]
    """

    limit_kw: float
    feeds: int
    feed_kw: float
    failover_kw: float
    usable_u: int
    height_u: int
    limit_kg: float


def spec(part: Any, name: str) -> float:
    """Return a number of a part, 0 where it has none of that name."""
    quantity = getattr(part.specs, name, None)
    return 0.0 if quantity is None else float(quantity.value)


def part_of(catalog: Catalog, part: str) -> Any:
    """Return a server, switch or storage unit of the catalog; None where it has none."""
    for family in (catalog.servers, catalog.switches, catalog.storage):
        if part in family:
            return family[part]
    return None


def cooling_of(catalog: Catalog, rack_kind: str) -> str:
    """Return the kind of cooling of a kind of rack; a rear door gives its rack its name."""
    part = catalog.cooling.get(rack_kind)
    return rack_kind if part is None else str(part.kind)


def site_of(brief: Brief, site: str) -> Any:
    """Return a site of a brief by its id."""
    return next(s for s in brief.sites if s.id == site)


def cooled_kw(catalog: Catalog, site: Any, rack_kind: str) -> float:
    """Return the heat that a rack of a kind gets rid of at a site. [kW]."""
    kind = cooling_of(catalog, rack_kind)
    if kind in OFFERS:
        offer = getattr(site, OFFERS[kind])
        most = inf if offer is None else float(offer.rack_limit_kw)
        return min(most, spec(catalog.cooling[rack_kind], "rack_limit_kw") or inf)
    loop = site.direct_to_chip
    if kind == LOOP and loop is not None and loop.rack_limit_kw is not None:
        return float(loop.rack_limit_kw)
    return float(site.rack_air_kw)


def rack_limits(design: Design, catalog: Catalog, site: Any, rack_kind: str) -> RackLimits:
    """Return what one rack of a kind may hold at a site, with the cabinet that was bought.

    Parameters
    ----------
    design : Design
        The design whose bill names the cabinet and the power strips.
    catalog : Catalog
        What they are.
    site : Site
        Site of the brief.
    rack_kind : str
        Kind of rack, as the placement names it.
    """
    feed = inf if site.rack_feed_kw is None else float(site.rack_feed_kw)
    limit = min(feed, cooled_kw(catalog, site, rack_kind))
    cabinet, strip = _bought(design, catalog, "rack-cabinet"), _bought(design, catalog, "rack-pdu")
    paths = int(catalog.constant("rack", "pdus_count").value)
    each = spec(strip, "unit_kw")
    path_kw = each * ceil(limit / each) if each else inf
    floor = site.floor_limit_kg_per_m2
    share = float(catalog.constant("rack", "floor_share_m2").value)
    return RackLimits(
        limit_kw=limit,
        feeds=paths,
        feed_kw=path_kw,
        failover_kw=rack_feed_kw([path_kw] * paths, "N+1"),
        usable_u=int(spec(cabinet, "height_usable_u")),
        height_u=int(spec(cabinet, "height_u")),
        limit_kg=min(
            spec(cabinet, "weight_limit_kg"), inf if floor is None else float(floor) * share
        ),
    )


def _bought(design: Design, catalog: Catalog, kind: str) -> Any:
    """Return the part of a kind that the bill names, else the first of the catalog."""
    lines = [b["part_id"] for b in design.tables["bill_of_materials"]]
    parts = [p for p in catalog.power.values() if p.kind == kind]
    return next((p for p in parts if p.id in lines), parts[0])


def heat_kw(catalog: Catalog, site: Any, row: Row) -> tuple[float, float, float]:
    """Return where the heat of a placed unit goes: room air, loop or tank, rear door.

    Parameters
    ----------
    catalog : Catalog
        What the unit is.
    site : Site
        Site of the brief.
    row : dict
        Row of the placement.

    Returns
    -------
    tuple of float
        They add up to what the unit draws. [kW]
    """
    kw, kind = float(row["kw"] or 0.0), cooling_of(catalog, row["rack_kind"])
    if kind == DOOR:
        return 0.0, 0.0, kw
    if kind == TANK:
        wet = kw * spec(catalog.cooling[row["rack_kind"]], "captured_frac")
        return kw - wet, wet, 0.0
    part = part_of(catalog, row["part_id"])
    if kind != LOOP or part is None:
        return kw, 0.0, 0.0
    loop = site.direct_to_chip
    most = 1.0 if loop is None or loop.capture_frac is None else float(loop.capture_frac)
    wet = kw * min(most, spec(part, "liquid_frac"))
    return kw - wet, wet, 0.0


def pue_of(catalog: Catalog, site: Any, rack_kind: str) -> float:
    """Return the PUE of a kind of rack at a site: the brief's, else that of air."""
    names = {DOOR: "rear_door", LOOP: "direct_to_chip", TANK: "direct_to_chip"}
    stated = getattr(site.pue, names.get(cooling_of(catalog, rack_kind), "air"))
    return float(site.pue.air if stated is None else stated)
