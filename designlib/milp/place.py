r"""Place: servers stand in racks of a kind by the exact number that one rack holds.

.. math::
    placed_{i,q,t} &\le n_{i,q}\, racks_{i,q,t}
        && \text{fit\_racks: a rack holds so many servers of a kind, no average} \\
    n_{i,q}\, racks_{i,q,t} &\le placed_{i,q,t} + n_{i,q} - 1
        && \text{none\_empty: no rack of what is sold no more stands empty} \\
    placed_{i,q,t} - stands_{i,q,t} &\ge placed_{i,q,t-1} - stands_{i,q,t-1}
        && \text{stay\_put: a placed server does not move} \\
    placed_{i,q,t} &\ge stands_{i,q,t} && \text{stands\_here: what is owned is placed} \\
    stands_{i,q,t} &\le stands_{i,q,t-1} && \text{leave\_only: and stays until it retires} \\
    \sum_q stands_{i,q,t} &= \sum_{k \in i} keeps_{k,t}
        && \text{all\_stand: every server that is owned and kept has a place} \\
    racks_{i,q,t} &\ge racks_{i,q,t-1}
        && \text{keep\_racks: racks stay, but those of what retires and is sold no more} \\
    shared_{q,t} &\ge shared_{q,t-1}
        && \text{keep\_shared: racks of switches, storage and control servers stay}

placed servers of kind i in rack kind q, stands those of them that are owned already, keeps those in
service in pool k, racks of kind q for kind i (integers). Servers that can only be owned stand in
racks that are owned too. shared racks for mixed service equipment (integer), filled to the share
at which any first-fit packing succeeds (``physics.racks.racks_guaranteed``); n from
``physics.racks.servers_per_rack`` (height, failover feed, cooling, weight).
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.dated import dated
from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add racks, which supply ``rack_slots`` and ``service_racks`` and draw positions.

    Power and cooling.
    """
    p = problem
    fits = [(i, q) for i, kind in p.kinds.items() for q in kind.per_rack]
    m.FITS = pyo.Set(initialize=fits, dimen=2)
    m.SHARED = pyo.Set(initialize=[q for q, rack in p.racks.items() if rack.service_frac > 0])

    def span(m: Any, i: str, q: str, t: int) -> tuple[int, int]:
        owned = int(p.kinds[i].owned[t]) if p.kinds[i].owned else 0
        if not p.is_sold(i):
            return 0, owned
        ready = t >= max(p.racks[q].first_date, 0 if owned else p.items[i].first_date)
        return 0, p.kinds[i].servers_max_count if ready else 0

    dates, later = p.date_indices, p.date_indices[1:]
    always = dated(fits, dates)
    m.placed = pyo.Var(always, domain=pyo.NonNegativeIntegers, bounds=span)
    m.racks = pyo.Var(always, domain=pyo.NonNegativeIntegers, bounds=span)
    m.shared = pyo.Var(m.SHARED, m.T, domain=pyo.NonNegativeIntegers)
    for q in m.SHARED:
        for t in range(min(p.racks[q].first_date, len(p.dates))):
            m.shared[q, t].fix(0)

    @m.Constraint(always)
    def fit_racks(m: Any, i: str, q: str, t: int) -> Any:
        return m.placed[i, q, t] <= p.kinds[i].per_rack[q] * m.racks[i, q, t]

    _owned(m, p)

    # a rack that is bought empty is paid for
    @m.Constraint(dated([(i, q) for i, q in fits if not p.is_sold(i)], dates))
    def none_empty(m: Any, i: str, q: str, t: int) -> Any:
        n = p.kinds[i].per_rack[q]
        return n * m.racks[i, q, t] <= m.placed[i, q, t] + n - 1

    @m.Constraint(dated(fits, later))
    def stay_put(m: Any, i: str, q: str, t: int) -> Any:
        return _bought(m, i, q, t) >= _bought(m, i, q, t - 1)

    @m.Constraint(dated(fits, later))
    def keep_racks(m: Any, i: str, q: str, t: int) -> Any:
        if p.retires(i, t) and not p.is_sold(i):
            return pyo.Constraint.Skip
        return m.racks[i, q, t] >= m.racks[i, q, t - 1]

    @m.Constraint(m.SHARED, m.T)
    def keep_shared(m: Any, q: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.shared[q, t] >= m.shared[q, t - 1]

    for i, q in fits:
        _book_servers(m, p, ledger, i, q)
    for q, rack in p.racks.items():
        _book_racks(m, p, ledger, q, max(0.0, rack.service_frac))


def _owned(m: Any, p: Problem) -> None:
    """Add where the servers stand that are there already."""
    m.STANDING = pyo.Set(initialize=[(i, q) for i, q in m.FITS if i in m.OWNED], dimen=2)

    def owned(m: Any, i: str, q: str, t: int) -> tuple[int, int]:
        return 0, int(p.kinds[i].owned[t])

    m.stands = pyo.Var(m.STANDING, m.T, domain=pyo.NonNegativeIntegers, bounds=owned)

    @m.Constraint(m.STANDING, m.T)
    def stands_here(m: Any, i: str, q: str, t: int) -> Any:
        return m.placed[i, q, t] >= m.stands[i, q, t]

    @m.Constraint(m.STANDING, m.T)
    def leave_only(m: Any, i: str, q: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.stands[i, q, t] <= m.stands[i, q, t - 1]

    @m.Constraint(m.OWNED, m.T)
    def all_stand(m: Any, i: str, t: int) -> Any:
        here = sum((m.stands[j, q, t] for j, q in m.STANDING if j == i), 0.0)
        return here == sum(m.keeps[k, t] for k in m.KEEPING if p.pools[k].kind == i)


def _bought(m: Any, i: str, q: str, t: int) -> Any:
    """Return the placed servers of a kind that are not owned already."""
    return m.placed[i, q, t] - (m.stands[i, q, t] if (i, q) in m.STANDING else 0.0)


def _book_servers(m: Any, p: Problem, ledger: Ledger, i: str, q: str) -> None:
    rack, item, kind = p.racks[q], p.items[i], p.kinds[i]
    left = kind.left_frac.get(q, 0.0)
    loops = {limit.place for limit in p.limits if limit.resource == "loop_kw"}
    for t in p.date_indices:
        placed = m.placed[i, q, t]
        room = kind.per_rack[q] * m.racks[i, q, t]
        ledger.supply("racks", "rack_slots", i, t, placed, capacity=room)
        if left:
            ledger.supply("racks", "service_racks", rack.site, t, left * m.racks[i, q, t])
        max_kw, each_kw = item.max_kw * placed, (item.max_kw, item.typical_kw)
        ledger.power("compute", rack.site, t, placed, each_kw, rack.pue, ups=kind.ups)
        to_liquid = kind.liquid_frac if rack.cooling == "direct-to-chip" else 0.0
        if to_liquid:
            ledger.draw("compute", "liquid_kw", rack.site, t, to_liquid * max_kw)
            if rack.site in loops:  # units of a loop do not carry more than the loop itself
                ledger.draw("compute", "loop_kw", rack.site, t, to_liquid * max_kw)
        to_air = (1.0 - to_liquid) * rack.air_heat_frac
        if to_air:
            ledger.draw("compute", "air_kw", rack.site, t, to_air * max_kw)
        to_water = 1.0 - to_liquid - to_air
        if to_water > 0 and ("air_kw", rack.site, "chilled_kw") in p.follows:
            ledger.draw("compute", "chilled_kw", rack.site, t, to_water * max_kw)


def _book_racks(m: Any, p: Problem, ledger: Ledger, q: str, service_frac: float) -> None:
    rack = p.racks[q]
    stock: list[Any] = []
    for t in p.date_indices:
        here = [i for i, r in m.FITS if r == q]
        racks = sum(m.racks[i, q, t] for i in here if p.is_sold(i))
        owned = sum(m.racks[i, q, t] for i in here if not p.is_sold(i))
        if service_frac:
            racks += m.shared[q, t]
            ledger.supply("racks", "service_racks", rack.site, t, service_frac * m.shared[q, t])
        stock.append(racks)
        ledger.draw("racks", "positions", rack.site, t, rack.positions * (racks + owned))
    for item, count in rack.items.items():
        ledger.install(p.items[item].layer, item, [count * n for n in stock])
