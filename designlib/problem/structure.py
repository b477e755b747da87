"""Structure: what a design decided once, kept while everything in it is sized anew.

The kept part of a problem has the pools and compute networks that a design uses, and of each
workload the candidates on the pool that it runs in; storage and plant are few and stay free. Its
numbers are those of the whole problem, so that what solves it solves the whole problem too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from designlib.problem.join import suffix
from designlib.problem.tables import Problem


@dataclass(frozen=True)
class Structure:
    """What a design uses, by name."""

    homes: frozenset[tuple[str, str | None]]
    """Workload, and a pool that it runs in."""
    pools: frozenset[str]
    fabrics: frozenset[str]
    kinds: frozenset[str]
    """Kinds of server in the pools."""

    def at(self, site: str, sites_count: int) -> Structure:
        """Return what stands at one of some sites, by the names that it has there alone."""
        if sites_count == 1:
            return self
        end = suffix(site)

        def here(names: frozenset[str]) -> frozenset[str]:
            return frozenset(x.removesuffix(end) for x in names if x.endswith(end))

        return replace(
            self, pools=here(self.pools), fabrics=here(self.fabrics), kinds=here(self.kinds)
        )


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
    candidates = {
        o: c
        for o, c in p.candidates.items()
        if c.relief is None
        and all(part.pool is None or part.pool in pools for part in c.parts)
        and (not workloads_stay or all((c.workload, x.pool) in structure.homes for x in c.parts))
    }
    wired = {pool.fabric for pool in p.pools.values()}
    small = replace(
        p,
        pools=pools,
        kinds={i: kind for i, kind in p.kinds.items() if i in {x.kind for x in pools.values()}},
        candidates=candidates,
        fabrics={f: x for f, x in p.fabrics.items() if f in structure.fabrics or f not in wired},
    )
    if any(not small.candidates_of(w, a) for w, a in small.tasks):
        return None
    return small


def structure_of(
    problem: Problem, chosen: Iterable[str], pools: Iterable[str], fabrics: Iterable[str]
) -> Structure:
    """Return the structure of a solution: what was chosen, and the pools and networks in use."""
    parts = [part for o in chosen for part in problem.candidates[o].parts]
    homes = frozenset((part.workload, part.pool) for part in parts)
    used = frozenset(pools)
    kinds = frozenset(problem.pools[k].kind for k in used)
    return Structure(homes, used, frozenset(fabrics), kinds)
