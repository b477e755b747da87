"""Structure: what a design decided once, kept while everything in it is sized anew.

The kept part of a problem has the pools, networks, storage products and plants that a design uses,
and of each workload the candidates on the pool that it runs in. Its numbers are those of the whole
problem, so that what solves it solves the whole problem too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from designlib.problem.built_tables import Plant
from designlib.problem.tables import Problem

Part = TypeVar("Part")


@dataclass(frozen=True)
class Structure:
    """What a design uses, by name."""

    candidates: frozenset[str]
    pools: frozenset[str]
    fabrics: frozenset[str]
    products: frozenset[str]
    """Storage products, cooling and power."""


def kept(problem: Problem, structure: Structure, *, workloads_stay: bool = True) -> Problem | None:
    """Return the part of a problem that keeps to a structure; None where it serves no workload.

    Parameters
    ----------
    problem : Problem
        The whole problem.
    structure : Structure
        What is kept.
    workloads_stay : bool
        Whether each workload also keeps to its pool; without it any pool of the structure will do.
    """
    p = problem
    pools = {k: pool for k, pool in p.pools.items() if k in structure.pools}
    homes = {
        (c.workload, part.pool)
        for o in structure.candidates & p.candidates.keys()
        for c in (p.candidates[o],)
        for part in c.parts
    }
    candidates = {
        o: c
        for o, c in p.candidates.items()
        if c.relief is None
        and all(part.pool is None or part.pool in pools for part in c.parts)
        and (not workloads_stay or all((c.workload, part.pool) in homes for part in c.parts))
    }
    small = replace(
        p,
        pools=pools,
        kinds={i: kind for i, kind in p.kinds.items() if i in {x.kind for x in pools.values()}},
        candidates=candidates,
        fabrics={f: x for f, x in p.fabrics.items() if f in structure.fabrics},
        stores=_of(
            p.stores,
            structure.products,
            {s: (p.items[s].site, x.tier) for s, x in p.stores.items()},
        ),
        cooling=_of(p.cooling, structure.products, _groups(p, p.cooling)),
        power=_of(p.power, structure.products, _groups(p, p.power)),
    )
    if any(not small.candidates_of(w, a) for w, a in small.tasks):
        return None
    return small


def _groups(p: Problem, plants: dict[str, Plant]) -> dict[str, tuple[str, str]]:
    return {i: (p.items[i].site, plant.group) for i, plant in plants.items()}


def _of(
    parts: dict[str, Part], used: Iterable[str], groups: dict[str, tuple[str, str]]
) -> dict[str, Part]:
    """Return the parts in use, and every part of a group of which none was needed so far."""
    taken = {groups[i] for i in used if i in groups}
    return {i: x for i, x in parts.items() if i in used or groups[i] not in taken}
