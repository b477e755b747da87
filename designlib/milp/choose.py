r"""Choose: every workload runs as exactly one candidate, fixed over time.

.. math::
    \sum_{o \in w, a} choose_o + undone_{w,a} &= 1
        && \text{one\_candidate: one way to run a workload, at each site that runs a share} \\
    \sum_{l} work_{o,t,l} &= hours_{o,t}\, choose_o
        && \text{all\_hours: the hours of a job are worked in its day slices} \\
    alone_{k,t} &= \sum_{o} exclusive_{o,t}\, choose_o
        && \text{have\_them\_alone: servers of a pool that jobs share with nobody}

choose candidate (binary); undone work left out (0 in a design, freed only to find which work
conflicts with what); work server-hours a month of a job in a day slice [h/month]; alone servers of
pool k held by jobs alone [servers]; w workload; o candidate (pool, layout, precision, size); t
date; l day slice. A candidate draws the servers that it holds, the gang that must be free at once
(gangs of jobs that carry a deadline add up, because they may run at the same time), servers that
keep its replicas apart, its server-hours, and storage throughput; where servers that are there
already do a part of the work, both parts draw.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.dated import dated
from designlib.milp.ledger import Ledger
from designlib.milp.sums import times, total
from designlib.problem.tables import Candidate, Problem, Series

LEAST_HOURS, LEAST_SERVERS = 0.01, 0.001
"""Any work counts as so much at least: what is less is lost in the tolerance of a solver, and would
be done by no server at all. [h/month], [servers]
"""
FEW = 8
"""Services of a pool up to which what jobs hold alone is written out for each. [1]"""


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add one binary a candidate and draw what each candidate needs."""
    p = problem
    m.TASKS = pyo.Set(initialize=p.tasks, dimen=2)
    m.CANDIDATES = pyo.Set(initialize=list(p.candidates))
    m.choose = pyo.Var(m.CANDIDATES, domain=pyo.Binary)
    m.nobody = pyo.Var(bounds=(0, 0))  # what runs a workload that nothing can run
    m.undone = pyo.Var(m.TASKS, domain=pyo.NonNegativeReals)
    m.undone.fix(0)

    @m.Constraint(m.TASKS)
    def one_candidate(m: Any, w: str, a: str) -> Any:
        mine = [m.choose[o] for o in p.candidates_of(w, a)]
        return sum(mine) + m.undone[w, a] == 1 if mine else m.nobody + m.undone[w, a] == 1

    moving = {
        name: (o, part)
        for o, c in p.candidates.items()
        for name, part in _parts(o, c).items()
        if _moves(part)
    }
    m.SPLIT = dated(moving, p.date_indices)
    work = {(o, t, s): None for o, t in m.SPLIT for s in moving[o][1].slices}
    m.work = pyo.Var(pyo.SetOf(work), domain=pyo.NonNegativeReals)

    @m.Constraint(m.SPLIT)
    def all_hours(m: Any, name: str, t: int) -> Any:
        o, c = moving[name]
        hours = _seen(c.hours[t], LEAST_HOURS)
        return sum(m.work[name, t, s] for s in c.slices) == hours * m.choose[o]

    for o, c in p.candidates.items():
        if c.relief is not None:
            m.choose[o].fix(0)
        _draw(m, p, ledger, o, c)
    _add_alone(m, p, ledger)


def _add_alone(m: Any, p: Problem, ledger: Ledger) -> None:
    """Add the servers of a pool that jobs have for themselves, beside services that stay apart.

    Where services are many the sum is a variable of its own: written out for each of them it would
    be most of the numbers of a large model. Where they are few, presolve does better without.
    """
    terms: dict[tuple[str, int], list[Any]] = {}
    for o, c in p.candidates.items():
        for part in c.parts:
            for t, servers in enumerate(part.exclusive):
                if servers and part.pool is not None:
                    terms.setdefault((part.pool, t), []).append(times(servers, m.choose[o]))
    m.ALONE = pyo.Set(initialize=[key for key in terms if len(p.apart_in(key[0])) > FEW], dimen=2)
    m.alone = pyo.Var(m.ALONE, domain=pyo.NonNegativeReals)

    @m.Constraint(m.ALONE)
    def have_them_alone(m: Any, k: str, t: int) -> Any:
        return m.alone[k, t] == total(terms[k, t])

    for (k, t), mine in terms.items():
        for w in p.apart_in(k):
            held = m.alone[k, t] if (k, t) in m.ALONE else total(mine)
            ledger.draw("workloads", "apart_servers", f"{k} for {w}", t, held, scales=False)


def _seen(amount: float, least: float) -> float:
    """Return an amount of work that a solver can tell from none."""
    return max(amount, least) if amount > 0 else amount


def _parts(o: str, c: Candidate) -> dict[str, Candidate]:
    """Return the parts of a candidate, each under a name of its own."""
    return dict(zip((o, f"{o} beside"), c.parts, strict=False))


def _moves(c: Candidate) -> bool:
    """Return whether the optimization decides in which slice a candidate works."""
    return bool(c.hours) and len(c.slices) > 1 and not c.spread


def _share(p: Problem, c: Candidate, s: str) -> float:
    """Return the share of a slice in the hours of all slices of a candidate."""
    return p.slice_hours[s] / sum(p.slice_hours[x] for x in c.slices)


def _draw(m: Any, p: Problem, ledger: Ledger, o: str, c: Candidate) -> None:
    on, site = m.choose[o], p.site_of(o)
    for t, rent in enumerate(c.rent_per_month):
        ledger.monthly("rented", "rented", t, rent, on)
    for name, part in _parts(o, c).items():
        for resource, amounts in part.draws.items():
            ledger.draw_over_time("workloads", resource, site, amounts, on)
        if part.pool is not None:
            _take(p, ledger, part, part.pool, on)
            if part.hours:
                _work(m, p, ledger, (name, part), on)


def _take(p: Problem, ledger: Ledger, c: Candidate, pool: str, on: Any) -> None:
    """Draw the servers that a part of a candidate holds of its pool."""

    def draw(resource: str, place: str, amounts: Series, scales: bool, s: str = "") -> None:
        if any(amounts):
            ledger.draw_over_time(
                "workloads", resource, place, amounts, on, scales=scales, slice_=s
            )

    held = tuple(_seen(x, LEAST_SERVERS) for x in c.peak)
    draw("servers", pool, held, True)
    draw("servers", pool, c.gang, False)  # more runs of a job take more hours, not a larger gang
    draw("apart_servers", f"{pool} for {c.workload}", c.apart, False)
    for s, hours in p.slice_hours.items() if c.held else ():
        rates = c.held.get(s, ()) if p.batch_on_serving else held
        draw("server_hours", pool, tuple(x * hours for x in rates), True, s)


def _work(m: Any, p: Problem, ledger: Ledger, part: tuple[str, Candidate], on: Any) -> None:
    """Draw the server-hours that the jobs of a part of a candidate work."""
    name, c = part
    pool, moves = c.pool or "", _moves(c)
    hours = [_seen(x, LEAST_HOURS) for x in c.hours]
    for s in c.slices:
        if moves:
            for t in p.date_indices:
                worked = m.work[name, t, s]
                ledger.draw("workloads", "server_hours", pool, t, worked, slice_=s)
        else:
            share = _share(p, c, s)
            amounts = tuple(share * x for x in hours)
            ledger.draw_over_time("workloads", "server_hours", pool, amounts, on, slice_=s)
