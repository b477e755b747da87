r"""Timing: servers come in whole units, and where the policy says so, never ahead of their work.

.. math::
    (1 - f)\, bought_{k,t} \le \sum_{o \in k} n_{o,t}\, choose_o + q_k - 1
        && \text{nothing\_ahead: no more servers than the work of the date takes} \\
    \sum_{k \in i} bought_{k,t} = u_i\, building\_blocks_{i,t}
        && \text{whole\_units: a scalable unit is bought whole}

building_blocks bought of kind i (integer); bought servers in service that were not there already;
u servers of a scalable unit; n whole servers that a candidate takes by a date if it has them to
itself; f share of every pool that is given away; q least order or unit of the kind, which may leave
some over. Work that shares servers takes fewer, so the bound forbids no design that buys as late as
it can.
"""

from __future__ import annotations

from itertools import accumulate
from math import ceil
from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Candidate, Problem

_WHOLE = 1e-9


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add whole units, and the most servers of each pool where nothing may be bought ahead."""
    p = problem
    m.IN_UNITS = pyo.Set(
        initialize=[i for i, kind in p.kinds.items() if kind.unit_servers_count > 1]
    )
    m.building_blocks = pyo.Var(m.IN_UNITS, m.T, domain=pyo.NonNegativeIntegers)

    @m.Constraint(m.IN_UNITS, m.T)
    def whole_units(m: Any, i: str, t: int) -> Any:
        mine = [_bought(m, k, t) for k, pool in p.pools.items() if pool.kind == i]
        if not mine:
            return pyo.Constraint.Skip
        return sum(mine) == p.kinds[i].unit_servers_count * m.building_blocks[i, t]

    m.LATE = pyo.Set(initialize=list(p.pools) if p.bought_when_needed else [])
    given = sum(share.share_frac for share in p.fleet_shares.values())
    parts = [(o, part) for o, c in p.candidates.items() for part in c.parts if part.pool]
    alone: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for o, part in parts if p.bought_when_needed else ():
        alone.setdefault(part.pool or "", []).append((o, servers_alone(p, part)))

    @m.Constraint(m.LATE, m.T)
    def nothing_ahead(m: Any, k: str, t: int) -> Any:
        if t == p.date_indices[-1]:
            return pyo.Constraint.Skip  # what comes last is not ahead of anything
        mine = [n[t] * m.choose[o] for o, n in alone.get(k, ())]
        kind = p.kinds[p.pools[k].kind]
        spare = max(kind.min_order_count, kind.unit_servers_count) - 1 + _shared(p, k)
        return (1.0 - given) * _bought(m, k, t) <= sum(mine) + spare


def _bought(m: Any, k: str, t: int) -> Any:
    """Return the servers of a pool that are not there already."""
    return m.servers[k, t] - (m.keeps[k, t] if k in m.KEEPING else 0.0)


def servers_alone(p: Problem, c: Candidate) -> tuple[int, ...]:
    """Return the whole servers that a candidate takes by each date on servers of its own."""
    hours = sum(p.slice_hours[s] for s in c.slices) or sum(p.slice_hours.values())
    found = []
    for t in p.date_indices:
        held = c.peak[t] if c.peak else 0.0
        worked = c.hours[t] / hours if c.hours else 0.0
        once = held + max(c.gang[t] if c.gang else 0.0, worked)
        others = [series[t] for series in (c.exclusive, c.apart) if series]
        found.append(ceil(max(once, *others, 0.0) - _WHOLE))
    return tuple(accumulate(found, max))


def _shared(p: Problem, k: str) -> float:
    """Return the servers that shares of the fleet may ask for beyond their part, and rounding."""
    gpus = p.kinds[p.pools[k].kind].gpus_count
    least = [s.gpus_min_count / gpus for s in p.fleet_shares.values() if gpus]
    return ceil(max(least)) + 1 if least else 0.0
