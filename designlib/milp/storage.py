r"""Storage: each tier is one product in whole units, the redundant ones included.

.. math::
    units_{p,t} &\ge u_p\, kept_{p,t} && \text{least\_units: a system starts at its least size} \\
    units_{p,t} &\le U_p\, kept_{p,t}
        && \text{only\_kept: units exist only of the product that is kept} \\
    units_{p,t} &\ge units_{p,t-1} && \text{keep\_units: nothing is torn out} \\
    \sum_{p \in tier} kept_{p,T} &\le 1 && \text{one\_product: one product a tier of a site}

units of product p in service (integer); kept product from a date on (binary); u least units; U most
units. Supply counts the units less the redundant ones, so that the promise holds with one unit
lost.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add storage products, which supply capacity and throughput of their tier."""
    p = problem
    m.STORES = pyo.Set(initialize=list(p.stores))
    tiers: dict[tuple[str, str], list[str]] = {}
    for s, store in p.stores.items():
        tiers.setdefault((p.items[s].site, store.tier), []).append(s)
    m.TIERS = pyo.Set(initialize=sorted(tiers), dimen=2)
    m.kept = pyo.Var(m.STORES, m.T, domain=pyo.Binary)

    def span(m: Any, s: str, t: int) -> tuple[int, int]:
        return 0, p.stores[s].units_max_count if t >= p.items[s].first_date else 0

    m.units = pyo.Var(m.STORES, m.T, domain=pyo.NonNegativeIntegers, bounds=span)

    @m.Constraint(m.STORES, m.T)
    def least_units(m: Any, s: str, t: int) -> Any:
        if t < p.items[s].first_date:
            return pyo.Constraint.Skip
        return m.units[s, t] >= p.stores[s].units_min_count * m.kept[s, t]

    @m.Constraint(m.STORES, m.T)
    def only_kept(m: Any, s: str, t: int) -> Any:
        return m.units[s, t] <= p.stores[s].units_max_count * m.kept[s, t]

    @m.Constraint(m.STORES, m.T)
    def keep_units(m: Any, s: str, t: int) -> Any:
        return pyo.Constraint.Skip if t == 0 else m.units[s, t] >= m.units[s, t - 1]

    @m.Constraint(m.TIERS)
    def one_product(m: Any, site: str, tier: str) -> Any:
        return sum(m.kept[s, p.date_indices[-1]] for s in tiers[site, tier]) <= 1

    for s, store in p.stores.items():
        ledger.install("storage", s, [m.units[s, t] for t in p.date_indices])
        for t in p.date_indices:
            if t < p.items[s].first_date:
                continue
            usable = m.units[s, t] - store.redundant_units_count * m.kept[s, t]
            for resource, amount in store.supplies.items():
                ledger.supply("storage", resource, p.items[s].site, t, amount * usable)
