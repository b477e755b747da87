"""Sketch: a structure that is likely good, chosen in a moment from what each workload needs alone.

Few kinds of server and one technology of compute network, by what the servers cost that each
workload would need if it shared nothing. Shared servers, networks, racks and limits come in when
the structure is sized; it only starts a search, so that nothing rests on it.
"""

from __future__ import annotations

from math import inf

from designlib.problem.fabric_sizes import servers_needed
from designlib.problem.structure import Structure
from designlib.problem.tables import Candidate, Problem

WORTH_FRAC = 0.02
"""Share of the cost that one more kind of server has to save. [1]"""
Homes = dict[frozenset[str], float]
"""Pools in which a workload can run, none where it is rented -> what it costs there. [currency]"""


def sketch(problem: Problem, homes_count: int) -> Structure | None:
    """Return a structure that leaves each workload its cheapest homes, None where one has none."""
    p = problem
    unit = {i: _lifetime_cost(p, i) for i in p.kinds}
    needs = [_homes(p, task, unit) for task in p.tasks]
    found = []
    for technology in _technologies(p):
        wired = {
            k
            for k, pool in p.pools.items()
            if pool.fabric is None or p.fabrics[pool.fabric].technology == technology
        }
        mine = [{h: x for h, x in homes.items() if h <= wired} for homes in needs]
        kinds = _kinds(p, mine)
        found.append((_worth(p, mine, kinds), mine, kinds))
    (unserved, _), mine, kinds = min(found, key=lambda x: x[0])
    return None if unserved else _structure(p, [_in(p, x, kinds) for x in mine], homes_count)


def _technologies(p: Problem) -> list[str]:
    """Return the technologies of the compute networks; one without a name where there are none."""
    fabrics = {pool.fabric for pool in p.pools.values() if pool.fabric is not None}
    return sorted({p.fabrics[f].technology for f in fabrics}) or [""]


def _lifetime_cost(p: Problem, kind: str) -> float:
    """Return what a server costs from the first date that it can serve. [currency]."""
    item = p.items[kind]
    t = item.first_date
    if not p.is_sold(kind):
        return 0.0
    power = item.typical_kw * p.sites[item.site].energy_per_kw_month
    monthly = item.support_per_month + item.license_per_month + power
    bought = item.unit_price[t] * item.capex_factor[t] - item.residual[t]
    return bought + monthly * sum(p.annuity[t:])


def _homes(p: Problem, task: tuple[str, str], unit: dict[str, float]) -> Homes:
    """Return what the cheapest way in each home costs for a task. [currency]."""
    found: Homes = {}
    for o in p.candidates_of(*task):
        c = p.candidates[o]
        if c.relief is None:
            home = frozenset(part.pool for part in c.parts if part.pool is not None)
            found[home] = min(found.get(home, inf), _cost_of(p, c, unit))
    return found


def _cost_of(p: Problem, c: Candidate, unit: dict[str, float]) -> float:
    """Return what the servers and the rent of a candidate cost. [currency]."""
    rent = sum(x * months for x, months in zip(c.rent_per_month, p.annuity, strict=False))
    parts = (part for part in c.parts if part.pool is not None)
    return rent + sum(servers_needed(part) * unit[p.pools[part.pool or ""].kind] for part in parts)


def _kinds(p: Problem, needs: list[Homes]) -> set[str]:
    """Return kinds of server, each in turn the one that saves most, while that is worth it."""
    kinds, worth = set[str](), (len(needs) + 1, inf)
    while True:
        here = [p.items[i].site for i in kinds]
        free = [
            i for i in p.kinds if i not in kinds and here.count(p.items[i].site) < p.kinds_max_count
        ]
        tried = [(_worth(p, needs, kinds | {i}), i) for i in free]
        more, kind = min(tried, default=(worth, ""))
        if (more[0], more[1] / (1 - WORTH_FRAC)) >= worth:
            return kinds
        kinds, worth = kinds | {kind}, more


def _worth(p: Problem, needs: list[Homes], kinds: set[str]) -> tuple[int, float]:
    """Return how many tasks have no home on some kinds, and what the others cost there."""
    least = [min(_in(p, homes, kinds).values(), default=None) for homes in needs]
    served = [x for x in least if x is not None]
    return len(least) - len(served), sum(served)


def _in(p: Problem, homes: Homes, kinds: set[str]) -> Homes:
    """Return the homes whose pools are all of some kinds."""
    return {h: x for h, x in homes.items() if all(p.pools[k].kind in kinds for k in h)}


def _structure(p: Problem, needs: list[Homes], homes_count: int) -> Structure:
    """Return the structure of the cheapest homes of each task."""
    homes: set[tuple[str, str | None]] = set()
    for (workload, _), mine in zip(p.tasks, needs, strict=True):
        for home in sorted(mine, key=lambda h: (mine[h], sorted(h)))[:homes_count]:
            homes |= {(workload, k) for k in home} or {(workload, None)}
    pools = frozenset(k for _, k in homes if k is not None)
    fabrics = frozenset(f for k in pools if (f := p.pools[k].fabric) is not None)
    return Structure(frozenset(homes), pools, fabrics, frozenset(p.pools[k].kind for k in pools))
