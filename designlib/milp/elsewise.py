r"""Elsewise: a design that gives up a kind of server or a network of each design known already.

.. math::
    \sum_{i \in D} used_i + \sum_{f \in D} built_{f,1,T} &\le |D| - 1
        && \text{gives\_up: something of each known design is left out}

used kind i (binary); built first size step of fabric f (binary); D kinds of server and compute
networks of a known design, without kinds that are owned already: those cannot be given up. A design
that only adds to a known one is no other design, so the row asks for something less, never for
something more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from designlib.problem.tables import Problem


def add(m: Any, problem: Problem, known: Iterable[frozenset[str]]) -> None:
    """Add a row for each known design, given by the pools that it uses.

    Parameters
    ----------
    m : pyomo.ConcreteModel
        A built model of the problem.
    problem : Problem
        Its tables.
    known : iterable of frozenset of str
        Names of the pools of each known design; one with a pool that the problem lacks is out of
        reach already.
    """
    last = problem.date_indices[-1]
    m.gives_up = pyo.ConstraintList()
    for pools in known:
        if not pools <= problem.pools.keys():
            continue
        mine = [problem.pools[k] for k in pools]
        kinds = sorted({pool.kind for pool in mine if not problem.kinds[pool.kind].owned})
        there = [m.used[i] for i in kinds]
        wired = sorted({pool.fabric for pool in mine if pool.fabric is not None})
        there += [m.built[f, 0, last] for f in wired]
        # With nothing to give up there is no other design: a row that cannot hold says so.
        m.gives_up.add(sum(there) <= len(there) - 1 if there else m.nobody == 1)
