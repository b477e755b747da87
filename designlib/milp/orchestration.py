r"""Orchestration: the software that the workloads need, its control servers and staff.

.. math::
    runs_p &\le runs_q && \text{with\_its\_parts: a component brings what it requires} \\
    control_t &\ge control_{t-1} && \text{keep\_control: control servers stay}

runs software p (binary); q each part that p requires; control servers in service (integer). Every
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
        return m.runs[a] <= m.runs[b]

    for i, software in p.software.items():
        for t in p.date_indices:
            on = m.runs[i]
            for capability in software.provides:
                ledger.supply("orchestration", "capability", capability, t, on)
            ledger.monthly("orchestration", "licence", t, software.cost_per_month * on)
            ledger.monthly("operations", "staff", t, software.staff_per_month * on)
            ledger.draw(
                "orchestration",
                "control_servers",
                p.site,
                t,
                software.control_servers_count * on,
                scales=False,
            )
    schedulers = sum(m.runs[i] for i, software in p.software.items() if software.orchestrator)
    if sum(software.orchestrator for software in p.software.values()) > 1:
        for t in p.date_indices:
            ledger.draw("orchestration", "capability", "identity", t, schedulers - 1, scales=False)
    if p.control_item is not None:
        _control(m, p, ledger, p.control_item)


def _control(m: Any, p: Problem, ledger: Ledger, item: str) -> None:
    """Add the control servers."""
    m.control = pyo.Var(m.T, domain=pyo.NonNegativeIntegers)

    @m.Constraint(m.T)
    def keep_control(m: Any, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.control[t] >= m.control[t - 1]

    for t in range(min(p.items[item].first_date, len(p.dates))):
        m.control[t].fix(0)
    ledger.install("orchestration", item, [m.control[t] for t in p.date_indices])
    for t in p.date_indices:
        ledger.supply("orchestration", "control_servers", p.site, t, m.control[t])
