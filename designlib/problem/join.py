"""Join: the problems of several sites become one, in which every name carries its site.

Each site is sized as if it were alone; what all sites share (software, budget, the limit on GPUs,
dates) comes from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from designlib.problem.tables import Candidate, Fabric, FabricStep, Kind, Pool, Problem, RackKind

Namer = Callable[[str], str]
TABLES = (
    "sites",
    "items",
    "kinds",
    "pools",
    "candidates",
    "fabrics",
    "stores",
    "racks",
    "cooling",
    "power",
    "control_items",
    "fabric_groups",
)
"""Tables of a problem that are keyed by names of their own."""


def join(sites: list[Problem], at_sites: Mapping[str, tuple[str, ...]]) -> Problem:
    """Return one problem of several; ``at_sites`` says which workloads every site runs.

    A problem of one site stays as it is.
    """
    if len(sites) == 1:
        return sites[0]
    named = [_named(p) for p in sites]
    first = named[0]

    def merged(table: str) -> dict[str, Any]:
        return {k: v for p in named for k, v in getattr(p, table).items()}

    def joined(table: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(x for p in named for x in getattr(p, table)))

    changes: dict[str, Any] = {table: merged(table) for table in TABLES}
    return replace(
        first,
        **changes,
        it_resources=joined("it_resources"),
        facility_resources=joined("facility_resources"),
        follows=joined("follows"),
        limits=_unique(named, "limits"),
        demands=_unique(named, "demands"),
        unlimited=_free(named),
        workloads=joined("workloads"),
        at_sites=dict(at_sites),
    )


def suffix(site: str) -> str:
    """Return what a name ends with that is at one of several sites."""
    return f"@{site}"


def _unique(named: list[Problem], table: str) -> tuple[Any, ...]:
    """Return the rows of all sites; a row that all share, such as a capability, comes once."""
    found: list[Any] = []
    for p in named:
        found += [row for row in getattr(p, table) if row not in found]
    return tuple(found)


def _free(named: list[Problem]) -> tuple[tuple[str, str], ...]:
    """Return the (resource, site) that nothing limits; what one site buys, another may own."""
    drawn = {r for p in named for r in (*p.it_resources, *p.facility_resources)}
    free = [pair for p in named for pair in p.unlimited]
    for p in named:
        own = {*p.it_resources, *p.facility_resources}
        free += [(r, site) for site in p.sites for r in sorted(drawn - own)]
    return tuple(dict.fromkeys(free))


def _named(p: Problem) -> Problem:
    """Return the problem of one site with the site in every name but its own and the workloads'."""
    site = next(iter(p.sites))

    def name(key: str) -> str:
        return f"{key}{suffix(site)}"

    return replace(
        p,
        items={name(i): item for i, item in p.items.items()},
        kinds={name(i): _kind(kind, name) for i, kind in p.kinds.items()},
        pools={name(k): _pool(pool, name) for k, pool in p.pools.items()},
        candidates={name(o): _candidate(c, site, name) for o, c in p.candidates.items()},
        fabrics={name(f): _fabric(fabric, site, name) for f, fabric in p.fabrics.items()},
        stores={name(s): store for s, store in p.stores.items()},
        racks={name(q): _rack(rack, name) for q, rack in p.racks.items()},
        cooling={name(i): plant for i, plant in p.cooling.items()},
        power={name(i): plant for i, plant in p.power.items()},
        control_items={a: name(i) for a, i in p.control_items.items()},
        fabric_groups={name(g): n for g, n in p.fabric_groups.items()},
    )


def _kind(kind: Kind, name: Namer) -> Kind:
    return replace(
        kind,
        per_rack={name(q): n for q, n in kind.per_rack.items()},
        left_frac={name(q): x for q, x in kind.left_frac.items()},
    )


def _pool(pool: Pool, name: Namer) -> Pool:
    fabric = None if pool.fabric is None else name(pool.fabric)
    return replace(pool, kind=name(pool.kind), fabric=fabric)


def _candidate(c: Candidate, site: str, name: Namer) -> Candidate:
    if c.pool is None:
        return replace(c, rented_for=site)
    beside = None if c.beside is None else _candidate(c.beside, site, name)
    return replace(c, pool=name(c.pool), beside=beside)


def _rack(rack: RackKind, name: Namer) -> RackKind:
    return replace(rack, items={name(i): n for i, n in rack.items.items()})


def _fabric(fabric: Fabric, site: str, name: Namer) -> Fabric:
    return replace(
        fabric,
        place=fabric.place if fabric.place == site else name(fabric.place),
        steps=tuple(_step(step, name) for step in fabric.steps),
        link_items={name(i): n for i, n in fabric.link_items.items()},
        exclusive_group=name(fabric.exclusive_group),
    )


def _step(step: FabricStep, name: Namer) -> FabricStep:
    return replace(step, counts={name(i): n for i, n in step.counts.items()})
