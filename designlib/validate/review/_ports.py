"""Ports: the links that the switches and cables of a bill give each fabric, and what they need.

A single switch gives all its ports. Two leaves without a spine are joined by half as many links as
servers take. More switches stand in tiers, whose sizes the design states; where it does not, two
thirds of them are leaves, as in a non-blocking fabric of two tiers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import ceil, floor
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, count, spec

CABLES: Final = ("dac", "aec", "aoc", "copper", "fibre")
SUPPORT: Final = {
    "storage": "storage_ports", "in-band": "in_band_ports", "out-of-band": "oob_ports"
}  # fmt: skip
"""Role of a support network -> the resource of the ledger that its devices draw."""
Found = tuple[str, str, str, float, float, str, float]


def port_amounts(design: Design, lines: list[Row], catalog: Catalog, month: int) -> Iterator[Found]:
    """Yield resource, unit, place, supply, draw, part and what one more gives, by fabric.

    Parameters
    ----------
    design : Design
        Its ledger says how many ports are drawn, its summary which tiers were built.
    lines : list of dict
        Bill of a date.
    catalog : Catalog
        Ports of a switch and links of a cable.
    month : int
        Date. [mo]
    """
    drawn: dict[tuple[str, str], float] = defaultdict(float)
    for row in design.tables["balance"]:
        if row["period_month"] == month and row["resource"].endswith("_ports"):
            drawn[row["resource"], row["place"]] = row["draw"]
    fabrics = sorted({f["name"].partition(": ")[2] for f in design.summary.get("fabrics", [])})
    bought = {x["pool"] for x in lines if x["part_id"] in catalog.switches}
    for fabric in sorted(bought | set(fabrics)):
        yield from _fabric(design, fabric, lines, catalog, month, _drawn(fabric, drawn))


def _drawn(fabric: str, drawn: dict[tuple[str, str], float]) -> float:
    """Return the ports that devices take of a fabric."""
    name, _, site = fabric.partition("@")
    for role, resource in SUPPORT.items():
        if name.startswith(f"{role}-"):
            mine = [n for (r, place), n in drawn.items() if r == resource and site in ("", place)]
            return sum(mine)
    return sum(
        n
        for (resource, place), n in drawn.items()
        if resource == "compute_ports" and (fabric == place or fabric.startswith(f"{place}-"))
    )


def _fabric(
    design: Design, fabric: str, lines: list[Row], catalog: Catalog, month: int, need: float
) -> Iterator[Found]:
    mine = [x for x in lines if x["pool"] == fabric]
    switches = [x for x in mine if x["part_id"] in catalog.switches]
    tiers = next(
        (f for f in design.summary.get("fabrics", []) if f["name"].endswith(f": {fabric}")), None
    )
    part = switches[0]["part_id"] if switches else (tiers or {}).get("switch", "")
    if part not in catalog.switches:
        return
    radix, n = spec(catalog.switches[part], "radix_ports"), count(switches)
    compute = not any(fabric.startswith(f"{role}-") for role in SUPPORT)
    share = float(design.brief.get("network", {}).get("oversubscription", 1.0)) if compute else 1.0
    ports = ports_of(n, radix, tiers, share)
    more = max(1.0, ports_of(n + 1, radix, None, share) - ports)
    yield "ports", "ports", fabric, ports, need, part, more
    built = 0 if tiers is None else tiers["leaf"] + tiers["spine"] + tiers["core"]
    if tiers is not None and month >= tiers.get("period_month", month):
        yield "switches", "switches", fabric, n, float(built), part, 1.0
    optics = [(x["count"], catalog.optics[x["part_id"]]) for x in mine if _cable(x, catalog)]
    links = sum(c * spec(o, "links_per_unit_count") for c, o in optics)
    cable = optics[0][1].id if optics else ""
    each = spec(optics[0][1], "links_per_unit_count") if optics else 1.0
    # Tiers are those of the last date; before it there are fewer switches, in fewer tiers.
    up = uplinks(need, n or float(built), tiers if n in (0, built) else None) / share
    yield "links", "links", fabric, links, need + up, cable, each


def _cable(line: Row, catalog: Catalog) -> bool:
    return line["part_id"] in catalog.optics and catalog.optics[line["part_id"]].kind in CABLES


def ports_of(
    switches: float,
    radix_ports: float,
    tiers: dict[str, Any] | None,
    oversubscription: float = 1.0,
) -> float:
    """Return the ports that so many switches leave to devices.

    Parameters
    ----------
    switches : float
        Switches of the bill. [1]
    radix_ports : float
        Ports of each. [ports]
    tiers : dict or None
        ``leaf``, ``spine`` and ``core`` as built; used only where they add up to the switches.
    oversubscription : float
        Ports of a leaf to devices over ports to spines. [1]

    Examples
    --------
    >>> [ports_of(n, 64, None) for n in (0, 1, 2, 12)]
    [0.0, 64.0, 64.0, 256.0]
    """
    if switches <= 2:
        return radix_ports if switches else 0.0
    down_frac = oversubscription / (1.0 + oversubscription)
    if tiers is not None and tiers["leaf"] + tiers["spine"] + tiers["core"] == switches:
        return float(tiers["leaf"] * radix_ports) * (down_frac if tiers["spine"] else 1.0)
    return floor(switches / (2.0 - down_frac)) * radix_ports * down_frac


def uplinks(ports: float, switches: float, tiers: dict[str, Any] | None) -> float:
    """Return the fewest links between switches of a non-blocking fabric.

    Parameters
    ----------
    ports : float
        Ports that devices take. [ports]
    switches : float
        Switches of the fabric. [1]
    tiers : dict or None
        As built; a core carries every uplink twice.
    """
    if switches <= 1:
        return 0.0
    if switches == 2:
        return float(ceil(ports / 2))
    return ports * (2.0 if tiers is not None and tiers["core"] else 1.0)
