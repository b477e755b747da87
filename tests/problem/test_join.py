"""Several sites: each is sized alone, and one model decides over all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from designlib.problem.join import join
from designlib.problem.tables import Candidate, Limit, Problem, Site
from tests.milp.random_problems import random_problem, with_budget
from tests.milp.solving import least_cost
from tests.milp.test_layers import costs
from tests.toy_problem import problem, series

SEEDS = range(12)


def at(p: Problem, site: str) -> Problem:
    """Return a problem of one site moved to another."""
    (old,) = p.sites
    return replace(
        p,
        sites={site: p.sites[old]},
        items={i: replace(item, site=site) for i, item in p.items.items()},
        racks={q: replace(rack, site=site) for q, rack in p.racks.items()},
        limits=tuple(replace(x, place=site) if x.place == old else x for x in p.limits),
        demands=tuple(replace(x, place=site) if x.place == old else x for x in p.demands),
        fabrics={
            f: replace(fabric, place=site if fabric.place == old else fabric.place)
            for f, fabric in p.fabrics.items()
        },
        unlimited=tuple((r, site if a == old else a) for r, a in p.unlimited),
        control_items=dict.fromkeys([site] if p.control_items else [], "control"),
    )


def only(p: Problem, workloads: set[str]) -> Problem:
    """Return a problem with some of its workloads."""
    kept = {o: c for o, c in p.candidates.items() if c.workload in workloads}
    return replace(p, candidates=kept, workloads=tuple(w for w in p.workloads if w in workloads))


def alone(seed: int) -> Problem:
    """Return a random problem without software, which all sites would share."""
    p = random_problem(seed)
    plain = [d for d in p.demands if d.resource != "capability"]
    return replace(p, software={}, demands=tuple(plain), gpus_max=())


@pytest.mark.parametrize("seed", SEEDS)
def test_work_shared_by_two_sites_costs_what_both_cost_alone(seed: int) -> None:
    # One world twice: the same workloads run at both sites, nothing but time is shared.
    east = alone(seed)
    west = at(replace(east, sites={"hall": Site(0.07, 0.01, service_pue=1.3)}), "west")
    both = join([east, west], dict.fromkeys(east.workloads, ("hall", "west")))
    each = [least_cost(east), least_cost(west)]
    if None in each:
        assert least_cost(both) is None
    else:
        assert least_cost(both) == pytest.approx(sum(x for x in each if x is not None), rel=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_work_that_runs_at_one_site_goes_where_the_whole_costs_least(seed: int) -> None:
    east = alone(seed)
    west = at(replace(east, sites={"hall": Site(0.07, 0.01, service_pue=1.3)}), "west")
    best = None
    for where in product(("hall", "west"), repeat=len(east.workloads)):
        costs = [
            least_cost(
                only(p, {w for w, a in zip(east.workloads, where, strict=True) if a == site})
            )
            for site, p in (("hall", east), ("west", west))
        ]
        if None not in costs:
            total = sum(x for x in costs if x is not None)
            best = total if best is None else min(best, total)
    found = least_cost(join([east, west], {}))
    assert (found is None) == (best is None)
    if best is not None:
        assert found == pytest.approx(best, rel=1e-7)


def test_one_site_needs_no_other_names() -> None:
    p = problem()
    assert join([p], {}) is p


def test_a_budget_binds_over_all_sites() -> None:
    # by hand: 3 servers x 100 and 3 cabinets x 2 at each of two sites: 612 of capital
    p = problem()
    both = join([p, at(p, "west")], {"chat": ("hall", "west")})
    budget = Limit("capex", both.everywhere, series(612), "capital", "budget.capex_total", "USD")
    enough = replace(both, limits=(*both.limits, budget))
    assert least_cost(enough) is not None
    short = replace(enough, limits=(*both.limits, replace(budget, value=series(611))))
    assert least_cost(short) is None
    assert with_budget(both, 612.0).limits[-1].place == "all sites"


def test_what_one_site_cannot_feed_the_other_cannot_lend() -> None:
    p = problem()
    weak = tuple(
        replace(x, value=series(5)) if x.resource == "it_kw" else x for x in at(p, "west").limits
    )
    west = replace(at(p, "west"), limits=weak)
    assert least_cost(join([p, west], {"chat": ("hall", "west")})) is None
    assert least_cost(join([p, west], {})) == pytest.approx(least_cost(p))


def test_rented_capacity_takes_the_work_of_one_site() -> None:
    # 612 for servers at both sites; renting for one of them costs 1 a month for 18 months
    p = problem()
    rented = Candidate("chat", None, {}, rent_per_month=(1.0, 1.0))
    p = replace(p, candidates={**p.candidates, "chat-rented": rented})
    both = join([p, at(problem(), "west")], {"chat": ("hall", "west")})
    assert least_cost(both) == pytest.approx(costs(18.0 + 306.0))
