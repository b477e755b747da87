"""Binding: what fills up first when all work grows together, beside what the optimizer says.

What grows: services and held GPUs take more servers, jobs more hours, data and reads more storage;
all that stands takes more ports, power, cooling, positions and money. A job's gang stays as it is.
"""

from __future__ import annotations

from math import fsum, inf
from typing import Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import storage as rule
from designlib.validate._evidence import (
    HOURS_PER_MONTH,
    Row,
    bill,
    brief_of,
    count,
    demand_dates,
    exceeds,
    granted,
    spec,
    until,
)
from designlib.validate._promise import CLOSE, Promise
from designlib.validate.capacity import held_hours_frac, held_servers, pools_of
from designlib.validate.plant import heat
from designlib.validate.power import KW_PER_MW, site_power
from designlib.validate.racks import positions_of
from designlib.validate.recount._devices import fabrics_bought
from designlib.validate.recount._names import at_site, constant, copies, workloads_of
from designlib.validate.recount.cabling import graph_of
from designlib.validate.recount.electric import carried_kw, units_kw
from designlib.validate.recount.stores import data_tb, rate_gb_s, working

CHECK: Final = "binding"
GANGS: Final = ("training", "fine-tuning", "job-queue", "batch-inference")
"""Kinds of work that grow in hours, not in servers held at once."""
MONEY: Final = "capex"
Room = dict[tuple[str, str], tuple[float, float, float]]
"""(resource, place) -> what there is, what is taken, and what of it grows."""


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return each resource at the last date beside the optimizer's, and what fills up first."""
    brief = brief_of(design)
    month, end = demand_dates(design, brief)[-1]
    rooms = {
        **_servers(design, catalog, brief, month),
        **_stores(design, catalog, brief, month, end),
        **_ports(design, catalog, brief, month),
        **_sites(design, catalog, brief, month),
    }
    said = {
        (r["resource"], r["place"]): r
        for r in design.tables["balance"]
        if r["period_month"] == month and not r["slice"]
    }
    found = []
    for (resource, place), (supply, draw, _) in rooms.items():
        theirs = said.get((resource, place))
        if theirs is None or not draw:
            continue
        law = "counted from bill, placement and operations; promised: the optimizer's balance"
        words = resource.replace("_", " ")
        found += [
            Promise(
                CHECK, f"{words} taken", place, theirs["draw"], draw, theirs["unit"], "equal",
                month, law, tolerance=CLOSE,
            ),
            Promise(
                CHECK, f"{words} left", place, draw, supply, theirs["unit"], "at least", month,
                "counted supply against counted draw",
            ),
        ]  # fmt: skip
    return found + _first(design, rooms, month)


def factors(rooms: Room) -> dict[tuple[str, str], float]:
    """Return how far everything can grow together before each resource alone is full. [1]."""
    return {
        key: (supply - (draw - scales)) / scales
        for key, (supply, draw, scales) in rooms.items()
        if exceeds(scales, 0.0) and supply < inf
    }


def _first(design: Design, rooms: Room, month: int) -> list[Promise]:
    theirs = design.summary.get("bottleneck") or {}
    # A budget is no layer: more of it is granted, not built.
    mine = factors({key: room for key, room in rooms.items() if key[0] != MONEY})
    if not theirs or not mine:
        return []
    least = min(mine, key=lambda key: mine[key])
    where = f"{theirs['resource']} at {theirs['place']}; ours: {least[0]} at {least[1]}"
    return [
        Promise(
            CHECK, "growth until the first layer is full", where, theirs["growth_factor"],
            mine[least], "times", "at least", month,
            "supply less what is fixed, over what grows; the least of all layers",
            tolerance=CLOSE,
        )
    ]  # fmt: skip


def _servers(design: Design, catalog: Catalog, brief: Brief, month: int) -> Room:
    pools, known = pools_of(design, catalog, month), workloads_of(brief)
    rows: dict[str, list[Row]] = {pool: [] for pool in pools}
    for row in design.tables["operations"]:
        if row["period_month"] == month and row["pool"] in pools:
            rows[row["pool"]].append(row)
    shares = [w for w in brief.workloads if w.kind == "fleet-share"]
    given = fsum(w.fleet_share_frac for w in shares)
    kept = fsum(w.fleet_share_frac for w in shares if not w.elastic)
    found: Room = {}
    for pool, mine in rows.items():
        part, servers = pools[pool]
        gpus = spec(catalog.servers[part], "gpus_count")
        held = {r["workload"]: held_servers(r, gpus, brief) for r in mine}
        grows = sum(n for w, n in held.items() if known[w].kind not in GANGS)
        # A share of the fleet takes its part of every pool with GPUs, and grows with the pool.
        shared = servers if gpus else 0.0
        taken = sum(held.values()) + kept * shared
        found["servers", pool] = (servers, taken, grows)
        hours = sum(
            (r["hours"] or 0.0) or held_hours_frac(r, brief) * HOURS_PER_MONTH for r in mine
        )
        every = hours + given * shared * HOURS_PER_MONTH
        found["server_hours", pool] = (servers * HOURS_PER_MONTH, every, hours)
    return found


