"""Build: the ordered tuple of layers, put together into one model."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp import (
    choose,
    fabric,
    links,
    orchestration,
    place,
    plant,
    shares,
    shelves,
    site,
    spares,
    stock,
    storage,
    timing,
)
from designlib.milp.collector import resting_collector
from designlib.milp.ledger import Ledger
from designlib.problem.tables import Problem

FAMILIES = (choose, stock, shares, spares, fabric, storage, orchestration, place, plant, site)
"""Layers in the order in which they book; the site comes last because it reads what is bought."""

RULES = (timing,)
"""Rows of what the brief says about buying; they book nothing."""

IMPLIED = (links, shelves)
"""Rows that every balanced whole design keeps; they book nothing, and only lift the bound."""

OBJECTIVE_SCALE = 1e-3


def build(
    problem: Problem,
    *,
    elastic: bool = False,
    implied: bool = True,
    undone: bool = False,
) -> tuple[Any, Ledger]:
    """Return the Pyomo model of a problem and its ledger; ``elastic`` lets balances fall short.

    Without ``implied`` the rows that only lift the bound are left out; they would not hold where
    balances may fall short. Where work may be left ``undone``, those that count on all of it are.
    The garbage collector rests while the many small expression objects are made: that halves the
    time.
    """
    with resting_collector():
        m = pyo.ConcreteModel(name="designlib")
        ledger = Ledger(problem)
        m.kind_of = {k: pool.kind for k, pool in problem.pools.items()}
        m.wired = frozenset(pool.fabric for pool in problem.pools.values())
        for family in FAMILIES:
            family.add(m, problem, ledger)
        for rule in RULES:
            rule.add(m, problem, ledger)
        sure = {part.local_name for part in m.component_objects(pyo.Constraint)}
        for family in IMPLIED if implied and not elastic else ():
            if not (undone and family is shelves):
                family.add(m, problem, ledger)
        m.implied = frozenset(
            part.local_name
            for part in m.component_objects(pyo.Constraint)
            if part.local_name not in sure
        )
        ledger.close(m, elastic=elastic)
        m.present_value = pyo.Objective(expr=OBJECTIVE_SCALE * ledger.present_value())
    return m, ledger
