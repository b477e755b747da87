r"""Orchestration: the software that the workloads need, its control servers and staff.

.. math::
    runs_p &\le runs_q && \text{with\_its\_parts: a component brings what it requires} \\
    control_{a,t} &\ge control_{a,t-1} && \text{keep\_control: control servers stay}

runs software p (binary); q each part that p requires; control servers in service at site a
(integer). The same software runs at every site, with control servers of its own at each. Every
capability that a workload needs (gang scheduling, services, quotas, ...) is drawn as a resource and
supplied by the software that provides it; every scheduler beyond the first draws a shared identity.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the choice of orchestration software.

    Which supplies capabilities and draws control servers.
    """
    p = problem
    m.SOFTWARE = pyo.Set(initialize=list(p.software))
    m.runs = pyo.Var(m.SOFTWARE, domain=pyo.Binary)
    needs = [(a, b) for a, software in p.software.items() for b in software.requires]
    m.NEEDS = pyo.Set(initialize=needs, dimen=2)

    @m.Constraint(m.NEEDS)
    def with_its_parts(m: Any, a: str, b: str) -> Any:
        # A part that is sold no more is in no menu, and nothing that stands on it can run.
        return m.runs[a] <= (m.runs[b] if b in m.SOFTWARE else 0)

    for i, software in p.software.items():
        for t in p.date_indices:
            on = m.runs[i]
            for capability in software.provides:
                ledger.supply("orchestration", "capability", capability, t, on)
            ledger.monthly("orchestration", "licence", t, software.cost_per_month, on)
            ledger.monthly("operations", "staff", t, software.staff_per_month, on)
            for site in p.sites:
                need = software.control_servers_count * on
                ledger.draw("orchestration", "control_servers", site, t, need, scales=False)
    schedulers = sum(m.runs[i] for i, software in p.software.items() if software.orchestrator)
    if sum(software.orchestrator for software in p.software.values()) > 1:
        for t in p.date_indices:
            ledger.draw("orchestration", "capability", "identity", t, schedulers - 1, scales=False)
    _control(m, p, ledger)


def _control(m: Any, p: Problem, ledger: Ledger) -> None:
    """Add the control servers of each site."""
    m.CONTROLLED = pyo.Set(initialize=list(p.control_items))
    m.control = pyo.Var(m.CONTROLLED, m.T, domain=pyo.NonNegativeIntegers)

    @m.Constraint(m.CONTROLLED, m.T)
    def keep_control(m: Any, a: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.control[a, t] >= m.control[a, t - 1]

    for site, item in p.control_items.items():
        for t in range(min(p.items[item].first_date, len(p.dates))):
            m.control[site, t].fix(0)
        ledger.install("orchestration", item, [m.control[site, t] for t in p.date_indices])
        for t in p.date_indices:
            ledger.supply("orchestration", "control_servers", site, t, m.control[site, t])
