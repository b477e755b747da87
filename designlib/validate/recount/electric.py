"""Electric: power and cooling of each site at each date, with one unit of each group failed."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.plant_parts import CHAIN_KINDS
from designlib.validate._evidence import Row, bill, brief_of, granted, spec, until
from designlib.validate._promise import Promise
from designlib.validate.plant import AFTER_UPS, heat
from designlib.validate.power import KW_PER_MW, site_power

CHECK: Final = "electric"
SUMMED: Final = "sum of the catalog's maximum power over every unit that stands there"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return power against what is granted, and each group of modules against its load."""
    found: list[Promise] = []
    for site in brief_of(design).sites:
        for month in design.dates:
            lines = [x for x in until(bill(design), month) if x["site"] == site.id]
            it_kw, facility_kw = site_power(design, catalog, site, month)
            found += _granted(site, it_kw, facility_kw, month)
            found += _chain(lines, catalog, site, (it_kw, facility_kw), month)
            found += _cooling(design, lines, catalog, site, month)
    return found


def _granted(site: Any, it_kw: float, facility_kw: float, month: int) -> list[Promise]:
    found = []
    limit = granted(site.it_power_kw, month, "kw")
    grid = granted(site.utility_mw, month, "mw")
    if limit is not None:
        found.append(
            Promise(CHECK, "IT power", site.id, limit, it_kw, "kW", "at most", month, SUMMED)
        )
    if grid is not None:
        law = f"{SUMMED}, times the PUE of the cooling that it stands in"
        found.append(
            Promise(
                CHECK, "facility power", site.id, grid * KW_PER_MW, facility_kw, "kW", "at most",
                month, law,
            )
        )  # fmt: skip
    return found


def _chain(
    lines: list[Row], catalog: Catalog, site: Any, loads: tuple[float, float], month: int
) -> list[Promise]:
    """Return each kind of module of a chain that is bought, with its promised spare gone."""
    if site.power_chain.exists:
        return []
    found = []
    for kind in sorted({p.kind for p in catalog.power.values() if p.kind in CHAIN_KINDS}):
        load = loads[0] if kind in AFTER_UPS else loads[1]
        units = units_kw(lines, catalog.power, (kind,))
        found.append(_group(kind, site, units, load, site.redundancy.power, month))
    return found


def _cooling(
    design: Design, lines: list[Row], catalog: Catalog, site: Any, month: int
) -> list[Promise]:
    air, liquid = heat(design, catalog, site.id, month)
    found = []
    limit = granted(site.it_power_kw, month, "kw")
    if not site.room_air.exists:
        units = units_kw(lines, catalog.cooling, ("perimeter-air", "contained-air"))
        found.append(_group("room air", site, units, air, site.redundancy.cooling, month))
    elif limit is not None:
        law = "maximum power that no liquid takes; the room's air is rated as its IT power"
        found.append(
            Promise(CHECK, "heat to the room air", site.id, limit, air, "kW", "at most", month, law)
        )
    if liquid:
        units = units_kw(lines, catalog.cooling, ("direct-to-chip",))
        found.append(_group("liquid loop", site, units, liquid, site.redundancy.cooling, month))
        loop = site.direct_to_chip
        most = 0.0 if loop is None or not loop.available else loop.max_kw
        if most is not None:
            law = "share of maximum power that the loop captures"
            found.append(
                Promise(
                    CHECK, "heat to the liquid loop", site.id, most, liquid, "kW", "at most", month,
                    law,
                )
            )  # fmt: skip
    return found


def _group(
    name: str, site: Any, units: list[float], load: float, redundancy: str, month: int
) -> Promise:
    law = f"ratings of the {len(units)} modules of the bill, {redundancy}: {_WORDS[redundancy]}"
    return Promise(
        CHECK, f"{name} with its spare gone", site.id, load, carried_kw(units, redundancy), "kW",
        "at least", month, law,
    )  # fmt: skip


_WORDS: Final = {
    "N": "none is lost", "N+1": "the largest is lost", "2N": "the better half is lost",
}  # fmt: skip


def carried_kw(units: list[float], redundancy: str) -> float:
    """Return what modules carry with their promised redundancy lost. [kW].

    Parameters
    ----------
    units : list of float
        Rating of each module. [kW]
    redundancy : str
        ``N``, ``N+1`` or ``2N``.

    Examples
    --------
    >>> carried_kw([100, 100, 50], "N+1"), carried_kw([100, 100, 50], "2N")
    (150, 50)
    """
    order = sorted(units)
    if redundancy == "N+1":
        return sum(order[:-1])
    if redundancy == "2N":
        # Modules are wired to the two sides in turn, so the weaker side has every second one.
        return sum(order[: 2 * (len(order) // 2) : 2])
    return sum(order)


def units_kw(lines: list[Row], parts: Any, kinds: tuple[str, ...]) -> list[float]:
    """Return the rating of every module bought of some kinds. [kW]."""
    return [
        spec(parts[x["part_id"]], "unit_kw")
        for x in lines
        if x["part_id"] in parts and parts[x["part_id"]].kind in kinds
        for _ in range(round(x["count"]))
    ]
