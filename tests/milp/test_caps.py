"""Caps: carbon, water, money by date and power by date bind, and a looser cap never costs more."""

from __future__ import annotations

from dataclasses import replace

import pyomo.environ as pyo
import pytest

from designlib.milp.build import OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.milp.repair import diagnose
from designlib.problem.tables import Candidate, Limit, Pool, Problem, Site
from tests.milp.random_problems import random_problem
from tests.milp.solving import least_cost, optimum
from tests.toy_problem import item, kind, problem

SITE = Site(carbon_t_per_kw_year=3.0, water_m3_per_kw_year=15.0)
CHEAP, FRUGAL = 306.0, 456.0
"""Three servers and racks: at 100 each and 8 kW, or at 150 each and 4 kW."""

# resource, place, what the cheap servers need at both dates, and what is left without them
NEEDS = {
    # 1.4 x 8 kW x 3 t a server and year; only typical power is metered
    "carbon_t_per_year": (2 * 33.6, 3 * 33.6),
    "water_m3_per_year": (2 * 120.0, 3 * 120.0),
    "it_kw": (2 * 10.0, 3 * 10.0),
    # the frugal ones cost 304 and then 456 in all, the cheap ones less at every date
    "capex": (304.0, 456.0),
}


def either(staff: float = 0.0) -> Problem:
    """Return a service on cheap servers that draw much, or on dear ones that draw half."""
    p = problem(sites={"hall": SITE}, limits=problem().limits[:1])
    names = ("it_kw", "facility_kw", "air_kw", "carbon_t_per_year", "water_m3_per_year")
    return replace(
        p,
        items={**p.items, "frugal": item("frugal", "compute", 150.0, max_kw=5.0, typical_kw=4.0)},
        kinds={"alpha": kind(staff_per_month=staff), "frugal": kind()},
        pools={**p.pools, "frugal": Pool("frugal", None, 0)},
        candidates={
            **p.candidates,
            "chat-frugal": Candidate("chat", "frugal", {"day": (1.5, 2.5)}),
        },
        unlimited=tuple((name, "hall") for name in names),
    )


def capped(p: Problem, resource: str, value: tuple[float, ...]) -> Problem:
    """Return a problem that may draw so much of a resource and no more."""
    limit = Limit(resource, p.everywhere, value, resource, f"caps.{resource}", "unit")
    rest = tuple(x for x in p.limits if x.resource != resource)
    free = tuple(x for x in p.unlimited if x[0] != resource)
    return replace(p, limits=(*rest, limit), unlimited=free)


@pytest.mark.parametrize("resource", ["carbon_t_per_year", "water_m3_per_year", "it_kw"])
@pytest.mark.parametrize("date", [0, 1])
def test_a_cap_binds_at_the_date_that_it_is_for(resource: str, date: int) -> None:
    p, needed = either(), NEEDS[resource]
    assert least_cost(p) == pytest.approx(CHEAP)
    enough = [10 * x for x in needed]
    enough[date] = needed[date]
    assert least_cost(capped(p, resource, tuple(enough))) == pytest.approx(CHEAP)
    enough[date] = needed[date] / 1.01
    binding = capped(p, resource, tuple(enough))
    assert least_cost(binding) == pytest.approx(FRUGAL)
    enough[date] *= 1.01 * (1 + 1e-9)
    assert least_cost(capped(p, resource, tuple(enough))) == pytest.approx(CHEAP)


@pytest.mark.parametrize("date", [0, 1])
def test_a_budget_binds_at_the_date_that_it_is_for(date: int) -> None:
    # Staff of 5 a month: 306 + 5 x (2 x 6 + 3 x 12) = 546 for the cheap ones, 456 for the others.
    p = either(staff=5.0)
    granted = [400.0, 456.0] if date == 1 else [304.0, 1000.0]
    assert least_cost(capped(p, "capex", tuple(granted))) == pytest.approx(FRUGAL)
    granted[date] /= 1.01
    assert least_cost(capped(p, "capex", tuple(granted))) == pytest.approx(546)


def test_prices_of_carbon_and_water_are_paid_by_the_month() -> None:
    p = either()
    years = (6 * 2 + 12 * 3) / 12  # servers times years in service
    for rates, each in (
        ({"carbon_per_kw_month": 1.0}, 12 * 1.4 * 8.0),
        ({"water_per_kw_month": 1.0}, 12 * 8.0),
    ):
        paid = replace(p, sites={"hall": replace(SITE, **rates)})
        # Half the power, half the price: the frugal servers win once the rest is dearer.
        assert least_cost(paid) == pytest.approx(
            min(CHEAP + years * each, FRUGAL + years * each / 2)
        )


def test_a_cap_that_nothing_keeps_is_repaired_in_its_own_unit() -> None:
    p = capped(either(), "carbon_t_per_year", (10.0, 10.0))
    found = diagnose(p, Settings(gap=0))
    (short,) = found.shortfalls
    assert (short.requirement, short.unit, short.limit) == ("carbon_t_per_year", "unit", 10.0)
    assert short.needed == pytest.approx(3 * 1.4 * 4 * 3, abs=1.0)
    assert found.repairs[0].cost == pytest.approx(FRUGAL)


SEEDS = range(1000, 1030)
RESOURCES = ("carbon_t_per_year", "water_m3_per_year", "it_kw", "capex")


def used(seed: int) -> tuple[Problem, float, dict[str, tuple[float, ...]]] | None:
    """Return a random problem, its least cost and what its design draws by date."""
    p = random_problem(seed)
    sites = {
        a: replace(s, carbon_t_per_kw_year=3.0, water_m3_per_kw_year=15.0)
        for a, s in p.sites.items()
    }
    free = tuple((r, p.everywhere) for r in RESOURCES[:2])
    p = replace(p, sites=sites, unlimited=(*p.unlimited, *free))
    m, ledger = build(p)
    outcome = solve(m, Settings(gap=0))
    if outcome.objective is None:
        return None
    drawn = {
        r: tuple(
            sum(float(pyo.value(e.amount)) for e in ledger.draws((r, p.everywhere, t, "")))
            for t in p.date_indices
        )
        for r in RESOURCES[:3]
    }
    spent = [
        sum(float(pyo.value(c.amount)) for c in ledger.costs if c.kind == "capex" and c.t <= t)
        for t in p.date_indices
    ]
    return p, outcome.objective / OBJECTIVE_SCALE, {**drawn, "capex": tuple(spent)}


@pytest.mark.parametrize("resource", RESOURCES)
def test_one_percent_more_never_raises_the_least_cost(resource: str) -> None:
    bound = 0
    for seed in SEEDS:
        found = used(seed)
        if found is None:
            continue
        p, free, drawn = found
        tight = tuple(0.97 * x for x in drawn[resource])
        before = least_cost(capped(p, resource, tight))
        after = least_cost(capped(p, resource, tuple(1.01 * x for x in tight)))
        assert before is None or (after is not None and after <= before * (1 + 1e-9)), seed
        assert after is None or after >= free * (1 - 1e-9), seed
        bound += before is not None and before > free * (1 + 1e-9)
    assert bound >= 1, "no instance in which the cap binds"


def test_the_design_under_a_cap_keeps_it() -> None:
    p = capped(either(), "carbon_t_per_year", (60.0, 60.0))
    _, m = optimum(p)
    assert pyo.value(m.servers["frugal", 1]) == 3
