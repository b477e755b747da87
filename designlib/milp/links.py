r"""Links: a choice brings the whole servers, kind, network and spares that it needs.

.. math::
    servers_{k,t} &\ge \sum_{o \in w, k} n_{o,t}\, choose_o
        && \text{whole\_servers: a choice needs whole servers} \\
    used_i &\ge \sum_{o \in w, i} choose_o && \text{uses\_kind: a choice uses its kind} \\
    step_{i,j,t} &\ge \sum_{o \in w, i:\, n_{o,t} > m_{j-1}} choose_o
        && \text{spared\_for: a choice needs the spares of its size} \\
    \sum_{f \in r, a} built_{f,s_f,t} &\ge \sum_{o \in w, a:\, e_{o,t} > e} choose_o
        && \text{wired\_for: a choice needs a network of its size}

None of them removes a design: each follows from the balances once servers are whole and a workload
runs as one candidate. They carry the proof: without them a third of a switch and half a spare
stand under a fraction of a workload, and the bound lies far below the cost. n_{o,t} the fewest
whole servers on which candidate o runs at date t; m_j servers that step j of the spares covers;
e_{o,t} ports of these servers; e a size of network, and s_f the first step of network f that has
more than e ports. The sums run over the candidates of one workload (at one site), of which only
one is chosen; several networks stand in one row only where at most one of them may be built, or at
their first size.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from math import ceil
from operator import mul
from typing import Any, NamedTuple

from designlib.milp.ledger import Ledger
from designlib.milp.sums import times, total
from designlib.problem.tables import Problem

_NOISE = 1e-6
"""Part of a server, or of a port, that is taken for the noise of arithmetic."""

Part = tuple[str, str]
"""A candidate, and a pool that a part of it runs in."""
Amounts = dict[Part, tuple[float, ...]]
"""Part of a candidate of one task -> what it needs by date."""


class _Rows(NamedTuple):
    """Rows of each kind."""

    servers: list[Any]
    kinds: list[Any]
    spares: list[Any]
    networks: list[Any]
    choose: dict[str, Any]
    """Variable of each candidate."""


class _Menu(NamedTuple):
    """Steps of one size, of which at least one must stand where more than ``below`` is needed."""

    var: Any
    steps: list[tuple[str, int]]
    below: float


class _Needs(NamedTuple):
    """What parts of candidates need, at the first date and at each that changes any of it."""

    parts: list[Part]
    by_date: dict[int, tuple[float, ...]]
    most: float

    @classmethod
    def of(cls, amounts: Amounts) -> _Needs:
        dates = list(zip(*amounts.values(), strict=True))
        changed = {t: now for t, now in enumerate(dates) if t == 0 or now != dates[t - 1]}
        return cls(list(amounts), changed, max(map(max, dates), default=0.0))

    def of_each(self, pools: dict[str, float]) -> _Needs:
        """Return what the servers of each part need, by what one of its pool does."""
        each = [pools.get(k, 0.0) for _, k in self.parts]
        some = [x for x in each if x]
        needs = {t: tuple(map(mul, some, compress(n, each))) for t, n in self.by_date.items()}
        most = max((max(now, default=0.0) for now in needs.values()), default=0.0)
        return _Needs(list(compress(self.parts, each)), needs, most)


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the rows that follow from whole servers and one candidate a workload."""
    p = problem
    rows = _Rows([], [], [], [], dict(m.choose.items()))
    ports = {(f.resource, f.place): _ports(p, f.resource, f.place) for f in p.fabrics.values()}
    for w, a in p.tasks:
        whole = _whole(p, w, a)
        for k, needs in _by(whole, lambda part: part[1]).items():
            _servers(m, rows, k, needs)
        for i, needs in _by(whole, lambda part: p.pools[part[1]].kind).items():
            chosen = dict.fromkeys(o for o, _ in needs.parts)
            rows.kinds.append(m.used[i] >= total([rows.choose[o] for o in chosen]))
            _spares(m, p, rows, i, needs)
        servers = _Needs.of(whole)
        for (resource, place), each in ports.items():
            _network(m, p, rows, resource, place, servers.of_each(each))

    @m.Constraint(range(len(rows.servers)))
    def whole_servers(m: Any, n: int) -> Any:
        return rows.servers[n]

    @m.Constraint(range(len(rows.kinds)))
    def uses_kind(m: Any, n: int) -> Any:
        return rows.kinds[n]

    @m.Constraint(range(len(rows.spares)))
    def spared_for(m: Any, n: int) -> Any:
        return rows.spares[n]

    @m.Constraint(range(len(rows.networks)))
    def wired_for(m: Any, n: int) -> Any:
        return rows.networks[n]


