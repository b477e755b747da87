"""Held: each pool has the servers that its work holds, and enough of them are up in time."""

from __future__ import annotations

from collections import defaultdict
from math import floor
from typing import Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of, spec
from designlib.validate._promise import Promise
from designlib.validate.capacity import held_servers, pools_of
from designlib.validate.recount._names import operations, server_of
from designlib.validate.replay.demand import loads, replicas_up
from designlib.validate.replay.studies import arrivals_of

CHECK: Final = "held"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return the servers of each pool at each date against those that its work holds."""
    brief = brief_of(design)
    found: list[Promise] = []
    for month in design.dates:
        found += _pools(design, catalog, brief, month)
    return found + _up(design, catalog, brief)


def _up(design: Design, catalog: Catalog, brief: Brief) -> list[Promise]:
    """Return the GPUs or cores of services that are up as often as promised, and their load."""
    found = []
    for load in loads(design, brief, ("image-inference", "cpu-inference")):
        if not load.row["replicas"]:
            continue
        rate, work = arrivals_of(load)
        found.append(
            Promise(
                CHECK, "units that are up as often as promised", load.place,
                floor(rate * work) + 1, replicas_up(load, design, brief, catalog), "units",
                "at least", load.month,
                "servers fail independently; more units than the offered load, or a queue grows",
            )
        )  # fmt: skip
    return found


def _pools(design: Design, catalog: Catalog, brief: Brief, month: int) -> list[Promise]:
    bought = pools_of(design, catalog, month)
    held: dict[str, float] = defaultdict(float)
    for row in operations(design, month):
        server = server_of(row["pool"], catalog)
        if server is not None:
            held[row["pool"]] += held_servers(row, spec(server, "gpus_count"), brief)
    found = []
    for pool, need in sorted(held.items()):
        _, have = bought.get(pool, ("", 0.0))
        found.append(
            Promise(
                CHECK, "servers in service", pool, need, have, "servers", "at least", month,
                "lines of the bill in service, against gangs and replicas of the operations",
            )
        )  # fmt: skip
    return found
