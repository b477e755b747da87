"""Demand: what a workload asks of its busiest row of a design, and how many replicas are up."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Any, Final
from zlib import crc32

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    Row,
    count,
    demand_dates,
    grown,
    share,
    spec,
    standing,
)
from designlib.validate._phases import demanded
from designlib.validate._sites import rented_frac
from designlib.validate.recount._names import server_of, share_of

SEED: Final = 20260101


@dataclass(frozen=True)
class Load:
    """A workload at one site and date.

    Attributes
    ----------
    row : dict
        Row of the operations.
    w : Workload
        What the brief says of it.
    month, end : int
        Date, and the month whose demand it meets. [months]
    factor : float
        Demand over what the brief states: growth, share of the site, less what is rented. [1]
    """

    row: Row
    w: Any
    month: int
    end: int
    factor: float

    @property
    def place(self) -> str:
        """Return workload and site in words."""
        return f"{self.w.id} at {self.row['site']}"


def random_of(*words: object) -> np.random.Generator:
    """Return random numbers that depend on some words alone: the same words, the same numbers."""
    return np.random.default_rng([SEED, crc32("|".join(map(str, words)).encode())])


def loads(design: Design, brief: Brief, kinds: tuple[str, ...]) -> list[Load]:
    """Return every row of the operations of some kinds of work, with its demand."""
    known = {w.id: w for w in (*brief.workloads, *brief.services())}
    found = []
    for month, end in demand_dates(design, brief):
        for row in design.tables["operations"]:
            w = known.get(row["workload"])
            if w is None or row["period_month"] != month or w.kind not in kinds:
                continue
            if not demanded(brief, w, month):
                continue
            part = share_of(brief, w, row["site"]) * (1.0 - rented_frac(row)) * share(row)
            factor = part * grown(end, w.growth_factor_24_months, w.growth_shape)
            found.append(Load(row, w, month, end, factor))
    return found


def busiest(found: list[Load]) -> list[Load]:
    """Return of each workload and site the date with the most demand a replica."""
    worst: dict[tuple[str, str], Load] = {}
    for load in found:
        key = (load.w.id, load.row["site"])
        if load.row["replicas"] and load.factor:
            before = worst.get(key)
            if before is None or _stress(load) > _stress(before):
                worst[key] = load
    return list(worst.values())


def _stress(load: Load) -> float:
    return load.factor / float(load.row["replicas"])


def replicas_up(load: Load, design: Design, brief: Brief, catalog: Catalog) -> int:
    """Return the replicas that are up as often as the service is promised.

    Servers fail independently and take all their replicas with them. They stand apart on as many
    servers of the pool as leaves the most of them.
    """
    replicas = round(float(load.row["replicas"]))
    server = server_of(load.row["pool"], catalog)
    if server is None:
        return replicas
    lines = [x for x in standing(design, load.month) if x["pool"] == load.row["pool"]]
    servers = round(count(x for x in lines if x["part_id"] == server.id))
    up = catalog.find_constant("server", "availability_frac")
    if not servers or up is None:
        return 0 if not servers else replicas
    if load.w.kind == "cpu-inference":
        each = spec(server, "cores_count") or 1.0
    else:
        degree = load.row["gpus"] / replicas if load.row["gpus"] else 1.0
        each = max(1.0, spec(server, "gpus_count") // max(1.0, degree))
    best = 0
    for n in range(1, servers + 1):
        lost = _lost(n, float(up.value), load.w.availability_frac)
        best = max(best, _left(int(replicas), n, int(each), lost))
    return best


def _left(replicas: int, servers: int, each: int, lost: int) -> int:
    """Return the replicas that are up when they stand apart on some servers and the fullest fail.

    Examples
    --------
    >>> _left(4, 3, 8, 2), _left(11, 3, 8, 1), _left(11, 3, 2, 1)
    (1, 7, 4)
    """
    even, more = divmod(min(replicas, servers * each), servers)
    return (servers - lost) * even + max(0, more - lost)


def _lost(servers: int, up: float, promised: float) -> int:
    """Return the servers that are down at most for the promised share of time."""
    held = 0.0
    for k in range(servers + 1):
        held += comb(servers, k) * (1 - up) ** k * up ** (servers - k)
        if held >= promised - 1e-9:
            return k
    return servers
