r"""Shelves: the storage that any choice of candidates needs, whole and at least one product.

.. math::
    \sum_{s \in a,\, tier} kept_{s,t} &\ge 1
        && \text{some\_product: what is surely drawn needs a product} \\
    units_{s,t} &\ge \max_r (\lceil D_{r,t} / c_{s,r} \rceil + n_s)\, kept_{s,t}
        && \text{sure\_units: and whole units of it}

Both rows follow from the balances once units are whole, and remove no design: a tier has one
product at a site, so that the one kept carries all that is surely drawn. D_{r,t} what every choice
draws: the demands without a choice, and the least draw of each workload that must run at the site;
c_{s,r} what a unit of product s supplies; n_s its redundant units.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from designlib.milp.ledger import Ledger
from designlib.problem.tables import ANYWHERE, Problem

_NOISE = 1e-6


def add(m: Any, problem: Problem, ledger: Ledger) -> None:
    """Add the least storage of each tier."""
    p = problem
    some, sure = [], []
    for site, tier in m.TIERS:
        products = [s for s in m.STORES if p.stores[s].tier == tier and p.items[s].site == site]
        resources = {r for s in products for r in p.stores[s].supplies}
        sole = [r for r in sorted(resources) if _only(p, ledger, r, site, tier)]
        surely = {r: sure_draw(p, r, site) for r in sole}
        for t in p.date_indices:
            drawn = {r: x[t] for r, x in surely.items() if x[t] > _NOISE}
            if not drawn:
                continue
            some.append(sum(m.kept[s, t] for s in products) >= 1)
            units = {s: _units(p, s, t, drawn) for s in products}
            sure += [m.units[s, t] >= n * m.kept[s, t] for s, n in units.items() if n]

    @m.Constraint(range(len(some)))
    def some_product(m: Any, n: int) -> Any:
        return some[n]

    @m.Constraint(range(len(sure)))
    def sure_units(m: Any, n: int) -> Any:
        return sure[n]


def _units(p: Problem, s: str, t: int, drawn: dict[str, float]) -> int:
    """Return the whole units that a kept product needs for what is surely drawn; 0: not more."""
    store = p.stores[s]
    if t < p.items[s].first_date or any(not store.supplies.get(r) for r in drawn):
        return 0
    needed = max(ceil(x / store.supplies[r] - _NOISE) for r, x in drawn.items())
    needed += store.redundant_units_count
    return needed if needed > store.units_min_count else 0


def _only(p: Problem, ledger: Ledger, r: str, site: str, tier: str) -> bool:
    """Return whether nothing but this tier's products supplies a resource at a site."""
    if (r, site) in p.unlimited or any((x.resource, x.place) == (r, site) for x in p.limits):
        return False
    tiers = {x.tier for s, x in p.stores.items() if p.items[s].site == site and r in x.supplies}
    entries = [e for t in p.date_indices for e in ledger.supplies.get((r, site, t, ""), ())]
    return tiers == {tier} and all(e.layer == "storage" for e in entries)


def sure_draw(p: Problem, resource: str, site: str) -> list[float]:
    """Return what is drawn of a resource at a site whichever candidates are chosen, by date."""
    sure = [0.0] * len(p.dates)
    demands = [d.value for d in p.demands if (d.resource, d.place) == (resource, site)]
    for w, a in p.tasks:
        mine = p.candidates_of(w, a) if a in (ANYWHERE, site) else []
        draws = [p.candidates[o].draws.get(resource) for o in mine if p.site_of(o) == site]
        if mine and len(draws) == len(mine) and all(draws):
            demands.append(tuple(map(min, zip(*draws, strict=True))))
    return [float(sum(at)) for at in zip(sure, *demands, strict=True)]
