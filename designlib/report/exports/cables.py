"""Cables: the point-to-point sheet of every network of every site, and its counts by part.

Each port is in one row at most. The second file sets the pieces of the sheet against those of the
bill of materials, with the longest way of each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from designlib.cabling.links import SWITCHES
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.cables import Cable, cables
from designlib.explore.devices import Device
from designlib.explore.plugs import Plugs, bought
from designlib.report.exports._text import Value, csv_text

COLUMNS: Final = (
    "Cable", "Site", "A-Node", "A-Type", "A-Port", "A-Rack", "A-U", "Z-Node", "Z-Type", "Z-Port",
    "Z-Rack", "Z-U", "Tier", "Network", "Length [m]", "Part", "A-Optic", "Z-Optic", "From month",
)  # fmt: skip

COUNT_COLUMNS: Final = (
    "Network", "Part", "In the sheet", "Bought", "Bought more", "Longest way [m]", "Reach [m]",
    "Note of the bill", "Remark",
)  # fmt: skip


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the cable sheet of a design and its counts by network and part."""
    found = cables(design, catalog)
    if not found:
        return {}
    return {
        "cables.csv": csv_text(COLUMNS, _rows(found)),
        "cable_counts.csv": csv_text(COUNT_COLUMNS, _counts(design, catalog, found)),
    }


def _rows(found: list[Cable]) -> Iterator[list[Value]]:
    for n, cable in enumerate(found, 1):
        yield [
            f"C{n:06d}", cable.a.site, *_end(cable.a, cable.a_port), *_end(cable.z, cable.z_port),
            cable.tier, cable.fabric, cable.length_m, cable.part, cable.near, cable.far,
            cable.period_month,
        ]  # fmt: skip


def _end(device: Device, port: str) -> list[Value]:
    kind = "Switch" if device.kind in SWITCHES or device.kind == "switch" else "Host"
    return [device.name, kind, port, device.rack, device.u_bottom or None]


def _counts(design: Design, catalog: Catalog, found: list[Cable]) -> Iterator[list[Value]]:
    """Yield a row for each part of each network."""
    tiers: dict[str, dict[str, list[Cable]]] = defaultdict(lambda: defaultdict(list))
    for cable in found:
        tiers[cable.fabric][cable.tier].append(cable)
    for row in design.summary["fabrics"]:
        fabric, by_tier = row["name"], tiers.get(row["name"], {})
        total: Counter[str] = Counter()
        longest: dict[str, float] = {}
        for held in by_tier.values():
            one = held[0]
            total += Plugs(one.part, one.near, one.far).pieces(len(held), catalog)
            way = max((c.length_m or 0.0 for c in held), default=0.0)
            for part in filter(None, (one.part, one.near, one.far)):
                longest[part] = max(longest.get(part, 0.0), way)
        pool = fabric.partition(": ")[2]
        bill, notes = bought(design, catalog, pool), _notes(design, pool)
        for part in sorted(total.keys() | bill.keys()):
            reach = float(catalog.optics[part].specs.reach_max_m.value) if part else 0.0
            more = bill[part] - total[part]
            yield [
                fabric, part, total[part], bill[part], more, longest.get(part), reach,
                notes.get(part), _remark(more, longest.get(part, 0.0), reach),
            ]  # fmt: skip


def _notes(design: Design, pool: str) -> dict[str, str]:
    """Return what the bill says of each part of a network, such as the length it was priced at."""
    lines = [b for b in design.tables["bill_of_materials"] if b["pool"] == pool]
    return {line["part_id"]: line["note"] for line in lines}


def _remark(more: int, longest: float, reach: float) -> str:
    """Return what a reader must know of a row; empty where sheet and bill agree."""
    words = []
    if more > 0:
        words.append("bought beyond the links of the last date")
    if more < 0:
        words.append(f"{-more} more are needed than the bill of materials has")
    if longest > reach:
        words.append(f"the longest way is {longest - reach:.1f} m beyond the reach of the part")
    return "; ".join(words)
