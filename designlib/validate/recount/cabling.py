"""Cabling: the fabrics as cabled carry each class of traffic, whole and with one switch lost.

References
----------
.. [1] L. R. Ford, D. R. Fulkerson, "Maximal flow through a network", Canadian Journal of
       Mathematics 8, 1956: what can flow is the least cut.
"""

from __future__ import annotations

from functools import lru_cache
from math import floor
from typing import Final, NamedTuple

import numpy as np

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import bill, brief_of, gpu_servers, until
from designlib.validate._fabrics import SUPPORT, fabric_of, fabrics_of, is_alone, role_of
from designlib.validate._promise import Promise
from designlib.validate.recount._devices import Bought, fabrics_bought
from designlib.validate.recount._graph import Wired, wired
from designlib.validate.recount._tiers import Tiers, tiers_of

CHECK: Final = "cabling"
FLOW: Final = "maximum flow over the links bought, spread evenly (Ford and Fulkerson)"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return what every fabric carries at each date at which it grows."""
    brief = brief_of(design)
    found: list[Promise] = []
    before: dict[str, Bought] = {}
    for month in design.dates:
        for b in fabrics_bought(design, catalog, brief, month):
            if before.get(b.name) == b or not b.devices:
                continue
            before[b.name] = b
            found += _fabric(b, _rules(b, design, brief), month)
        found += _reached(design, catalog, brief, month)
    return found


def _reached(design: Design, catalog: Catalog, brief: Brief, month: int) -> list[Promise]:
    """Return the pools without their fabric, and the networks that a site with servers lacks."""
    lines = until(bill(design), month)
    names = fabrics_of(design, catalog, month)
    servers = gpu_servers(lines, catalog)
    bare = [
        pool
        for pool in sorted({x["pool"] for x in servers})
        if not is_alone(pool, brief) and fabric_of(pool, servers, names, brief) is None
    ]
    sites = sorted({x["site"] for x in servers})
    have = {(role_of(x["pool"]), x["site"]) for x in lines if x["part_id"] in catalog.switches}
    missing = sum((role, site) not in have for role in SUPPORT for site in sites)
    law = "pools and switches of the bill by name and site"
    return [
        Promise(CHECK, "pools without their fabric", ", ".join(bare) or "all pools", 0, len(bare),
                "pools", "at most", month, law),
        Promise(CHECK, "networks of every device that are missing", ", ".join(sites) or "no site",
                0, missing, "networks", "at most", month, law),
    ]  # fmt: skip


class Rules(NamedTuple):
    """What brief and design ask of a fabric.

    Parameters
    ----------
    oversubscription : float
        Ports of servers over uplinks of a leaf. [1]
    said : Tiers, optional
        Tiers that the design names at its last date.
    railed : bool
        Whether each rail has leaves of its own.
    tiers_count : int, optional
        Tiers that the brief asks for. [1]
    """

    oversubscription: float
    said: Tiers | None
    railed: bool
    tiers_count: int | None


def _rules(b: Bought, design: Design, brief: Brief) -> Rules:
    said = next((f for f in design.summary["fabrics"] if f["name"].endswith(f": {b.name}")), None)
    tiers = None if said is None else Tiers(said["leaf"], said["spine"], said["core"])
    if b.role != "compute":
        return Rules(1.0, tiers, railed=False, tiers_count=None)
    net = brief.network
    return Rules(
        net.oversubscription, tiers, net.topology == "rail-optimized", net.tiers_count
    )  # fmt: skip


def graph_of(b: Bought, design: Design, brief: Brief) -> Wired:
    """Return a fabric as it is cabled; its tiers are those of the bill's switches and links."""
    return _cabled(b, _rules(b, design, brief))


