r"""Spares: enough cold servers on the shelf that repairs never leave a kind short.

.. math::
    \sum_{k \in i} servers_{k,t} &\le n_0 + \sum_j (n_j - n_{j-1})\, step_{i,j,t}
        && \text{covered\_by\_spares: a step of spares covers so many servers} \\
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
    m.SPARED = pyo.Set(initialize=[i for i, kind in p.kinds.items() if len(kind.spare_steps) > 1])

    @m.Constraint(m.SPARED, m.T)
    def covered_by_spares(m: Any, i: str, t: int) -> Any:
        menu = p.kinds[i].spare_steps
        servers = sum(m.servers[k, t] for k, pool in p.pools.items() if pool.kind == i)
        widths = sum((menu[j][0] - menu[j - 1][0]) * m.step[i, j, t] for j in range(1, len(menu)))
        return servers <= menu[0][0] + widths

    @m.Constraint(m.SPARE_STEPS, m.T)
    def in_order(m: Any, i: str, j: int, t: int) -> Any:
        return pyo.Constraint.Skip if j == 1 else m.step[i, j, t] <= m.step[i, j - 1, t]

    @m.Constraint(m.SPARE_STEPS, m.T)
    def keep_spares(m: Any, i: str, j: int, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.step[i, j, t] >= m.step[i, j, t - 1]

    for i in m.SPARED:
        menu = p.kinds[i].spare_steps
        stock = [
            menu[0][1]
            + sum((menu[j][1] - menu[j - 1][1]) * m.step[i, j, t] for j in range(1, len(menu)))
            for t in p.date_indices
        ]
        ledger.install("spares", i, stock, power=False, cold=True)
