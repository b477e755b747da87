r"""Fabric: a network is built in exact size steps and grows along them; nothing is torn out.

.. math::
    built_{f,s,t} &\le built_{f,s-1,t}
        && \text{steps\_in\_order: a size contains the smaller ones} \\
    built_{f,s,t} &\ge built_{f,s,t-1} && \text{never\_torn\_out: what is built stays} \\
    linked_{f,t} &\le \sum_s (e_s - e_{s-1})\, built_{f,s,t}
        && \text{within\_ports: links fit the ports of the built size} \\
    linked_{f,t} &\ge linked_{f,t-1} && \text{links\_stay: a link in use stays} \\
    moved_{f,s,t} &\ge (built_{f,s,t} - built_{f,s,t-1}) - (built_{f,1,t} - built_{f,1,t-1})
        && \text{growth\_moves\_links: growth re-plugs links, a first build does not} \\
    built_{f,s,t} &\ge built_{f,1,t} \quad \text{where } e_{s-1} < l_{f,t}
        && \text{built\_for: a fabric holds the servers that the brief names} \\
    pieces_{f,i,t} &\ge q_{f,i}\, linked_{f,t}
        && \text{whole\_pieces: a part that serves two links is bought whole} \\
    pieces_{f,i,t} &\ge pieces_{f,i,t-1} && \text{keep\_pieces: they stay} \\
    pieces_{f,i,T} &\le q_{f,i}\, linked_{f,T} + 1
        && \text{no\_more\_pieces: none beyond the last that is not all used} \\
    \sum_{f \in g} built_{f,1,T} &\le B_g
        && \text{few\_technologies: at most so many fabrics of a group}

built size step s of fabric f (binary, incremental); linked endpoint ports in use; pieces of part i
that serve several links (integer); moved growth through a step; l ports that the brief asks for by
a date; e_s endpoint ports of step s with
its exact leaves, spines and cores, from ``physics.switching``. Each endpoint in use takes one link.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.dated import dated
from designlib.milp.ledger import Ledger
from designlib.milp.sums import times, total
from designlib.problem.tables import Fabric, Problem


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the built size of each fabric, which supplies ports at its place."""
    p = problem
    steps = [(f, s) for f, fabric in p.fabrics.items() for s in range(len(fabric.steps))]
    dates, later = p.date_indices, p.date_indices[1:]
    m.built = pyo.Var(dated(steps, dates), domain=pyo.Binary)
    m.linked = pyo.Var(dated(p.fabrics, dates), domain=pyo.NonNegativeReals)

    @m.Constraint(dated([(f, s) for f, s in steps if s], dates))
    def steps_in_order(m: Any, f: str, s: int, t: int) -> Any:
        return m.built[f, s, t] <= m.built[f, s - 1, t]

    @m.Constraint(dated(steps, later))
    def never_torn_out(m: Any, f: str, s: int, t: int) -> Any:
        return m.built[f, s, t] >= m.built[f, s, t - 1]

    @m.Constraint(dated(p.fabrics, dates))
    def within_ports(m: Any, f: str, t: int) -> Any:
        return m.linked[f, t] <= _sum_steps(m, f, t, [float(s.ports) for s in p.fabrics[f].steps])

    @m.Constraint(dated(p.fabrics, later))
    def links_stay(m: Any, f: str, t: int) -> Any:
        return m.linked[f, t] >= m.linked[f, t - 1]

    _built_for(m, p)
    _moves(m, p, ledger)
    _pieces(m, p)
    limited = {g: n for g, n in p.fabric_groups.items()}
    m.FABRIC_GROUPS = pyo.Set(initialize=list(limited))

    @m.Constraint(m.FABRIC_GROUPS)
    def few_technologies(m: Any, g: str) -> Any:
        group = [f for f, fabric in p.fabrics.items() if fabric.exclusive_group == g]
        if len(group) <= limited[g]:
            return pyo.Constraint.Skip
        return sum(m.built[f, 0, p.date_indices[-1]] for f in group) <= limited[g]

    for f, fabric in p.fabrics.items():
        _book(m, p, ledger, f, fabric)


def _built_for(m: Any, p: Problem) -> None:
    """Add that a fabric which stands is large enough for the servers that the brief names."""
    asked = [
        (f, s, t)
        for f, fabric in p.fabrics.items()
        for t, ports in enumerate(fabric.least_ports)
        for s in range(1, len(fabric.steps))
        if fabric.steps[s - 1].ports < ports
    ]
    m.ASKED = pyo.Set(initialize=asked, dimen=3)

    @m.Constraint(m.ASKED)
    def built_for(m: Any, f: str, s: int, t: int) -> Any:
        return m.built[f, s, t] >= m.built[f, 0, t]


