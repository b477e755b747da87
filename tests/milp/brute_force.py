"""Brute force: the exact optimum of a tiny problem by enumeration, without ``designlib.milp``.

Every choice of candidates and every integer stock by date is tried, layer after layer in the order
in which one layer's purchases set the needs of the next. Three prunings keep it small, and each is
exact because draws and running costs are never negative and no unit ends worth more than it cost:

* a branch that already costs as much as the best design found is left, and so is one whose cost
  and the least cost of each later layer, as if it were alone, add up to as much;
* more units than the last date needs are never bought, unless a least order forces them;
* a unit is bought early only where that can be cheaper (its price rises): ``stocks`` tries those
  paths and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from math import inf

from designlib.problem.tables import Problem
from tests.milp import brute_compute as compute
from tests.milp import brute_layers as layers
from tests.milp.brute_world import EPS, Key, Stock, World

Layer = Callable[[World], Iterable[World]]


def layers_of(p: Problem) -> list[Layer]:
    """Return the steps of the enumeration: each takes a design and returns every way to go on."""
    return [
        compute.choices,
        compute.stock_of_servers,
        compute.spares,
        layers.storage,
        layers.software,
        *(partial(layers.network, r, a) for r, a in layers.networks(p)),
        *(partial(layers.racks, i) for i in p.kinds),
        layers.shared_racks,
        layers.plants,
    ]


BOUNDED = (3, 5)
"""Depths at which the bound on the whole cost is worth its time: servers and spares are known, then
storage and software."""


def limits_of(p: Problem) -> dict[Key, Stock]:
    """Return what the brief grants of each resource by place and date."""
    out: dict[Key, Stock] = defaultdict(lambda: (0.0,) * len(p.dates))
    for x in p.limits:
        out[x.resource, x.place] = tuple(
            a + b for a, b in zip(out[x.resource, x.place], x.value, strict=True)
        )
    return out


def optimum(p: Problem) -> tuple[float, World] | None:
    """Return the least present value of any design and that design, or None if nothing fits."""
    granted = limits_of(p)
    best: list[World] = []
    steps = layers_of(p)
    bought = {x.resource for x in (*p.cooling.values(), *p.power.values())}
    budget = sum(x.value[-1] for x in p.limits if x.resource == "capex")
    capped = any(x.resource == "capex" for x in p.limits)

    def hopeless(w: World) -> bool:
        if (best and w.cost >= best[0].cost - EPS) or (capped and w.spent > budget + EPS):
            return True
        return any(
            (r, a) in granted
            and r not in bought
            and any(x > g + EPS for x, g in zip(d, granted[r, a], strict=True))
            for (r, a), d in w.draws.items()
        )

    def least_cost(w: World, depth: int) -> float:
        """Return the cost if each later layer were alone: more draws never cost less."""
        alone = ([x.cost for x in step(w) if not hopeless(x)] for step in steps[depth:])
        return w.cost + sum(min(costs, default=inf) - w.cost for costs in alone)

    def search(w: World, depth: int) -> None:
        if depth == len(steps):
            if layers.settled(w, granted):
                best[:] = [w]
            return
        if depth in BOUNDED and least_cost(w, depth) >= (best[0].cost - EPS if best else inf):
            return
        options = [x for x in steps[depth](w) if not hopeless(x)]
        for x in sorted(options, key=lambda x: x.cost):
            if not hopeless(x):
                search(x, depth + 1)

    start = World(p)
    for d in p.demands:
        start.draw(d.resource, d.place, d.value)
    search(start, 0)
    return (best[0].cost, best[0]) if best else None
