r"""Stock: servers in service are owned or bought, whole, and never sold within the horizon.

.. math::
    servers_{k,t} - keeps_{k,t} &\ge servers_{k,t-1} - keeps_{k,t-1}
        && \text{never\_shrink: nothing that is bought is torn out} \\
    servers_{k,t} - keeps_{k,t} &\ge 0 && \text{in\_service: what is owned and kept serves} \\
    servers_{k,t} - keeps_{k,t} &= 0 && \text{too\_early: before the first date of a purchase} \\
    keeps_{k,t} &\le keeps_{k,t-1} && \text{never\_back: what is owned serves at once or never} \\
    \sum_{k \in i} keeps_{k,t} &\ge \sum_{k \in i} keeps_{k,t-1} - (o_{i,t-1} - o_{i,t})
        && \text{until\_retired: and it serves until it retires} \\
    servers_{k,t} - keeps_{k,t} &= servers_{k,T} - keeps_{k,T}
        && \text{at\_once: where the policy buys all servers at once} \\
    \sum_{k \in i} servers_{k,t} &\le N_i\, used_i
        && \text{only\_used\_kinds: servers exist only of kinds in use} \\
    \sum_{i \in a} used_i &\le K + \kappa_a
        && \text{few\_kinds: at most K kinds of server at a site} \\
    used_i &\le present_g && \text{is\_present: a kind brings its GPU generation} \\
    \sum_g present_g &\le G + \gamma
        && \text{few\_generations: at most G generations over all sites} \\
    \sum_k g_k\, servers_{k,t} &\le G_t + \phi_t
        && \text{within\_fleet: at most G GPUs in service} \\
    bought_{i,t} &\ge q_i\, ordered_{i,t} && \text{least\_order: an order has a least size} \\
    bought_{i,t} &\le N_i\, ordered_{i,t}
        && \text{only\_ordered: no purchase without an order} \\
    bought_{i,t} &:= \textstyle\sum_{k \in i} (servers_{k,t} - keeps_{k,t})
        - \sum_{k \in i} (servers_{k,t-1} - keeps_{k,t-1})

servers in service in pool k (integer); keeps servers in service that are owned already (integer, 0
for kinds of which none is owned); used kind i (binary); present generation g of GPUs (binary);
ordered kind i at date t (binary); o servers already owned, which are in service or spares on the
shelf (``spares``) or stand idle, cost-free; N most servers of a kind that any design needs; g_k
GPUs a server; q least order; kappa, gamma, phi more kinds, generations and GPUs than the brief
allows, 0 in a design and freed only when nothing fits. A server supplies itself and its hours,
draws ports and a slot in a rack.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.dated import dated
from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the servers of each pool, which supply ``servers`` and ``server_hours``."""
    p = problem
    m.T = pyo.Set(initialize=list(p.date_indices))
    m.KINDS = pyo.Set(initialize=list(p.kinds))
    pools_of = {i: [k for k, pool in p.pools.items() if pool.kind == i] for i in p.kinds}

    def span(m: Any, k: str, t: int) -> tuple[int, int]:
        kind = p.kinds[p.pools[k].kind]
        owned = int(kind.owned[t]) if kind.owned else 0
        return 0, kind.servers_max_count if t >= p.items[p.pools[k].kind].first_date else owned

    m.servers = pyo.Var(dated(p.pools, p.date_indices), domain=pyo.NonNegativeIntegers, bounds=span)
    m.used = pyo.Var(m.KINDS, domain=pyo.Binary)
    _owned(m, p, pools_of)

    @m.Constraint(dated(p.pools, p.date_indices[1:]))
    def never_shrink(m: Any, k: str, t: int) -> Any:
        return _bought(m, k, t) >= _bought(m, k, t - 1)

    m.AT_ONCE = pyo.Set(initialize=_at_once(p), dimen=2)

    @m.Constraint(m.AT_ONCE)
    def at_once(m: Any, k: str, t: int) -> Any:
        return _bought(m, k, t) == _bought(m, k, p.date_indices[-1])

    @m.Constraint(m.KINDS, m.T)
    def only_used_kinds(m: Any, i: str, t: int) -> Any:
        if t != p.date_indices[-1] and not p.kinds[i].owned:
            return pyo.Constraint.Skip
        return sum(m.servers[k, t] for k in pools_of[i]) <= p.kinds[i].servers_max_count * m.used[i]

    kinds_at = {a: [i for i in p.kinds if p.items[i].site == a] for a in p.sites}
    m.CROWDED = pyo.Set(initialize=[a for a in p.sites if len(kinds_at[a]) > p.kinds_max_count])
    m.more_kinds = pyo.Var(m.CROWDED, domain=pyo.NonNegativeReals)
    m.more_kinds.fix(0)

    @m.Constraint(m.CROWDED)
    def few_kinds(m: Any, a: str) -> Any:
        return sum(m.used[i] for i in kinds_at[a]) <= p.kinds_max_count + m.more_kinds[a]

    _generations(m, p)
    _fleet(m, p)

    _orders(m, p, pools_of)
    for k, pool in p.pools.items():
        _book(m, p, ledger, k, pool.kind)


def _fleet(m: Any, p: Problem) -> None:
    """Add the most GPUs in service, where the brief says how many."""
    gpus = {k: p.kinds[pool.kind].gpus_count for k, pool in p.pools.items()}
    grants = p.fleet_grants
    m.more_gpus = pyo.Var(range(len(grants)), domain=pyo.NonNegativeReals)
    m.more_gpus.fix(0)

    @m.Constraint(m.T)
    def within_fleet(m: Any, t: int) -> Any:
        if not grants or not any(gpus.values()):
            return pyo.Constraint.Skip
        more = sum(grant.adds[0][t] * m.more_gpus[g] for g, grant in enumerate(grants))
        return sum(n * m.servers[k, t] for k, n in gpus.items()) <= p.gpus_max[t] + more