def _whole(p: Problem, w: str, a: str) -> Amounts:
    """Return the whole servers of each candidate of a task that may be chosen freely."""
    found: Amounts = {}
    for o in p.candidates_of(w, a):
        for c in p.candidates[o].parts:
            if c.pool is None or c.relief is not None or ("servers", c.pool) in p.unlimited:
                continue
            needed = c.servers(p.slice_hours, len(p.dates))
            servers = tuple(ceil(x - _NOISE) for x in needed)
            if any(servers):
                found[o, c.pool] = servers
    return found


def _by(amounts: Amounts, key: Callable[[Part], str]) -> dict[str, _Needs]:
    groups: dict[str, Amounts] = {}
    for part, mine in amounts.items():
        groups.setdefault(key(part), {})[part] = mine
    return {name: _Needs.of(group) for name, group in groups.items()}


def _servers(m: Any, rows: _Rows, k: str, needs: _Needs) -> None:
    for t, amounts in needs.by_date.items():
        terms = zip(amounts, needs.parts, strict=True)
        mine = [times(n, rows.choose[o]) for n, (o, _) in terms if n]
        if mine:
            rows.servers.append(m.servers[k, t] >= total(mine))


def _spares(m: Any, p: Problem, rows: _Rows, i: str, needs: _Needs) -> None:
    menu = p.kinds[i].spare_steps
    for j in range(1, len(menu)):
        below = _Menu(m.step, [(i, j)], menu[j - 1][0])
        rows.spares.extend(_stand(rows.choose, below, needs))


def _ports(p: Problem, resource: str, place: str) -> dict[str, float]:
    """Return the ports of a kind that a server of each pool draws at a place."""
    each: dict[str, float] = {}
    for k, pool in p.pools.items():
        item = p.items[pool.kind]
        drawn = item.draws.get(resource, 0.0) if item.site == place else 0.0
        if resource == "compute_ports" and pool.fabric == place:
            drawn += pool.ports_per_server
        if drawn:
            each[k] = drawn
    return each


def _network(m: Any, p: Problem, rows: _Rows, resource: str, place: str, needs: _Needs) -> None:
    """Add that a place whose servers draw ports has a network that is large enough for them."""
    if (resource, place) in p.unlimited or any(
        (x.resource, x.place) == (resource, place) for x in p.limits
    ):
        return
    mine = {f: x for f, x in p.fabrics.items() if (x.resource, x.place) == (resource, place)}
    groups = {x.exclusive_group for x in mine.values()}
    single = len(mine) == 1 or [p.fabric_groups.get(g) for g in groups] == [1]
    sizes = {step.ports for x in mine.values() for step in x.steps}
    for below in [0.0, *sorted(e for e in sizes if single and e < needs.most)]:
        first = {
            f: next((s for s, step in enumerate(x.steps) if step.ports > below), None)
            for f, x in mine.items()
        }
        steps = [(f, s) for f, s in first.items() if s is not None]
        rows.networks.extend(_stand(rows.choose, _Menu(m.built, steps, below), needs))


def _stand(choose: dict[str, Any], menu: _Menu, needs: _Needs) -> list[Any]:
    """Return the rows: one of the steps stands where a choice needs more than is below them."""
    rows: list[Any] = []
    least = menu.below + _NOISE
    if needs.most <= least:
        return rows
    before: list[str] = []
    for t, amounts in needs.by_date.items():
        above = [o for (o, _), x in zip(needs.parts, amounts, strict=True) if x > least]
        larger = list(dict.fromkeys(above))
        if larger and larger != before:
            stands = total(menu.var[(*step, t)] for step in menu.steps)
            rows.append(stands >= total([choose[o] for o in larger]))
        before = larger
    return rows
