"""Nearest blueprint: where a design leaves the published architecture next to it, at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.schema.blueprints import Blueprint, BlueprintFabric, FabricSize

TIERS = ("leaf", "spine", "core")


@dataclass(frozen=True)
class Deviation:
    """One thing that a design does in another way than a blueprint.

    Attributes
    ----------
    subject : str
        What is decided.
    blueprint, design : str
        The two ways.
    price : float or None
        What the design's way costs more to buy at the prices of the catalog, in the currency of the
        design; None where one of the parts has no price. [currency]
    why : str
        What the design knows of the reason.
    """

    subject: str
    blueprint: str
    design: str
    price: float | None
    why: str


def nearest(design: Design, catalog: Catalog) -> Blueprint | None:
    """Return the blueprint of the same server, or else the same GPU, next in size; or None."""
    servers = _servers(design)
    gpus = {catalog.servers[s].gpu for s in servers if s in catalog.servers}
    count = sum(servers.values())
    ranked = sorted(
        (-_likeness(b, servers, gpus, catalog), abs(_most_servers(b) - count), b.id)
        for b in catalog.blueprints.values()
    )
    if not ranked or ranked[0][0] == 0:
        return None
    return catalog.blueprints[ranked[0][2]]


def deviations(design: Design, catalog: Catalog, blueprint: Blueprint) -> list[Deviation]:
    """Return where a design and a blueprint differ, in the order in which a design is read."""
    servers = _servers(design)
    found = [_server(design, catalog, blueprint, servers)]
    for fabric in blueprint.fabrics:
        found.append(_fabric(design, catalog, fabric, sum(servers.values())))
    return [d for d in found if d is not None]


def _servers(design: Design) -> dict[str, float]:
    """Return how many servers of each kind are bought for work."""
    found: dict[str, float] = {}
    for line in design.tables["bill_of_materials"]:
        if line["layer"] == "compute":
            found[line["part_id"]] = found.get(line["part_id"], 0.0) + line["count"]
    return found


def _likeness(
    blueprint: Blueprint, servers: dict[str, float], gpus: set[str | None], catalog: Catalog
) -> int:
    if blueprint.server in servers:
        return 2
    named = catalog.servers.get(blueprint.server or "")
    return int((blueprint.gpu or (named.gpu if named else None)) in gpus - {None})


def _most_servers(blueprint: Blueprint) -> int:
    return max((s.servers_count for f in blueprint.fabrics for s in f.sizes), default=0)


def _price(design: Design, catalog: Catalog, part: str) -> float | None:
    """Return what a part costs to buy: the price of the brief, else the catalog's. [currency]."""
    for stated in design.brief.get("prices") or []:
        if (stated["item"], stated.get("quantity", "purchase")) == (part, "purchase"):
            return float(stated["value"])
    if not catalog.has_price(part):
        return None
    rate = (design.brief.get("fx") or {}).get("usd_per_unit") or 1.0
    return float(catalog.price(part).value / rate)


def _server(
    design: Design, catalog: Catalog, blueprint: Blueprint, servers: dict[str, float]
) -> Deviation | None:
    other = {part: n for part, n in servers.items() if part != blueprint.server}
    if blueprint.server is None or not other:
        return None
    theirs = _price(design, catalog, blueprint.server)
    ours = {part: _price(design, catalog, part) for part in other}
    known = theirs is not None and all(price is not None for price in ours.values())
    extra = sum(n * ((ours[part] or 0.0) - (theirs or 0.0)) for part, n in other.items())
    return Deviation(
        "GPU servers",
        blueprint.server,
        ", ".join(f"{n:g} {part}" for part, n in other.items()),
        extra if known else None,
        "the search may choose any server of the catalog that the brief allows; prices server by "
        "server",
    )


def _fabric(
    design: Design, catalog: Catalog, fabric: BlueprintFabric, servers: float
) -> Deviation | None:
    size = _size(fabric, servers)
    mine = [
        f
        for f in design.summary.get("fabrics") or []
        if f["name"].partition(": ")[0] == fabric.role
    ]
    if size is None:
        return _kind(fabric, mine)
    theirs = (size.leaves, size.spines, size.cores)
    ours = tuple(sum(f[tier] for f in mine) for tier in TIERS)
    switches = {f["switch"] for f in mine}
    if switches == {fabric.switch} and ours == theirs:
        return None
    prices = {part: _price(design, catalog, part) for part in {fabric.switch, *switches}}
    known = all(price is not None for price in prices.values())
    cost = sum(sum(f[t] for t in TIERS) * (prices[f["switch"]] or 0.0) for f in mine)
    told = " and ".join(
        f"{f['technology']}, {_counts(tuple(f[t] for t in TIERS))} of {f['switch']}" for f in mine
    )
    return Deviation(
        f"{fabric.role} network",
        f"{fabric.technology}, {_counts(theirs)} of {fabric.switch} for {size.servers_count} "
        "servers",
        told or "none",
        cost - sum(theirs) * (prices[fabric.switch] or 0.0) if known else None,
        "switches only, without links" if mine else "no workload needs it",
    )


def _kind(fabric: BlueprintFabric, mine: list[dict[str, Any]]) -> Deviation | None:
    """Return how the kind of a network differs from one that is printed without counts."""
    kinds = {(f["technology"], f["switch"]) for f in mine}
    if kinds == {(fabric.technology, fabric.switch)}:
        return None
    told = " and ".join(f"{technology} of {switch}" for technology, switch in sorted(kinds))
    return Deviation(
        f"{fabric.role} network",
        f"{fabric.technology} of {fabric.switch}",
        told or "none",
        None,
        "no counts are printed, so there is nothing to price",
    )


def _size(fabric: BlueprintFabric, servers: float) -> FabricSize | None:
    """Return the smallest printed size that holds the servers, or else the largest."""
    sizes = sorted(fabric.sizes, key=lambda s: s.servers_count)
    return next((s for s in sizes if s.servers_count >= servers), sizes[-1] if sizes else None)


def _counts(tiers: tuple[int, ...]) -> str:
    return " + ".join(f"{n} {tier}" for n, tier in zip(tiers, TIERS, strict=True) if n) or "none"
