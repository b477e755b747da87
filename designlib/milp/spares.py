r"""Spares: enough cold servers on the shelf that repairs never leave a kind short.

.. math::
    \sum_{k \in i} servers_{k,t} &\le n_0 + \sum_j (n_j - n_{j-1})\, step_{i,j,t}
        && \text{balance: a step of spares covers so many servers} \\
    step_{i,j,t} &\le step_{i,j-1,t} && \text{in\_order: steps are taken in order} \\
    step_{i,j,t} &\ge step_{i,j,t-1}
        && \text{keep\_spares: spares are not sold, only owned ones retire} \\
    \sum_{k \in i} keeps_{k,t} + shelf_{i,t} &\le o_{i,t}
        && \text{enough\_owned: what is owned serves, lies on the shelf, or stands idle} \\
    spares_{i,t} - shelf_{i,t} &\ge spares_{i,t-1} - shelf_{i,t-1}
        && \text{bought\_stay: spares that are bought stay} \\
    spares_{i,t} &= shelf_{i,t} && \text{none\_sold: before the first date of a purchase} \\
    bought_{i,t} &\le s_i\, ordered_{i,t}
        && \text{come\_along: where orders have a least size, spares come with servers} \\
    bought_{i,t} &:= spares_{i,t} - shelf_{i,t} - (spares_{i,t-1} - shelf_{i,t-1})

step a further step of spares (binary); shelf spares that are owned already (integer); o servers
already owned; keeps those of them in service; spares the sum over the steps taken; n_j servers of
kind i that the spares of step j cover; s_i spares of the last step; ordered whether servers of kind
i are ordered (``stock``). The steps are exact Poisson quantiles, computed by
``physics.reliability.spares_steps``. Cold spares draw neither ports nor power.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.dated import dated
from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the spares of each kind of server."""
    p = problem
    steps = [(i, j) for i, kind in p.kinds.items() for j in range(1, len(kind.spare_steps))]
    m.step = pyo.Var(dated(steps, p.date_indices), domain=pyo.Binary)
    for i, j in steps:
        for t in range(min(0 if p.kinds[i].owned else p.items[i].first_date, len(p.dates))):
            m.step[i, j, t].fix(0)

    @m.Constraint(dated([(i, j) for i, j in steps if j > 1], p.date_indices))
    def in_order(m: Any, i: str, j: int, t: int) -> Any:
        return m.step[i, j, t] <= m.step[i, j - 1, t]

    @m.Constraint(dated(steps, p.date_indices[1:]))
    def keep_spares(m: Any, i: str, j: int, t: int) -> Any:
        if p.retires(i, t):
            return pyo.Constraint.Skip
        return m.step[i, j, t] >= m.step[i, j, t - 1]

    _owned(m, p)
    for i, kind in p.kinds.items():
        if len(kind.spare_steps) > 1:
            _book(m, p, ledger, i)


def _owned(m: Any, p: Problem) -> None:
    """Add the spares that are owned already, and that nobody owns more than there is."""
    shelves = [i for i in m.OWNED if len(p.kinds[i].spare_steps) > 1]
    m.SHELVES = pyo.Set(initialize=shelves)

    def owned(m: Any, i: str, t: int) -> tuple[int, int]:
        return 0, int(p.kinds[i].owned[t])

    m.shelf = pyo.Var(m.SHELVES, m.T, domain=pyo.NonNegativeIntegers, bounds=owned)

    @m.Constraint(m.OWNED, m.T)
    def enough_owned(m: Any, i: str, t: int) -> Any:
        kept = sum(m.keeps[k, t] for k in m.KEEPING if p.pools[k].kind == i)
        return kept + (m.shelf[i, t] if i in m.SHELVES else 0.0) <= p.kinds[i].owned[t]

    @m.Constraint(m.SHELVES, m.T)
    def bought_stay(m: Any, i: str, t: int) -> Any:
        return _bought(m, p, i, t) >= (_bought(m, p, i, t - 1) if t else 0.0)

    @m.Constraint(m.ORDERED, m.T)
    def come_along(m: Any, i: str, t: int) -> Any:
        most = p.kinds[i].spare_steps[-1][1]
        if not most:
            return pyo.Constraint.Skip
        before = _bought(m, p, i, t - 1) if t else 0.0
        return _bought(m, p, i, t) - before <= most * m.ordered[i, t]

    @m.Constraint(m.SHELVES, m.T)
    def none_sold(m: Any, i: str, t: int) -> Any:
        if t >= p.items[i].first_date:
            return pyo.Constraint.Skip
        return _spares(m, p, i, t) == m.shelf[i, t]


def _bought(m: Any, p: Problem, i: str, t: int) -> Any:
    """Return the spares of a kind that were bought by a date."""
    return _spares(m, p, i, t) - (m.shelf[i, t] if i in m.SHELVES else 0.0)


def _spares(m: Any, p: Problem, i: str, t: int) -> Any:
    """Return the spares of a kind at a date."""
    return _menu(m, p, i, t, 1)


def _menu(m: Any, p: Problem, i: str, t: int, n: int) -> Any:
    """Return what the steps taken give at a date: servers that they cover (0), or spares (1)."""
    menu = p.kinds[i].spare_steps
    added = ((menu[j][n] - menu[j - 1][n]) * m.step[i, j, t] for j in range(1, len(menu)))
    return menu[0][n] + sum(added)


def _book(m: Any, p: Problem, ledger: Ledger, i: str) -> None:
    """Add the servers that the spares of a kind cover, and the spares to the bill."""
    covered, stock = [[_menu(m, p, i, t, n) for t in p.date_indices] for n in (0, 1)]
    owned = tuple(m.shelf[i, t] for t in p.date_indices) if i in m.SHELVES else ()
    for t in p.date_indices:
        servers = sum(m.servers[k, t] for k, pool in p.pools.items() if pool.kind == i)
        ledger.draw("compute", "spare_cover", i, t, servers)
        ledger.supply("spares", "spare_cover", i, t, covered[t])
    ledger.install("spares", i, stock, owned=owned, power=False, cold=True)
