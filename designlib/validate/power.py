"""Power: at every date the maximum power of all that stands is within what is granted.

IT power is the sum of the catalog's maximum over every unit placed, with the fans of rear doors.
Facility power is IT power times the PUE of the cooling that each unit stands in.
"""

from __future__ import annotations

from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, brief_of, count, exceeds, granted, spec, until

KW_PER_MW = 1000.0


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each date at which more power is drawn than granted."""
    found = []
    for site in brief_of(design).sites:
        for month in design.dates:
            it_kw, facility_kw = site_power(design, catalog, site, month)
            limit = granted(site.it_power_kw, month, "kw")
            if limit is not None and exceeds(it_kw, limit):
                found.append(
                    f"month {month}: {it_kw:,.1f} kW of IT at {site.id}, {limit:,.0f} kW are"
                    " granted"
                )
            grid = granted(site.utility_mw, month, "mw")
            if grid is not None and exceeds(facility_kw, grid * KW_PER_MW):
                found.append(
                    f"month {month}: {facility_kw:,.1f} kW drawn at {site.id}, the utility"
                    f" gives {grid:g} MW"
                )
    return found


def pue_of(kind: str, site: Any, catalog: Catalog) -> float:
    """Return the PUE of a kind of rack at a site: the brief's, else that of air."""
    door = catalog.cooling.get(kind)
    stated = None
    if kind == "direct-to-chip" or (door is not None and door.kind == "immersion"):
        stated = site.pue.direct_to_chip
    elif door is not None and door.kind == "rear-door":
        stated = site.pue.rear_door
    return float(site.pue.air if stated is None else stated)


def site_power(
    design: Design, catalog: Catalog, site: Any, month: int, *, field: str = "power_max_kw"
) -> tuple[float, float]:
    """Return IT and facility power of a site at a date.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog
        What its parts draw.
    site : Site
        Site of the brief.
    month : int
        Date. [mo]
    field : str
        ``power_max_kw``, or ``power_typical_kw`` for energy.

    Returns
    -------
    tuple of (float, float)
        IT power and facility power. [kW]
    """
    stands = {**catalog.servers, **catalog.switches, **catalog.storage}
    it_kw = facility_kw = 0.0
    for row in until(design.tables["placement"], month):
        if row["site"] == site.id and row["part_id"] in stands:
            kw = spec(stands[row["part_id"]], field)
            it_kw += kw
            facility_kw += kw * pue_of(row["rack_kind"], site, catalog)
    fans = _fans_kw(until(bill(design), month), catalog, site)
    return it_kw + fans, facility_kw + fans * pue_of("air", site, catalog)


def _fans_kw(lines: list[Row], catalog: Catalog, site: Any) -> float:
    doors = {d.id: d for d in catalog.cooling.values() if d.kind == "rear-door"}
    return sum(
        spec(door, "parasitic_kw")
        * count(x for x in lines if x["part_id"] == i and x["site"] == site.id)
        for i, door in doors.items()
    )
