"""Packing: what stands in the racks fits height, weight, cooling, and either of two feeds.

Racks are filled again by a rule of our own: the tallest first, into the first rack with room.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from math import ceil, inf
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, brief_of, count, spec, until
from designlib.validate._promise import Promise
from designlib.validate.racks import limit_kw, positions_of
from designlib.validate.recount._names import constant

CHECK: Final = "packing"
Racks = dict[str, list[Row]]
Size = tuple[float, float, float]
"""Height [U], power [kW] and weight [kg]."""


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return the fullest rack of each site in every respect, and the racks that are needed."""
    brief = brief_of(design)
    found: list[Promise] = []
    for site in brief.sites:
        before = -1
        for month in design.dates:
            rows = [r for r in until(design.tables["placement"], month) if r["site"] == site.id]
            if len(rows) == before or not rows:
                continue
            before = len(rows)
            racks: Racks = defaultdict(list)
            for row in rows:
                racks[row["rack"]].append(row)
            lines = [x for x in until(bill(design), month) if x["site"] == site.id]
            found += _fullest(racks, site, lines, catalog, month)
            found += _feeds(racks, site, lines, catalog, month)
            found += _enough(racks, site, lines, catalog, month)
    return found


def _part(row: Row, catalog: Catalog) -> Any:
    for family in (catalog.servers, catalog.switches, catalog.storage):
        if row["part_id"] in family:
            return family[row["part_id"]]
    return None


def _sum(rows: list[Row], name: str, catalog: Catalog) -> float:
    parts = (_part(row, catalog) for row in rows)
    return sum(spec(part, name) for part in parts if part is not None)


def _alone(rows: list[Row], catalog: Catalog) -> bool:
    """Return whether a rack is a rack-scale system, which is its own cabinet."""
    return any(getattr(_part(row, catalog), "rack_scale", False) for row in rows)


def _cabinets(lines: list[Row], catalog: Catalog) -> list[Any]:
    ids = {x["part_id"] for x in lines}
    return [p for p in catalog.power.values() if p.kind == "rack-cabinet" and p.id in ids]


def _fullest(
    racks: Racks, site: Any, lines: list[Row], catalog: Catalog, month: int
) -> list[Promise]:
    cabinets = _cabinets(lines, catalog)
    height = min((spec(c, "height_usable_u") for c in cabinets), default=0.0)
    weight = min((spec(c, "weight_limit_kg") for c in cabinets), default=0.0)
    own = {name: rows for name, rows in racks.items() if not _alone(rows, catalog)}
    found = []
    limits = (("height_u", "U", height), ("weight_kg", "kg", weight)) if cabinets else ()
    for field, unit, limit in limits:  # racks without any cabinet are told by their number
        worst = max(own, key=lambda r: _sum(own[r], field, catalog), default=None)
        if worst is not None:
            law = "sum over what stands in the fullest rack against its cabinet"
            found.append(
                Promise(
                    CHECK, f"{unit} in the fullest rack, {worst}", site.id, limit,
                    _sum(own[worst], field, catalog), unit, "at most", month, law,
                )
            )  # fmt: skip
    for kind in sorted({rows[0]["rack_kind"] for rows in racks.values()}):
        alike = {name: rows for name, rows in racks.items() if rows[0]["rack_kind"] == kind}
        worst = max(alike, key=lambda r: _sum(alike[r], "power_max_kw", catalog))
        most = limit_kw(kind, site, catalog)
        found.append(
            Promise(
                CHECK, f"heat of the hottest {kind} rack, {worst}", site.id,
                0.0 if most is None else most, _sum(alike[worst], "power_max_kw", catalog), "kW",
                "at most", month, "sum of maximum power against cooling and feed of the position",
            )
        )  # fmt: skip
    if site.floor_limit_kg_per_m2 is not None:
        share = constant(catalog, "rack", "floor_share_m2")
        worst = max(racks, key=lambda r: _sum(racks[r], "weight_kg", catalog))
        found.append(
            Promise(
                CHECK, f"floor load of the heaviest rack, {worst}", site.id,
                site.floor_limit_kg_per_m2, _sum(racks[worst], "weight_kg", catalog) / share,
                "kg/m2", "at most", month, f"weight over {share:g} m2 of floor a rack",
            )
        )  # fmt: skip
    return found


