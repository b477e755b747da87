"""Supply: what the lines of a bill give of each resource, beside what the work draws of it.

Supply is counted here from the bill and the catalog. Draws of data, ports and control servers are
those that the ledger states for the work; what devices draw of each other is counted from the bill
too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, exp, inf
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    SPARES,
    Row,
    bill,
    brief_of,
    count,
    exceeds,
    gpu_servers,
    granted,
    spec,
    until,
)
from designlib.validate.power import site_power
from designlib.validate.review._ports import port_amounts

BITS_PER_BYTE: Final = 8
HOURS_PER_DAY: Final = 24.0
LAYERS: Final = {
    "servers": "compute", "read_gb_s": "storage", "write_gb_s": "storage", "hot_tb": "storage",
    "object_tb": "storage", "ports": "network", "links": "network", "switches": "network",
    "spares": "spares",
    "control_servers": "orchestration", "cabinets": "racks", "rack_pdus": "racks",
    "rear_doors": "cooling", "it_kw": "site", "positions": "site",
}  # fmt: skip
"""Resource -> layer that has to supply it."""


@dataclass(frozen=True)
class Amount:
    """Supply and draw of one resource at one place and date.

    Attributes
    ----------
    resource, unit, place : str
        What it is, in which unit, and the site, pool or fabric where it holds.
    month : int
        Date. [mo]
    supply, draw : float
        What the bill gives and what is needed of it.
    part : str
        Part of which more would be bought; empty where nothing that can be bought helps.
    each : float
        What one more of that part gives.
    """

    resource: str
    unit: str
    place: str
    month: int
    supply: float
    draw: float
    part: str = ""
    each: float = 1.0

    @property
    def layer(self) -> str:
        """The layer that has to supply it."""
        return LAYERS[self.resource]

    @property
    def lacking(self) -> float:
        """What is missing, 0 where nothing is."""
        return self.draw - self.supply if exceeds(self.draw, self.supply) else 0.0

    @property
    def growth(self) -> float:
        """How far the draw may grow before the supply is full; infinite where nothing draws."""
        return self.supply / self.draw if self.draw > 0 else inf

    @property
    def units(self) -> int:
        """How many more of the part are needed."""
        return ceil(self.lacking / self.each - 1e-9) if self.lacking and self.each else 0


def amounts(design: Design, catalog: Catalog) -> Iterator[Amount]:
    """Yield every resource at every date and place.

    Parameters
    ----------
    design : Design
        Its bill is counted; its ledger says what the work draws.
    catalog : Catalog
        What each part gives.
    """
    brief = brief_of(design)
    for month in design.dates:
        lines = until(bill(design), month)
        drawn = _draws(design, month)
        yield from _servers(design, lines, catalog, month)
        for site in brief.sites:
            mine = [x for x in lines if x["site"] == site.id]
            yield from _storage(mine, site.id, drawn, brief, catalog, month)
            yield from _control(design, mine, site.id, drawn, catalog, month)
            yield from _racks(design, mine, site, catalog, month)
        for f in port_amounts(design, lines, catalog, month):
            resource, unit, place, supply, draw, part, each = f
            yield Amount(resource, unit, place, month, supply, draw, part, each)
        yield from _spares(design, brief, catalog, month)


def _draws(design: Design, month: int) -> dict[tuple[str, str], float]:
    """Return what the ledger says is drawn at a date, the largest over slices and cases."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in design.tables["balance"]:
        if row["period_month"] == month and row["draw"]:
            key = row["resource"], row["place"]
            found[key] = max(found[key], row["draw"])
    return found


def _servers(design: Design, lines: list[Row], catalog: Catalog, month: int) -> Iterator[Amount]:
    """Yield the servers of each pool and what its work holds of them."""
    held: dict[str, float] = defaultdict(float)
    for row in design.tables["balance"]:
        if row["period_month"] == month and row["resource"] == "servers":
            held[row["place"]] = max(held[row["place"]], row["draw"])
    pools = {x["pool"]: x["part_id"] for x in lines if x["part_id"] in catalog.servers}
    for pool in sorted({p for p in pools if p} | set(held)):
        have = count(x for x in lines if x["pool"] == pool and x["part_id"] in catalog.servers)
        part = pools.get(pool) or _server_named(pool, catalog)
        yield Amount("servers", "servers", pool, month, have, float(ceil(held[pool] - 1e-6)), part)


def _server_named(pool: str, catalog: Catalog) -> str:
    names = [i for i in catalog.servers if pool == i or pool.startswith(f"{i}-")]
    return max(names, key=len, default="")


def _storage(
    lines: list[Row],
    site: str,
    drawn: dict[tuple[str, str], float],
    brief: Brief,
    catalog: Catalog,
    month: int,
) -> Iterator[Amount]:
    """Yield what both tiers of a site hold, read and write with their redundant units lost."""
    gives: dict[str, Callable[[Any], float]] = {
        "hot_tb": lambda p: _room_tb(p, catalog),
        "object_tb": lambda p: _room_tb(p, catalog),
        "read_gb_s": lambda p: _speed_gb_s(p, "read_gb_s", brief, catalog),
        "write_gb_s": lambda p: _speed_gb_s(p, "write_gb_s", brief, catalog),
    }
    for resource, each in gives.items():
        tier = "object" if resource == "object_tb" else "parallel"
        have, usual, best = 0.0, "", 0.0
        for part in catalog.storage.values():
            units = count(x for x in lines if x["part_id"] == part.id)
            if part.tier == tier and units:
                have += max(0.0, units - spec(part, "redundant_units_count")) * each(part)
                usual, best = part.id, each(part)
        draw = drawn.get((resource, site), 0.0)
        unit = "TB" if resource.endswith("tb") else "GB/s"
        yield Amount(resource, unit, site, month, have, draw, usual, best or 1.0)