@lru_cache(maxsize=16)
def _cabled(b: Bought, rules: Rules) -> Wired:
    between = max(0, b.links - sum(b.devices))
    tiers, used = tiers_of(
        b.switches, sum(b.devices), between, b.radix, rules.oversubscription
    )  # fmt: skip
    if rules.said is not None and rules.said.count <= b.switches:
        # Switches beyond those that the design places lie in their boxes.
        tiers = rules.said
        used = min(between, max(0, (tiers.count * b.radix - sum(b.devices)) // 2))
    rails = b.devices[0] if rules.railed else 0
    return wired(b.devices, tiers, used, radix=b.radix, rails=rails)


@lru_cache(maxsize=256)
def _fabric(b: Bought, rules: Rules, month: int) -> tuple[Promise, ...]:
    """Return the promises of a fabric; under stress most cases leave most fabrics as they are."""
    net = _cabled(b, rules)
    found = [
        Promise(
            CHECK, "links bought for device ports", b.name, sum(b.devices), b.links, "links",
            "at least", month, law="one link a port of a device, counted from the bill",
        ),
        Promise(
            CHECK, "devices that reach no other", b.name, 0, net.cut_off(), "devices", "at most",
            month, law="connected components of the cabled graph",
        ),
        _hops(net, b, rules, month),
    ]  # fmt: skip
    if b.role == "compute":
        found += _compute(net, b, rules.oversubscription, month)
    return (*found, *_losses(net, b, month))


def _hops(net: Wired, b: Bought, rules: Rules, month: int) -> Promise:
    tiers = net.tiers.depth if rules.tiers_count is None else rules.tiers_count
    most = 2 if net.tiers == Tiers(2) else 2 * tiers - 1
    return Promise(
        CHECK, "switches on the longest way", b.name, most, net.hops(), "switches", "at most",
        month, law="shortest paths over the cabled graph; 2 t - 1 for t tiers",
    )  # fmt: skip


def halves(net: Wired) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return ways to cut the devices in two: the first half and the rest, and every other one.

    Returns
    -------
    list of (array, array)
        What each device sends and takes. [links]
    """
    ports = np.array(net.devices, dtype=np.int64)
    place = np.arange(len(ports))
    cuts = [place < len(ports) // 2, place % 2 == 0]
    return [(np.where(cut, ports, 0), np.where(cut, 0, ports)) for cut in cuts]


def _compute(net: Wired, b: Bought, over: float, month: int) -> list[Promise]:
    """Return the bisection of a compute fabric, whole and with one spine or core lost."""
    if len(net.devices) < 2:
        return []
    found = []
    first_upper = len(net.devices) + net.tiers.leaf
    uppers = [n for n in net.kinds_of_switch() if n >= first_upper]
    for name, (out, into) in zip(("halves", "neighbors"), halves(net), strict=True):
        need = floor(min(out.sum(), into.sum()) / over)
        what = f"flow between {name} of the servers"
        found.append(
            Promise(
                CHECK, what, b.name, need, net.flow(out, into), "links", "at least", month,
                law=f"{FLOW}; promised: every port over the oversubscription of {over:g}",
            )
        )  # fmt: skip
        for tier, kinds in _by_tier(net, uppers).items():
            left = floor(need * (1 - 1 / tier))
            found.append(
                Promise(
                    CHECK, f"{what}, one of {tier} upper switches lost", b.name, left,
                    min(net.flow(out, into, lost) for lost in kinds), "links", "at least", month,
                    tolerance=0.01,
                    law=f"{FLOW}; promised: no more is lost than the share of one switch",
                )
            )  # fmt: skip
    return found


def _by_tier(net: Wired, uppers: list[int]) -> dict[int, list[int]]:
    """Return one of each kind of upper switch by the number of switches of its tier."""
    edge = len(net.devices) + net.tiers.leaf + net.tiers.spine
    found: dict[int, list[int]] = {}
    for n in uppers:
        found.setdefault(net.tiers.spine if n < edge else net.tiers.core, []).append(n)
    return found


def _losses(net: Wired, b: Bought, month: int) -> list[Promise]:
    """Return what the loss of any one leaf, upper switch or cable cuts off."""
    first_upper = len(net.devices) + net.tiers.leaf
    kinds = net.kinds_of_switch()
    worst = max((net.cut_off(n) for n in kinds if n < first_upper), default=0)
    found = [
        Promise(
            CHECK, "devices cut off by the loss of one leaf", b.name, 0, worst, "devices", "told",
            month, law="connected components without each kind of leaf",
        ),
        Promise(
            CHECK, "devices that hang by one cable", b.name, 0, net.hanging_by_one(), "devices",
            "told", month, law="links of each device",
        ),
    ]  # fmt: skip
    uppers = [n for n in kinds if n >= first_upper]
    if uppers or net.tiers.leaf > 1:
        found.append(
            Promise(
                CHECK, "devices cut off by the loss of one cable between switches", b.name, 0,
                net.bridged(), "devices", "told", month, law="bridges of the cabled graph",
            )
        )  # fmt: skip
    several = [n for tier, of in _by_tier(net, uppers).items() if tier > 1 for n in of]
    if several:
        found.append(
            Promise(
                CHECK, "devices cut off by the loss of one upper switch", b.name, 0,
                max(net.cut_off(n) for n in several), "devices", "at most", month,
                law="connected components without each kind of it",
            )
        )  # fmt: skip
    return found