def _feeds(
    racks: Racks, site: Any, lines: list[Row], catalog: Catalog, month: int
) -> list[Promise]:
    """Return the rack power strips that feed every bought rack twice, each feed alone enough."""
    strips = [x for x in lines if _is(x, "rack-pdu", catalog)]
    if not strips:
        return []
    rating = min(spec(catalog.power[x["part_id"]], "unit_kw") for x in strips)
    feeds = int(constant(catalog, "rack", "pdus_count"))
    bought = [rows for rows in racks.values() if any(row["line_id"] for row in rows)]
    each = [ceil(_sum(rows, "power_max_kw", catalog) / rating - 1e-9) or 1 for rows in bought]
    law = f"{feeds} feeds, either of which carries the whole rack; {rating:g} kW a strip"
    return [
        Promise(
            CHECK, "power strips for a failover of feeds", site.id, feeds * sum(each),
            count(strips), "strips", "at least", month, law,
        )
    ]  # fmt: skip


def _is(line: Row, kind: str, catalog: Catalog) -> bool:
    part = catalog.power.get(line["part_id"])
    return part is not None and part.kind == kind


def _enough(
    racks: Racks, site: Any, lines: list[Row], catalog: Catalog, month: int
) -> list[Promise]:
    """Return cabinets against racks in use, and against the racks of a packing of our own."""
    cabinets = count(x for x in lines if _is(x, "rack-cabinet", catalog))
    bought = [rows for rows in racks.values() if any(row["line_id"] for row in rows)]
    found = [
        Promise(
            CHECK, "cabinets for the racks in use", site.id, len(bought), cabinets, "racks",
            "at least", month, "racks with anything bought in them",
        )
    ]  # fmt: skip
    if site.rack_positions_count is not None:
        found.append(
            Promise(
                CHECK, "rack positions in use", site.id, site.rack_positions_count,
                sum(positions_of(rows[0]["rack_kind"], catalog) for rows in racks.values()),
                "racks", "at most", month, "racks with anything in them",
            )
        )  # fmt: skip
    kinds: dict[str, list[Row]] = defaultdict(list)
    for rows in bought:
        kinds[rows[0]["rack_kind"]] += rows
    again = sum(racks_needed(rows, kind, site, lines, catalog) for kind, rows in kinds.items())
    law = "the fullest item first into the first rack of its kind with room"
    found.append(
        Promise(
            CHECK, "racks that a packing of our own needs", site.id, cabinets, again, "racks",
            "at most", month, law,
        )
    )  # fmt: skip
    return found


def racks_needed(rows: list[Row], kind: str, site: Any, lines: list[Row], catalog: Catalog) -> int:
    """Return the racks that first fit by falling height takes for some units. [racks]."""
    cabinets = _cabinets(lines, catalog)
    limits = (
        min((spec(c, "height_usable_u") for c in cabinets), default=inf),
        limit_kw(kind, site, catalog) or inf,
        min((spec(c, "weight_limit_kg") for c in cabinets), default=inf),
    )
    items = sorted(
        (
            (spec(p, "height_u"), spec(p, "power_max_kw"), spec(p, "weight_kg"))
            for p in (_part(r, catalog) for r in rows)
            if p is not None and not getattr(p, "rack_scale", False)
        ),
        key=lambda item: max(a / b for a, b in zip(item, limits, strict=True)),
        reverse=True,
    )
    alone = sum(bool(getattr(_part(r, catalog), "rack_scale", False)) for r in rows)
    return _first_fit(tuple(items), limits) + alone


@lru_cache(maxsize=256)
def _first_fit(items: tuple[Size, ...], limits: Size) -> int:
    """Return the racks that items take, each in the first one with room for it. [racks].

    Remembered: a stressed design has most of its racks as they were.
    """
    height, power, weight = (limit + 1e-9 for limit in limits)
    used: list[Size] = []
    first, last = 0, None
    for item in items:
        first = first if item == last else 0  # racks that refused its like refuse it too
        last, (h, p, w) = item, item
        for n in range(first, len(used)):
            rack_h, rack_p, rack_w = used[n]
            if rack_h + h <= height and rack_p + p <= power and rack_w + w <= weight:
                first, used[n] = n, (rack_h + h, rack_p + p, rack_w + w)
                break
        else:
            first = len(used)
            used.append(item)
    return len(used)
