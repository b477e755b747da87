r"""Site: what the brief grants bounds what is drawn; the budget bounds what is bought.

.. math::
    \sum_{u \le t} capex_u &\le budget_t + relief_{budget}
        && \text{balance: capex is a resource like any other} \\
    supply_{r,t} &= limit_{r,t} + relief_r
        && \text{balance: a limit of the brief supplies its resource}

relief of a requirement is fixed at zero in a design and priced only when a repair is sought.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem, Series


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the limits of the brief as supply, and the draws that no choice avoids."""
    p = problem
    m.LIMITS = pyo.Set(initialize=list(range(len(p.limits))))
    m.relief = pyo.Var(m.LIMITS, domain=pyo.NonNegativeReals)
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
        m.relief[n].fix(0)
        if limit.resource == "capex":
            _budget(m, p, ledger, n, limit.value)
            continue
        for t in p.date_indices:
            ledger.supply("site", limit.resource, limit.place, t, limit.value[t] + m.relief[n])


def _budget(m: Any, p: Problem, ledger: Ledger, n: int, granted: Series) -> None:
    """Add what may be spent by each date before more is granted, and by the last."""
    ends = [t for t in p.date_indices[:-1] if granted[t] < granted[t + 1]] + [p.date_indices[-1]]
    spent = [c for c in ledger.costs if c.kind == "capex"]
    for end in ends:
        ledger.supply("site", "capex", p.everywhere, end, granted[end] + m.relief[n])
        for c in spent:
            if c.t <= end:
                ledger.draw(c.layer, "capex", p.everywhere, end, c.amount)