def _stores(design: Design, catalog: Catalog, brief: Brief, month: int, end: int) -> Room:
    lines, found = until(bill(design), month), Room()
    for _, site in copies(brief):
        place = site or brief.sites[0].id
        mine = at_site(lines, site)
        for tier, resource in (("parallel", "hot_tb"), ("object", "object_tb")):
            units = working(mine, tier, catalog)
            if not units:
                continue
            fill = constant(catalog, tier, "usable_fill_frac")
            space = sum(n * spec(p, "usable_tb") for p, n in units) * fill
            data = data_tb(tier, brief, end, site)
            data += rule.checkpoints_tb(tier, brief, catalog, month)
            found[resource, place] = (space, data, data)
        read = sum(
            n * rate_gb_s(p, "read_gb_s", brief, catalog)
            for p, n in working(mine, "parallel", catalog)
        )
        need = rule.reads_gb_s(design, catalog, month, end, site)
        found["read_gb_s", place] = (read, need, need)
    return found


def _ports(design: Design, catalog: Catalog, brief: Brief, month: int) -> Room:
    found: Room = {}
    names = {"storage": "storage_ports", "in-band": "in_band_ports", "out-of-band": "oob_ports"}
    for b in fabrics_bought(design, catalog, brief, month):
        tiers, ports = graph_of(b, design, brief).tiers, sum(b.devices)
        over = brief.network.oversubscription if b.role == "compute" else 1.0
        # A leaf keeps a port up for each it has down, or fewer where that is promised.
        down = over / (1.0 + over) if tiers.count > 1 else 1.0
        room = tiers.leaf * b.radix * down
        lines = design.tables["bill_of_materials"]
        site = next(x["site"] for x in lines if x["pool"] == b.name)
        place = b.name if b.role == "compute" else site
        found[names.get(b.role, "compute_ports"), place] = (room, ports, ports)
    return found


def _sites(design: Design, catalog: Catalog, brief: Brief, month: int) -> Room:
    found: Room = {}
    for site in brief.sites:
        it_kw, facility_kw = site_power(design, catalog, site, month)
        air, liquid = heat(design, catalog, site.id, month)
        limit, grid = (
            granted(site.it_power_kw, month, "kw"), granted(site.utility_mw, month, "mw"),
        )  # fmt: skip
        rows = [r for r in until(design.tables["placement"], month) if r["site"] == site.id]
        lines = [x for x in until(bill(design), month) if x["site"] == site.id]
        cabinets = count(x for x in lines if _is_cabinet(x["part_id"], catalog))
        taken = {r["rack"]: positions_of(r["rack_kind"], catalog) for r in rows}
        racks = max(float(len(taken)), cabinets) + sum(taken.values()) - len(taken)
        loop = units_kw(lines, catalog.cooling, ("direct-to-chip",))
        wet = carried_kw(loop, site.redundancy.cooling)
        positions = site.rack_positions_count
        found |= {
            ("it_kw", site.id): (inf if limit is None else limit, it_kw, it_kw),
            ("air_kw", site.id): (
                inf if limit is None or not site.room_air.exists else limit, air, air,
            ),
            ("liquid_kw", site.id): (wet if loop else inf, liquid, liquid),
            ("facility_kw", site.id): (
                inf if grid is None else grid * KW_PER_MW, facility_kw, facility_kw,
            ),
            ("positions", site.id): (inf if positions is None else positions, racks, racks),
        }  # fmt: skip
    total = brief.budget.capex_total
    if total is not None:
        spent = fsum(x["count"] * x["net_price"] for x in bill(design, cold=True))
        later = sum(step.capex_total for step in brief.budget.expansions if step.month <= month)
        place = brief.sites[0].id
        found[MONEY, place] = (total + later, spent, spent)
    return found


def _is_cabinet(part_id: str, catalog: Catalog) -> bool:
    return part_id in catalog.power and catalog.power[part_id].kind == "rack-cabinet"