def _owned(m: Any, p: Problem, pools_of: dict[str, list[str]]) -> None:
    """Add the servers that are there already: what is kept of them, and until when."""
    m.OWNED = pyo.Set(initialize=[i for i in p.kinds if p.kinds[i].owned and pools_of[i]])
    m.KEEPING = pyo.Set(initialize=[k for i in m.OWNED for k in pools_of[i]])

    def owned(m: Any, k: str, t: int) -> tuple[int, int]:
        return 0, int(p.kinds[p.pools[k].kind].owned[t])

    m.keeps = pyo.Var(m.KEEPING, m.T, domain=pyo.NonNegativeIntegers, bounds=owned)

    @m.Constraint(m.KEEPING, m.T)
    def in_service(m: Any, k: str, t: int) -> Any:
        return m.servers[k, t] >= m.keeps[k, t]

    @m.Constraint(m.KEEPING, m.T)
    def too_early(m: Any, k: str, t: int) -> Any:
        if t >= p.items[p.pools[k].kind].first_date:
            return pyo.Constraint.Skip
        return m.servers[k, t] == m.keeps[k, t]

    @m.Constraint(m.KEEPING, m.T)
    def never_back(m: Any, k: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.keeps[k, t] <= m.keeps[k, t - 1]

    @m.Constraint(m.OWNED, m.T)
    def until_retired(m: Any, i: str, t: int) -> Any:
        if t == 0:
            return pyo.Constraint.Skip
        leave = p.kinds[i].owned[t - 1] - p.kinds[i].owned[t]
        before = sum(m.keeps[k, t - 1] for k in pools_of[i])
        return sum(m.keeps[k, t] for k in pools_of[i]) >= before - leave


def _kept(m: Any, k: str, t: int) -> Any:
    return m.keeps[k, t] if k in m.KEEPING else 0.0


def _bought(m: Any, k: str, t: int) -> Any:
    """Return the servers of a pool that were bought by a date."""
    return m.servers[k, t] - _kept(m, k, t)


def _at_once(p: Problem) -> list[tuple[str, int]]:
    """Return the (pool, date) at which all servers must have come, where they come at once."""
    if not p.bought_at_once:
        return []
    first = {k: p.items[pool.kind].first_date for k, pool in p.pools.items()}
    return [(k, t) for k in p.pools for t in p.date_indices[:-1] if t >= first[k]]


def _generations(m: Any, p: Problem) -> None:
    """Add the limit on GPU generations, where there are more than it allows."""
    names = sorted({kind.generation for kind in p.kinds.values() if kind.gpus_count})
    most = p.generations_max_count
    m.GENERATIONS = pyo.Set(initialize=names if most is not None and len(names) > most else [])
    m.present = pyo.Var(m.GENERATIONS, domain=pyo.Binary)
    m.more_generations = pyo.Var(domain=pyo.NonNegativeReals)
    m.more_generations.fix(0)
    mine = [(g, i) for g in m.GENERATIONS for i, kind in p.kinds.items() if kind.generation == g]
    m.OF_GENERATION = pyo.Set(initialize=mine, dimen=2)

    @m.Constraint(m.OF_GENERATION)
    def is_present(m: Any, g: str, i: str) -> Any:
        return m.used[i] <= m.present[g]

    @m.Constraint()
    def few_generations(m: Any) -> Any:
        if not len(m.GENERATIONS):
            return pyo.Constraint.Skip
        return sum(m.present[g] for g in m.GENERATIONS) <= most + m.more_generations


def _orders(m: Any, p: Problem, pools_of: dict[str, list[str]]) -> None:
    """Add the least order size for the kinds that have one."""
    lots = [i for i, kind in p.kinds.items() if kind.min_order_count > 1 and p.is_sold(i)]
    m.ORDERED = pyo.Set(initialize=lots)
    m.ordered = pyo.Var(m.ORDERED, m.T, domain=pyo.Binary)

    def bought(m: Any, i: str, t: int) -> Any:
        now = sum(_bought(m, k, t) for k in pools_of[i])
        return now - sum(_bought(m, k, t - 1) for k in pools_of[i]) if t else now

    @m.Constraint(m.ORDERED, m.T)
    def least_order(m: Any, i: str, t: int) -> Any:
        return bought(m, i, t) >= p.kinds[i].min_order_count * m.ordered[i, t]

    @m.Constraint(m.ORDERED, m.T)
    def only_ordered(m: Any, i: str, t: int) -> Any:
        return bought(m, i, t) <= p.kinds[i].servers_max_count * m.ordered[i, t]


def _book(m: Any, p: Problem, ledger: Ledger, k: str, i: str) -> None:
    pool, kind = p.pools[k], p.kinds[i]
    stock = [m.servers[k, t] for t in p.date_indices]
    owned = tuple(m.keeps[k, t] for t in p.date_indices) if kind.owned else ()
    ledger.install("compute", i, stock, pool=k, owned=owned, power=False)
    for t in p.date_indices:
        ledger.supply("compute", "servers", k, t, stock[t])
        for w in p.apart_in(k):
            ledger.supply("compute", "apart_servers", f"{k} for {w}", t, stock[t])
        for s, hours in p.slice_hours.items():
            ledger.supply("compute", "server_hours", k, t, hours * stock[t], slice_=s)
        ledger.draw("compute", "rack_slots", i, t, stock[t])
        ledger.monthly("operations", "staff", t, kind.staff_per_month, stock[t])
        if pool.fabric is not None:
            ledger.draw(
                "compute", "compute_ports", pool.fabric, t, pool.ports_per_server * stock[t]
            )
