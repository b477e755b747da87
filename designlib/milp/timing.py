r"""Timing: where the policy buys nothing ahead, no server comes before the work that needs it.

.. math::
    (1 - f)\, servers_{k,t} \le \sum_{o \in k} n_{o,t}\, choose_o + q_k - 1
        && \text{nothing\_ahead: no more servers than the work of the date takes}

n whole servers that a candidate takes by a date if it has them to itself; f share of every pool
that is given away; q least order of the kind, which may leave some over. Work that shares servers
takes fewer, so the bound forbids no design that buys as late as it can.
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
    """Add the most servers of each pool by date, where nothing may be bought ahead."""
    p = problem
    late = [k for k, pool in p.pools.items() if not p.kinds[pool.kind].owned]
    m.LATE = pyo.Set(initialize=late if p.bought_when_needed else [])
    given = sum(share.share_frac for share in p.fleet_shares.values())
    alone = {o: servers_alone(p, c) for o, c in p.candidates.items() if c.pool is not None}

    @m.Constraint(m.LATE, m.T)
    def nothing_ahead(m: Any, k: str, t: int) -> Any:
        if t == p.date_indices[-1]:
            return pyo.Constraint.Skip  # what comes last is not ahead of anything
        mine = [n[t] * m.choose[o] for o, n in alone.items() if p.candidates[o].pool == k]
        spare = p.kinds[p.pools[k].kind].min_order_count - 1 + _shared(p, k)
        return (1.0 - given) * m.servers[k, t] <= sum(mine) + spare


def servers_alone(p: Problem, c: Candidate) -> tuple[int, ...]:
    """Return the whole servers that a candidate takes by each date on servers of its own."""
    hours = sum(p.slice_hours[s] for s in c.slices) or sum(p.slice_hours.values())
    found = []
    for t in p.date_indices:
        held = max((h[t] for h in c.held.values()), default=0.0)
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
