"""Elevations: every unit of height of every rack, what stands there, and what the rack carries."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import stands
from designlib.explore._once import once
from designlib.explore.devices import SWITCH, Device, devices
from designlib.explore.halls import (
    RackLimits,
    Row,
    heat_kw,
    part_of,
    rack_limits,
    site_of,
    spec,
)

PATHS: Final = "ABCDEFGH"
BLANK: Final = ""
"""Part of the units of height in which nothing stands."""

UNITS: Final = (
    "site", "rack", "rack_kind", "u_bottom", "u_height", "device", "part_id", "line_id", "feeds",
    "kw", "air_kw", "liquid_kw", "door_kw", "kg", "ports", "period_month",
)  # fmt: skip
RACKS: Final = (
    "site", "rack", "rack_kind", "units", "used_u", "usable_u", "kw", "limit_kw", "feeds",
    "feed_kw", "failover_kw", "air_kw", "liquid_kw", "door_kw", "kg", "limit_kg", "ports",
    "period_month",
)  # fmt: skip

SUMS: Final = ("kw", "air_kw", "liquid_kw", "door_kw", "kg", "ports")


@once
def elevations(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return every rack at the last date, unit by unit of height, from the floor up.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.

    Returns
    -------
    pandas.DataFrame
        A row is a device, or a stretch of height in which nothing stands (``part_id`` is empty):
        the rows of a rack cover it from unit 1 to its top, each unit once. ``feeds`` names the
        paths of power that the device hangs on; ``kw`` is its maximum, whose heat goes to the
        room air (``air_kw``), a loop to the chips (``liquid_kw``) or a rear door (``door_kw``);
        ``ports`` counts its network ports. [U], [kW], [kg], [ports]
    """
    brief = Brief.from_dict(design.brief)
    named = {(d.site, d.rack, d.u_bottom): d for d in devices(design, catalog) if d.rack}
    rows: list[Row] = []
    for (site_id, rack), held in _by_rack(design).items():
        site = site_of(brief, site_id)
        limits = rack_limits(design, catalog, site, held[0]["rack_kind"])
        top = max(limits.height_u, *(r["u_bottom"] + r["u_height"] - 1 for r in held))
        next_u = 1
        for row in held:
            rows += _blank(held[0], next_u, row["u_bottom"])
            device = named.get((site_id, rack, row["u_bottom"]))
            rows.append(_unit(row, device, limits, site, catalog))
            next_u = row["u_bottom"] + row["u_height"]
        rows += _blank(held[0], next_u, top + 1)
    return pd.DataFrame(rows, columns=list(UNITS))


@once
def racks(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return what each rack holds beside what it may hold.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.

    Returns
    -------
    pandas.DataFrame
        A row is a rack. ``feed_kw`` is the rating of the strips of one of its ``feeds`` paths, and
        ``failover_kw`` what they carry with one path lost: never less than ``limit_kw``. A system
        that is a rack of its own answers for its own height and weight; the floor bears the rest.
        [U], [kW], [kg], [ports]
    """
    brief, found = Brief.from_dict(design.brief), elevations(design, catalog)
    rows: list[Row] = []
    for _, held in found[found.part_id != BLANK].groupby(["site", "rack"]):
        first = held.iloc[0]
        limits = rack_limits(design, catalog, site_of(brief, first.site), first.rack_kind)
        whole = any(getattr(part_of(catalog, p), "rack_scale", False) for p in held.part_id)
        sums: Row = {c: held[c].sum() for c in SUMS}
        used = int(held.u_height.sum())
        rows.append(
            sums
            | {
                "site": first.site,
                "rack": first["rack"],
                "rack_kind": first.rack_kind,
                "units": len(held),
                "used_u": used,
                "usable_u": used if whole else limits.usable_u,
                "limit_kw": limits.limit_kw,
                "feeds": limits.feeds,
                "feed_kw": limits.feed_kw,
                "failover_kw": limits.failover_kw,
                "limit_kg": max(limits.limit_kg, sums["kg"]) if whole else limits.limit_kg,
                "period_month": int(held.period_month.min()),
            }
        )
    return pd.DataFrame(rows, columns=list(RACKS)).astype({"ports": "int64"} if rows else {})


def _by_rack(design: Design) -> dict[tuple[str, str], list[Row]]:
    """Return what stands in each rack at the last date, from the floor up."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    last = max(design.dates, default=0)
    for row in design.tables["placement"]:
        if stands(row, last):
            found[row["site"], row["rack"]].append(row)
    return {
        at: sorted(rows, key=lambda r: r["u_bottom"])
        for at, rows in sorted(found.items(), key=lambda item: item[0])
    }


def _unit(row: Row, device: Device | None, limits: RackLimits, site: Any, catalog: Catalog) -> Row:
    part = part_of(catalog, row["part_id"])
    air, liquid, door = heat_kw(catalog, site, row)
    supplies = spec(part, "psus_count") if part is not None else 0.0
    return {
        **{c: row[c] for c in ("site", "rack", "rack_kind", "u_bottom", "u_height")},
        "device": device.name if device is not None else "",
        "part_id": row["part_id"],
        "line_id": row["line_id"],
        "feeds": "+".join(PATHS[: 1 if supplies == 1 else limits.feeds]),
        "kw": float(row["kw"] or 0.0),
        "air_kw": air,
        "liquid_kw": liquid,
        "door_kw": door,
        "kg": float(row["kg"] or 0.0),
        "ports": _ports(device, part),
        "period_month": row["period_month"],
    }


def _ports(device: Device | None, part: Any) -> int:
    """Return the network ports of a device, those of a switch included."""
    if device is None:
        return 0
    own = spec(part, "radix_ports") if device.kind == SWITCH else 0.0
    return int(own) + sum(device.ports.values())


def _blank(like: Row, bottom: int, until: int) -> list[Row]:
    """Return a row for height in which nothing stands; none where there is no such height."""
    if until <= bottom:
        return []
    empty = dict.fromkeys(("kw", "air_kw", "liquid_kw", "door_kw", "kg"), 0.0)
    return [
        {
            **{c: like[c] for c in ("site", "rack", "rack_kind", "period_month")},
            **empty,
            **dict.fromkeys(("device", "part_id", "line_id", "feeds"), BLANK),
            "u_bottom": bottom,
            "u_height": until - bottom,
            "ports": 0,
        }
    ]