def _sum_steps(m: Any, f: str, t: int, totals: list[float]) -> Any:
    """Return the amount of the built size from the totals of each size (incremental binaries)."""
    added = ((s, v - (totals[s - 1] if s else 0.0)) for s, v in enumerate(totals))
    return total(times(more, m.built[f, s, t]) for s, more in added if more)


def _moves(m: Any, p: Problem, ledger: Ledger) -> None:
    """Add the price of links that move when a fabric grows."""
    moving = [
        (f, s, t)
        for f, fabric in p.fabrics.items()
        for s, step in enumerate(fabric.steps)
        if s and step.moved_links_cost
        for t in p.date_indices
        if t
    ]
    m.MOVES = pyo.Set(initialize=moving, dimen=3)
    m.moved = pyo.Var(m.MOVES, domain=pyo.NonNegativeReals)

    @m.Constraint(m.MOVES)
    def growth_moves_links(m: Any, f: str, s: int, t: int) -> Any:
        grown = m.built[f, s, t] - m.built[f, s, t - 1]
        return m.moved[f, s, t] >= grown - (m.built[f, 0, t] - m.built[f, 0, t - 1])

    for f, s, t in moving:
        cost = p.fabrics[f].steps[s].moved_links_cost
        item = next(iter(p.fabrics[f].steps[s].counts))
        ledger.cost("network", "capex", t, cost, m.moved[f, s, t], p.items[item].capex_factor[t])


def _pieces(m: Any, p: Problem) -> None:
    """Add whole pieces of the parts that serve more than one link.

    Such as twin-port transceivers.
    """
    shared = [
        (f, i) for f, fabric in p.fabrics.items() for i, n in fabric.link_items.items() if n % 1
    ]
    m.PIECES = pyo.Set(initialize=shared, dimen=2)
    m.pieces = pyo.Var(dated(shared, p.date_indices), domain=pyo.NonNegativeIntegers)

    @m.Constraint(dated(shared, p.date_indices))
    def whole_pieces(m: Any, f: str, i: str, t: int) -> Any:
        return m.pieces[f, i, t] >= p.fabrics[f].link_items[i] * m.linked[f, t]

    @m.Constraint(dated(shared, p.date_indices[1:]))
    def keep_pieces(m: Any, f: str, i: str, t: int) -> Any:
        return m.pieces[f, i, t] >= m.pieces[f, i, t - 1]

    @m.Constraint(m.PIECES)
    def no_more_pieces(m: Any, f: str, i: str) -> Any:
        last = p.date_indices[-1]
        return m.pieces[f, i, last] <= p.fabrics[f].link_items[i] * m.linked[f, last] + 1


def _book(m: Any, p: Problem, ledger: Ledger, f: str, fabric: Fabric) -> None:
    for t in p.date_indices:
        ports = _sum_steps(m, f, t, [float(s.ports) for s in fabric.steps])
        ledger.supply("network", fabric.resource, fabric.place, t, m.linked[f, t], capacity=ports)
        if fabric.staff_per_month:
            ledger.monthly("operations", "staff", t, fabric.staff_per_month, m.built[f, 0, t])
    for item in sorted({i for step in fabric.steps for i, n in step.counts.items() if n}):
        totals = [float(step.counts.get(item, 0)) for step in fabric.steps]
        _no_earlier(m, p, f, item, next(s for s, n in enumerate(totals) if n))
        stock = [_sum_steps(m, f, t, totals) for t in p.date_indices]
        ledger.install("network", item, stock, pool=f)
    for item, count in fabric.link_items.items():
        whole = (f, item) in m.PIECES
        _no_earlier_link(m, p, f, item)
        stock = [m.pieces[f, item, t] if whole else count * m.linked[f, t] for t in p.date_indices]
        ledger.install("network", item, stock, pool=f)


def _no_earlier(m: Any, p: Problem, f: str, item: str, first_step: int) -> None:
    """Keep the steps that use an item from standing before the item can arrive."""
    for t in range(min(p.items[item].first_date, len(p.dates))):
        m.built[f, first_step, t].fix(0)


def _no_earlier_link(m: Any, p: Problem, f: str, item: str) -> None:
    for t in range(min(p.items[item].first_date, len(p.dates))):
        m.linked[f, t].fix(0)
        if (f, item) in m.PIECES:
            m.pieces[f, item, t].fix(0)
