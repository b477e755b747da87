"""Control: the servers and appliances that run the cluster's own software stand at every site."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, count, spec, until
from designlib.validate._fabrics import fabrics_of, role_of
from designlib.validate._promise import Promise

CHECK: Final = "control"
LAYER: Final = "orchestration"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return control servers and fabric managers of each site at each date against their need."""
    found: list[Promise] = []
    need = _servers_needed(design, catalog)
    for month in design.dates:
        lines = until(bill(design), month)
        sites = sorted({x["site"] for x in lines if x["part_id"] in catalog.servers})
        for site in sites if need is not None else ():
            have = count(x for x in lines if x["site"] == site and x["layer"] == LAYER)
            law = "base of every cluster, and the servers of each component that the design names"
            found.append(
                Promise(
                    CHECK, "control servers", site, need or 0.0, have, "servers", "at least", month,
                    law,
                )
            )  # fmt: skip
        found += _managers(design, lines, catalog, month)
    return found


def _servers_needed(design: Design, catalog: Catalog) -> float | None:
    """Return the control servers of a site; None where the design names no software."""
    base = catalog.find_constant("control", "base_servers_count")
    named = design.summary.get("orchestration")
    if base is None or named is None:
        return None
    parts = (catalog.software[i] for i in named if i in catalog.software)
    return float(base.value) + sum(spec(part, "control_servers_count") for part in parts)


def _managers(design: Design, lines: list[Row], catalog: Catalog, month: int) -> list[Promise]:
    """Return the manager appliances of each compute fabric against those that its kind needs."""
    found = []
    for fabric in fabrics_of(design, catalog, month):
        if role_of(fabric) != "compute":
            continue
        mine = [x for x in lines if x["pool"] == fabric]
        spoken = {
            catalog.switches[x["part_id"]].technology
            for x in mine
            if x["part_id"] in catalog.switches
        }
        for part in catalog.software.values():
            need = spec(part, "appliances_count")
            to = part.applies_to.technologies or ()
            if part.kind != "fabric-manager" or not need or not spoken & set(to):
                continue
            have = count(x for x in mine if x["part_id"] == part.id)
            if have or catalog.has_price(part.id, "purchase"):
                found.append(
                    Promise(
                        CHECK, f"appliances of {part.id}", fabric, need, have, "appliances",
                        "at least", month, "as many a fabric as its maker says",
                    )
                )  # fmt: skip
    return found
