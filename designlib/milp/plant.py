r"""Plant: cooling and power come in whole modules with the promised redundancy.

.. math::
    modules_{p,t} &\le M_p\, picked_{p,t}
        && \text{only\_picked: modules exist only of the product that is picked} \\
    modules_{p,t} &\ge picked_{p,t} && \text{some\_stand: none is picked without a module} \\
    modules_{p,t} &\ge modules_{p,t-1} && \text{keep\_modules: nothing is torn out} \\
    modules_{p,t} &= 2\, pairs_{p,t} && \text{in\_pairs: 2N is built as two equal sides} \\
    4\, carried_{p,t} &\le 3\, modules_{p,t}
        && \text{of\_four: four systems carry the load of three} \\
    \sum_{p \in g} picked_{p,T} &\le 1 && \text{one\_make: one product a group of a site}

modules of product p (integer); picked product from a date on (binary); pairs of modules (integer);
carried modules of a distributed system that the load may use (integer). Supply is what remains with
the redundancy gone: n modules for N, n - 1 for N+1, n / 2 for 2N, 3 n / 4 for distributed.
Groups are room air, liquid loop, transformer, switchgear, generator, UPS, busway.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Plant, Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add cooling and power modules, which supply the capacity of their group."""
    p = problem
    plants: dict[str, Plant] = {**p.cooling, **p.power}
    m.PLANTS = pyo.Set(initialize=list(plants))
    groups: dict[tuple[str, str], list[str]] = {}
    for i, plant in plants.items():
        groups.setdefault((p.items[i].site, plant.group), []).append(i)
    m.PLANT_GROUPS = pyo.Set(initialize=sorted(groups), dimen=2)
    m.PAIRED = pyo.Set(initialize=[i for i, plant in plants.items() if plant.redundancy == "2N"])
    m.SHARING = pyo.Set(
        initialize=[i for i, plant in plants.items() if plant.redundancy == "distributed"]
    )
    m.picked = pyo.Var(m.PLANTS, m.T, domain=pyo.Binary)

    def span(m: Any, i: str, t: int) -> tuple[int, int]:
        return 0, plants[i].units_max_count if t >= p.items[i].first_date else 0

    m.modules = pyo.Var(m.PLANTS, m.T, domain=pyo.NonNegativeIntegers, bounds=span)
    m.pairs = pyo.Var(m.PAIRED, m.T, domain=pyo.NonNegativeIntegers)
    m.carried = pyo.Var(m.SHARING, m.T, domain=pyo.NonNegativeIntegers)

    @m.Constraint(m.PLANTS, m.T)
    def only_picked(m: Any, i: str, t: int) -> Any:
        return m.modules[i, t] <= plants[i].units_max_count * m.picked[i, t]

    @m.Constraint(m.PLANTS, m.T)
    def some_stand(m: Any, i: str, t: int) -> Any:
        return m.modules[i, t] >= m.picked[i, t]

    @m.Constraint(m.PLANTS, m.T)
    def keep_modules(m: Any, i: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.modules[i, t] >= m.modules[i, t - 1]

    @m.Constraint(m.PAIRED, m.T)
    def in_pairs(m: Any, i: str, t: int) -> Any:
        return m.modules[i, t] == 2 * m.pairs[i, t]

    @m.Constraint(m.SHARING, m.T)
    def of_four(m: Any, i: str, t: int) -> Any:
        return 4 * m.carried[i, t] <= 3 * m.modules[i, t]

    @m.Constraint(m.PLANT_GROUPS)
    def one_make(m: Any, a: str, g: str) -> Any:
        return sum(m.picked[i, p.date_indices[-1]] for i in groups[a, g]) <= 1

    for i, plant in plants.items():
        ledger.install(p.items[i].layer, i, [m.modules[i, t] for t in p.date_indices])
        for t in p.date_indices:
            if t < p.items[i].first_date:
                continue
            left = m.modules[i, t]
            if plant.redundancy == "N+1":
                left = left - m.picked[i, t]
            elif plant.redundancy == "2N":
                left = m.pairs[i, t]
            elif plant.redundancy == "distributed":
                left = m.carried[i, t]
            site = p.items[i].site
            ledger.supply(p.items[i].layer, plant.resource, site, t, plant.unit_kw * left)
