r"""Site: what the brief grants bounds what is drawn; the budget bounds what is bought.

.. math::
    \sum_{u \le t} capex_u &\le budget_t + \sum_{g \in budget} a_{g,t}\, relief_g
        && \text{balance: capex is a resource like any other} \\
    supply_{r,t} &= limit_{r,t} + \sum_{g \in r} a_{g,t}\, relief_g
        && \text{balance: a limit of the brief supplies its resource}

relief of what a field of the brief grants from one of its dates on (g), fixed at zero in a design
and freed only when a repair is sought; a what a unit more of it adds at a date.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.asked_tables import BUDGET
from designlib.problem.tables import Problem, Series


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the limits of the brief as supply, and the draws that no choice avoids."""
    p = problem
    grants = p.grants
    m.GRANTS = pyo.Set(initialize=list(range(len(grants))))
    m.relief = pyo.Var(m.GRANTS, domain=pyo.NonNegativeReals)
    m.relief.fix(0)
    for demand in p.demands:
        for t in p.date_indices:
            if demand.value[t]:
                ledger.draw(
                    demand.layer,
                    demand.resource,
                    demand.place,
                    t,
                    demand.value[t],
                    scales=demand.scales,
                )
    for n, limit in enumerate(p.limits):
        more = [
            sum(grant.adds[n][t] * m.relief[g] for g, grant in enumerate(grants) if n in grant.adds)
            for t in p.date_indices
        ]
        if limit.resource == BUDGET:
            _budget(m, p, ledger, limit.value, more)
            continue
        for t in p.date_indices:
            ledger.supply("site", limit.resource, limit.place, t, limit.value[t] + more[t])


def _budget(m: Any, p: Problem, ledger: Ledger, granted: Series, more: list[Any]) -> None:
    """Add what may be spent by each date before more is granted, and by the last."""
    ends = [t for t in p.date_indices[:-1] if granted[t] < granted[t + 1]] + [p.date_indices[-1]]
    spent = [c for c in ledger.costs if c.kind == "capex"]
    for end in ends:
        ledger.supply("site", "capex", p.everywhere, end, granted[end] + more[end])
        for c in spent:
            if c.t <= end:
                ledger.draw(c.layer, "capex", p.everywhere, end, c.amount)
