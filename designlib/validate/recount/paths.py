"""Paths: the storage network as cabled carries what is read, saved and loaded at once."""

from __future__ import annotations

from typing import Final

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import storage as rule
from designlib.validate._evidence import bill, brief_of, demand_dates
from designlib.validate._promise import Promise
from designlib.validate.recount._devices import Bought, fabrics_bought
from designlib.validate.recount._names import BITS_PER_BYTE, constant
from designlib.validate.recount.cabling import FLOW, graph_of
from designlib.validate.recount.stores import burst_gb, limit_s, weights_gb

CHECK: Final = "paths"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return what each storage network carries between storage units and servers at each date."""
    brief = brief_of(design)
    return [p for when in demand_dates(design, brief) for p in _paths(design, catalog, brief, when)]


def _paths(design: Design, catalog: Catalog, brief: Brief, when: tuple[int, int]) -> list[Promise]:
    month, end = when
    found = []
    for b in fabrics_bought(design, catalog, brief, month):
        site = next(x["site"] for x in bill(design) if x["pool"] == b.name)
        if b.role != "storage" or not b.stores:
            continue
        carried = _network_gb_s(b, design, brief, catalog)
        law = f"{FLOW}; between all storage units and all servers"
        reads = rule.reads_gb_s(design, catalog, month, end, site)
        burst = burst_gb(design, catalog, brief, month, site)
        asked = [("storage reads", reads)] if reads else []
        if burst:
            asked.append(("checkpoints of all jobs at once", burst / limit_s(design, month)))
        found += [
            Promise(
                CHECK, f"{what} over the network", b.name, need, carried, "GB/s", "at least",
                month, law,
            )
            for what, need in asked
        ]  # fmt: skip
        weights = weights_gb(design, brief, catalog, month, site)
        if weights and carried:
            found.append(
                Promise(
                    CHECK, "cold start of all replicas over the network", b.name, 0.0,
                    weights / carried, "s", "told", month, law,
                )
            )  # fmt: skip
    return found


def _network_gb_s(b: Bought, design: Design, brief: Brief, catalog: Catalog) -> float:
    """Return what a storage network carries between storage units and servers. [GB/s]."""
    net = graph_of(b, design, brief)
    ports, place = np.array(net.devices), np.arange(len(net.devices))
    first = len(b.servers)
    stores = (place >= first) & (place < first + len(b.stores))
    out, into = np.where(stores, ports, 0), np.where(place < first, ports, 0)
    gb_s = min(b.port_gbit_s, brief.network.storage_gbit_s) / BITS_PER_BYTE
    return net.flow(out, into) * gb_s * constant(catalog, "storage-port", "usable_frac")
