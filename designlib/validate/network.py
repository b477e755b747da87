"""Network: every port of a server has a switch port, a link and a cage, and uplinks suffice.

Switches, links and cages are counted from the bill. A fabric of one switch needs no uplinks; two
leaves are joined to each other; more need a spine, and a core above the radix of the spine.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import (
    Row,
    bill,
    brief_of,
    count,
    exceeds,
    gpu_servers,
    spec,
    standing,
    until,
)
from designlib.validate._fabrics import CABLES, fabric_of, fabrics_of, is_alone


@dataclass(frozen=True)
class Built:
    """What the bill has of one fabric at a date."""

    switches: float
    radix_ports: float
    cages_count: float
    links: float
    pluggables: float
    """Transceivers, at servers and in cages. [1]"""
    cable_ends: float
    """Cages that a link by a whole cable takes at one switch. [1]"""


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each fabric that lacks ports, links, cages or uplinks."""
    brief = brief_of(design)
    found = []
    for month in design.dates:
        servers = gpu_servers(standing(design, month), catalog)
        names = fabrics_of(design, catalog, month)
        for pool in sorted({line["pool"] for line in servers}):
            if fabric_of(pool, servers, names, brief) is None and not is_alone(pool, brief):
                found.append(f"month {month}: pool {pool} is wired to a fabric without switches")
        for fabric in names:
            ports = sum(
                line["count"] * spec(catalog.servers[line["part_id"]], "compute_ports_count")
                for line in servers
                if fabric_of(line["pool"], servers, names, brief) == fabric
            )
            if ports:
                built = _built(design, catalog, fabric, month)
                found += [f"month {month}, {fabric}: {m}" for m in _shortage(ports, built, brief)]
    return found + _tiers(design, catalog, brief) + _reach(design, catalog)


def _built(design: Design, catalog: Catalog, fabric: str, month: int) -> Built:
    lines = [x for x in until(bill(design), month) if x["pool"] == fabric]
    switches = [x for x in lines if x["part_id"] in catalog.switches]
    kinds = [catalog.switches[x["part_id"]] for x in switches]
    radix = min(spec(k, "radix_ports") for k in kinds)
    cages = min(spec(k, "cages_count") for k in kinds)
    optics = [
        (x["count"], catalog.optics[x["part_id"]]) for x in lines if x["part_id"] in catalog.optics
    ]
    links = sum(n * spec(o, "links_per_unit_count") for n, o in optics if o.kind in CABLES)
    pluggables = sum(n for n, o in optics if o.kind == "transceiver")
    return Built(count(switches), radix, cages, links, pluggables, cages / radix)


def _uplinks(ports: float, switches: float, oversubscription: float) -> float:
    """Return the fewest links between switches that keep the promise of the brief."""
    if switches <= 1:
        return 0.0
    half = ports / 2 if switches == 2 else ports
    return float(ceil(half / oversubscription - 1e-9))


def _shortage(ports: float, built: Built, brief: Brief) -> list[str]:
    """Return what a fabric lacks, whatever the shape of its tiers."""
    up = _uplinks(ports, built.switches, brief.network.oversubscription)
    found = []
    total = built.switches * built.radix_ports
    if exceeds(ports + 2 * up, total):
        found.append(
            f"{ports:g} server ports with {up:g} uplinks take {ports + 2 * up:g} ports,"
            f" {total:g} are there"
        )
    if exceeds(ports + up, built.links):
        found.append(f"{ports + up:g} links are needed, {built.links:g} are bought")
    cages = built.switches * built.cages_count
    # Every server port takes one transceiver of its own; the others sit in cages.
    by_cable = (ports + 2 * up) * built.cable_ends
    # Links beyond the need lie in a box, and their transceivers beside them.
    used = min(1.0, (ports + up) / built.links) if built.links else 1.0
    taken = used * built.pluggables - ports if built.pluggables else by_cable
    if exceeds(taken, cages):
        found.append(f"{taken:g} transceivers are bought for {cages:g} cages")
    return found


def _tiers(design: Design, catalog: Catalog, brief: Brief) -> list[str]:
    """Return where the tiers of the last date do not add up or do not carry each other's links."""
    month = design.dates[-1]
    servers = gpu_servers(standing(design, month), catalog)
    names = fabrics_of(design, catalog, month)
    found = []
    for f in design.summary["fabrics"]:
        role, _, name = f["name"].partition(": ")
        if name not in names:
            found.append(f"{f['name']}: the bill has no switches of it")
            continue
        built = _built(design, catalog, name, month)
        if f["leaf"] + f["spine"] + f["core"] != built.switches:
            found.append(
                f"{name}: {f['leaf']} leaves, {f['spine']} spines and {f['core']} cores are not the"
                f" {built.switches:g} switches of the bill"
            )
        if role == "compute":
            ports = sum(
                x["count"] * spec(catalog.servers[x["part_id"]], "compute_ports_count")
                for x in servers
                if fabric_of(x["pool"], servers, names, brief) == name
            )
            found += [f"{name}: {m}" for m in _tier_ports(ports, f, built.radix_ports, brief)]
    return found


def _tier_ports(ports: float, f: Row, radix: float, brief: Brief) -> list[str]:
    up = _uplinks(ports, f["leaf"] + f["spine"] + f["core"], brief.network.oversubscription)
    at_leaf = ports + (up if f["spine"] else 2 * up)
    at_spine = (2 if f["core"] else 1) * up if f["spine"] else 0.0
    tiers = (("leaf", at_leaf), ("spine", at_spine), ("core", up if f["core"] else 0.0))
    return [
        f"{needed:g} ports are needed at the {tier} tier, {f[tier]} switches have"
        f" {f[tier] * radix:g}"
        for tier, needed in tiers
        if exceeds(needed, f[tier] * radix)
    ]


def _reach(design: Design, catalog: Catalog) -> list[str]:
    """Return the networks without a port for every device that has to be reached by them."""
    found = []
    for month in design.dates:
        lines = standing(design, month)
        servers = [x for x in lines if x["part_id"] in catalog.servers]
        stores = [x for x in lines if x["part_id"] in catalog.storage]
        needs = {
            "storage": count(servers)
            + sum(x["count"] * _ports(catalog.storage[x["part_id"]]) for x in stores),
            "in-band": count(servers),
            "out-of-band": count(stores)
            + sum(
                x["count"] * spec(catalog.servers[x["part_id"]], "oob_ports_count") for x in servers
            ),
        }
        for role, ports in needs.items():
            names = {x["pool"] for x in lines if x["part_id"] in catalog.switches}
            mine = [
                _built(design, catalog, p, month) for p in sorted(names) if p.startswith(f"{role}-")
            ]
            have = sum(b.switches * b.radix_ports - 2 * max(0.0, b.switches - 1) for b in mine)
            if exceeds(ports, have):
                found.append(
                    f"month {month}: {ports:g} devices to reach by {role} network, {have:g} ports"
                )
            links = sum(b.links for b in mine)
            if exceeds(ports, links):
                found.append(
                    f"month {month}: {ports:g} devices to reach by {role} network, {links:g} links"
                )
    return found


def _ports(part: Any) -> float:
    return spec(part, "network_ports_count")