def _room_tb(part: Any, catalog: Catalog) -> float:
    return spec(part, "usable_tb") * float(catalog.constant(part.tier, "usable_fill_frac").value)


def _speed_gb_s(part: Any, name: str, brief: Brief, catalog: Catalog) -> float:
    """Return what one unit reads or writes through its ports. [GB/s]."""
    gbit_s = min(spec(part, "network_port_gbit_s"), brief.network.storage_gbit_s)
    usable = float(catalog.constant("storage-port", "usable_frac").value)
    wires = spec(part, "network_ports_count") * gbit_s * usable / BITS_PER_BYTE
    return min(spec(part, name), wires)


def _control(
    design: Design,
    lines: list[Row],
    site: str,
    drawn: dict[tuple[str, str], float],
    catalog: Catalog,
    month: int,
) -> Iterator[Amount]:
    """Yield the servers without GPUs that run the schedulers and services of a site."""
    mine = [x for x in lines if x["layer"] == "orchestration" and x["part_id"] in catalog.servers]
    usual = mine[0]["part_id"] if mine else ""
    draw = drawn.get(("control_servers", site), 0.0)
    yield Amount("control_servers", "servers", site, month, count(mine), draw, usual)


def _racks(
    design: Design, lines: list[Row], site: Any, catalog: Catalog, month: int
) -> Iterator[Amount]:
    """Yield cabinets, rack power strips, rear doors, positions and power of a site."""
    placed: dict[str, list[Row]] = defaultdict(list)
    for row in until(design.tables["placement"], month):
        if row["site"] == site.id:
            placed[row["rack"]].append(row)
    power = catalog.power
    whole = {r for r, rows in placed.items() if any(_whole(x, catalog) for x in rows)}
    # Servers that were there already stand in racks that were there too.
    old = {r for r, rows in placed.items() if not any(row["line_id"] for row in rows)}
    needed = len(placed) - len(whole | old)
    for resource, kind, factor in (("cabinets", "rack-cabinet", 1.0), ("rack_pdus", "rack-pdu", 2)):
        mine = [x for x in lines if x["part_id"] in power and power[x["part_id"]].kind == kind]
        usual = mine[0]["part_id"] if mine else ""
        # Strips are counted where any are bought; other racks are fed by a busbar.
        if mine or resource == "cabinets":
            have = count(mine)
            yield Amount(resource, "pieces", site.id, month, have, needed * factor, usual)
    doors = {d.id for d in catalog.cooling.values() if d.kind == "rear-door"}
    for door in sorted({rows[0]["rack_kind"] for rows in placed.values()} & doors):
        need = sum(rows[0]["rack_kind"] == door for rows in placed.values())
        have = count(x for x in lines if x["part_id"] == door)
        yield Amount("rear_doors", "doors", site.id, month, have, need, door)
    it_kw, _ = site_power(design, catalog, site, month)
    limit = granted(site.it_power_kw, month, "kw")
    if limit is not None:
        yield Amount("it_kw", "kW", site.id, month, limit, it_kw)
    if site.rack_positions_count is not None:
        have = float(site.rack_positions_count)
        yield Amount("positions", "racks", site.id, month, have, float(len(placed)))


def _whole(row: Row, catalog: Catalog) -> bool:
    part = catalog.servers.get(row["part_id"])
    return bool(part is not None and part.rack_scale)


def _spares(design: Design, brief: Brief, catalog: Catalog, month: int) -> Iterator[Amount]:
    """Yield the cold spares of each kind of GPU server and the fewest that keep the promise."""
    lines = gpu_servers(until(bill(design, cold=True), month), catalog)
    rel = brief.reliability
    for part, site in sorted({(x["part_id"], x["site"]) for x in lines}):
        mine = [x for x in lines if (x["part_id"], x["site"]) == (part, site)]
        cold = count(x for x in mine if x["layer"] == SPARES)
        hours = rel.gpu_hours_per_interruption or _known(
            catalog, "gpu", "gpu_hours_per_interruption"
        )
        share = rel.repair_share_frac
        share = _known(catalog, "server", "repair_share_frac") if share is None else share
        gpus = (count(mine) - cold) * spec(catalog.servers[part], "gpus_count")
        away = gpus * share / hours * rel.repair_days * HOURS_PER_DAY
        need = fewest_spares(away, rel.enough_servers_probability)
        yield Amount("spares", "servers", f"{part} at {site}", month, cold, need, part)


def fewest_spares(away: float, probability: float) -> int:
    """Return the fewest spares that suffice with a probability, of servers away by Poisson.

    Parameters
    ----------
    away : float
        Mean number of servers away for repair. [1]
    probability : float
        How often the spares must suffice. [1]

    Examples
    --------
    >>> fewest_spares(32 * 8 / 50_677 * 5 * 24, 0.99)
    3
    """
    spares, term = 0, exp(-away)
    total = term
    while total < probability - 1e-9:
        spares += 1
        term *= away / spares
        total += term
    return spares


def _known(catalog: Catalog, subject: str, quantity: str) -> float:
    return float(catalog.constant(subject, quantity).value)
