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
    """Return the ends of fibers, each of which needs a transceiver of its kind."""
    found = []
    fibers = sorted({x["part_id"] for x in optics if catalog.optics[x["part_id"]].kind == "fibre"})
    for fiber in fibers:
        part = catalog.optics[fiber]
        links = sum(
            x["count"] * spec(part, "links_per_unit_count") for x in optics if x["part_id"] == fiber
        )
        ends = sum(
            x["count"] * spec(catalog.optics[x["part_id"]], "links_per_unit_count")
            for x in optics
            if catalog.optics[x["part_id"]].kind == "transceiver"
            and pairs(catalog.optics[x["part_id"]], part)
        )
        found.append(
            Promise(
                CHECK, f"transceiver ends for {fiber}", fabric, 2 * links, ends, "ends",
                "at least", law="two ends a fiber; only transceivers that pair with it count",
            )
        )  # fmt: skip
    return found
