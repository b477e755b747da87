r"""Spares: enough cold servers on the shelf that repairs never leave a kind short.

.. math::
    \sum_{k \in i} servers_{k,t} &\le n_0 + \sum_j (n_j - n_{j-1})\, step_{i,j,t}
        && \text{balance: a step of spares covers so many servers} \\
    step_{i,j,t} &\le step_{i,j-1,t} && \text{in\_order: steps are taken in order} \\
    step_{i,j,t} &\ge step_{i,j,t-1} && \text{keep\_spares: spares are not sold}

step a further step of spares (binary); n_j servers of kind i that the spares of step j cover. The
steps are exact Poisson quantiles, computed by ``physics.reliability.spares_steps``. Cold spares
draw neither ports nor power.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the spares of each kind of server."""
    p = problem
    steps = [(i, j) for i, kind in p.kinds.items() for j in range(1, len(kind.spare_steps))]
    m.SPARE_STEPS = pyo.Set(initialize=steps, dimen=2)
    m.step = pyo.Var(m.SPARE_STEPS, m.T, domain=pyo.Binary)
    for i, j in steps:
        for t in range(min(0 if p.kinds[i].owned else p.items[i].first_date, len(p.dates))):
            m.step[i, j, t].fix(0)

    @m.Constraint(m.SPARE_STEPS, m.T)
    def in_order(m: Any, i: str, j: int, t: int) -> Any:
        return pyo.Constraint.Skip if j == 1 else m.step[i, j, t] <= m.step[i, j - 1, t]

    @m.Constraint(m.SPARE_STEPS, m.T)
    def keep_spares(m: Any, i: str, j: int, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.step[i, j, t] >= m.step[i, j, t - 1]

    for i, kind in p.kinds.items():
        if len(kind.spare_steps) > 1:
            _book(m, p, ledger, i)


def _book(m: Any, p: Problem, ledger: Ledger, i: str) -> None:
    """Add the servers that the spares of a kind cover, and the spares to the bill."""
    menu = p.kinds[i].spare_steps
    covered, stock = [
        [
            menu[0][n]
            + sum((menu[j][n] - menu[j - 1][n]) * m.step[i, j, t] for j in range(1, len(menu)))
            for t in p.date_indices
        ]
        for n in (0, 1)
    ]
    for t in p.date_indices:
        servers = sum(m.servers[k, t] for k, pool in p.pools.items() if pool.kind == i)
        ledger.draw("compute", "spare_cover", i, t, servers)
        ledger.supply("spares", "spare_cover", i, t, covered[t])
    ledger.install("spares", i, stock, power=False, cold=True)
