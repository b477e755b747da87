"""Optics: what is plugged fits port, fiber, speed and distance, and no end of a fiber is bare."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.pairing import pairs
from designlib.validate._evidence import Row, bill, spec
from designlib.validate._fabrics import role_of
from designlib.validate._promise import Promise

CHECK: Final = "optics"
NEAREST: Final = {
    "compute": "server-leaf", "storage": "storage-leaf", "in-band": "in-band",
    "out-of-band": "out-of-band",
}  # fmt: skip
"""Role of a fabric -> its shortest way in the table of cable lengths."""


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return speed, reach, technology and ends of the links of every fabric."""
    lines = bill(design)
    found: list[Promise] = []
    for fabric in sorted({x["pool"] for x in lines if x["part_id"] in catalog.switches}):
        mine = [x for x in lines if x["pool"] == fabric]
        optics = [x for x in mine if x["part_id"] in catalog.optics]
        kinds = [catalog.switches[x["part_id"]] for x in mine if x["part_id"] in catalog.switches]
        if optics:
            found += _fit(fabric, kinds, [catalog.optics[x["part_id"]] for x in optics], catalog)
            found += _ends(fabric, optics, catalog)
    return found


def _fit(fabric: str, switches: list[Any], optics: list[Any], catalog: Catalog) -> list[Promise]:
    speed = max(spec(s, "port_gbit_s") for s in switches)
    way = catalog.find_constant(NEAREST[role_of(fabric)], "cable_length_m")
    foreign = sum(not {s.technology for s in switches} <= set(o.technologies) for o in optics)
    return [
        Promise(
            CHECK, "speed of the slowest link", fabric, speed,
            min(spec(o, "gbit_s") for o in optics), "Gbit/s", "at least",
            law="slowest optic of the bill against the ports of its switches",
        ),
        Promise(
            CHECK, "reach of the shortest link", fabric, 0.0 if way is None else float(way.value),
            min(spec(o, "reach_max_m") for o in optics), "m", "at least",
            law="shortest reach of the bill against the shortest way of the role",
        ),
        Promise(
            CHECK, "kinds of optics that do not speak the technology", fabric, 0, foreign, "kinds",
            "at most", law="technologies of the catalog",
        ),
    ]  # fmt: skip


def _ends(fabric: str, optics: list[Row], catalog: Catalog) -> list[Promise]:
    """Return the ends of the fibers, each of which needs a transceiver that pairs with it."""
    found = []
    kinds = {x["part_id"]: catalog.optics[x["part_id"]] for x in optics}
    for fiber in sorted(i for i, part in kinds.items() if part.kind == "fibre"):
        links = _carried(optics, catalog, [fiber])
        plugs = [i for i, o in kinds.items() if o.kind == "transceiver" and pairs(o, kinds[fiber])]
        widths = sorted({spec(kinds[i], "links_per_unit_count") for i in plugs})
        # Links between switches have the plugs of a switch at both ends, links to devices at one:
        # the widest. The plugs of devices, of another width, are at the other end of those only.
        of_switch = [i for i in plugs if spec(kinds[i], "links_per_unit_count") == widths[-1]]
        sides = [(plugs, 2.0)] + ([(of_switch, 1.0)] if len(widths) > 1 else [])
        for side, ends in sides:
            found.append(
                Promise(
                    CHECK, f"ends of {fiber} by {' and '.join(side) or 'no transceiver'}", fabric,
                    ends * links, _carried(optics, catalog, side), "ends", "at least",
                    law="two ends a fiber, one of them at a switch; only transceivers that pair"
                    " with it count",
                )
            )  # fmt: skip
    return found


def _carried(optics: list[Row], catalog: Catalog, ids: list[str]) -> float:
    """Return the links, or ends of links, of some parts. [1]."""
    found: float = sum(
        x["count"] * spec(catalog.optics[x["part_id"]], "links_per_unit_count")
        for x in optics
        if x["part_id"] in ids
    )
    return found
