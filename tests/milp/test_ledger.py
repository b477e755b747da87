"""The ledger: what may be booked, when, and that every book adds up to what the solver saw."""

from __future__ import annotations

from dataclasses import replace

import pyomo.environ as pyo
import pytest

from designlib.milp.build import FAMILIES, OBJECTIVE_SCALE, build
from designlib.milp.engine import Settings, solve
from designlib.milp.extract import extract
from designlib.milp.ledger import Ledger
from designlib.milp.resources import RESOURCES
from designlib.problem.fleet_share import FleetShare
from designlib.problem.tables import Candidate
from tests.milp.toys import TOYS
from tests.toy_problem import everything, problem


def test_an_unknown_resource_is_refused_and_points_to_the_table():
    ledger = Ledger(problem())
    for book in (ledger.supply, ledger.draw):
        with pytest.raises(KeyError, match=r"unknown resource 'steam_kw': add it to .*RESOURCES"):
            book("plant", "steam_kw", "hall", 0, 1.0)


def test_a_late_booking_is_refused_and_says_what_to_do():
    m, ledger = build(problem())
    for book in (ledger.supply, ledger.draw):
        with pytest.raises(RuntimeError, match=r"it_kw is booked after .* reorder FAMILIES"):
            book("plant", "it_kw", "hall", 0, m.servers["alpha", 0])


def test_a_resource_without_supply_forbids_its_draw():
    ledger, m = Ledger(problem()), pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    ledger.draw("compute", "it_kw", "hall", 0, m.x)
    ledger.close(m)
    m.most = pyo.Objective(expr=-m.x)
    assert solve(m, Settings(gap=0)).objective == 0.0


def test_supply_and_draw_meet_by_resource_place_date_and_slice():
    ledger, m = Ledger(problem()), pyo.ConcreteModel()
    m.x = pyo.Var(range(4), domain=pyo.NonNegativeReals)
    keys = [("hall", 0, ""), ("annex", 0, ""), ("hall", 1, ""), ("hall", 0, "night")]
    for n, (place, t, slice_) in enumerate(keys):
        ledger.supply("site", "it_kw", place, t, 10.0**n, slice_=slice_)
        ledger.draw("compute", "it_kw", place, t, m.x[n], slice_=slice_)
    ledger.close(m)
    m.most = pyo.Objective(expr=-sum(m.x[n] for n in range(4)))
    solve(m, Settings(gap=0))
    assert [pyo.value(m.x[n]) for n in range(4)] == pytest.approx([1, 10, 100, 1000])


def test_every_resource_names_a_unit_a_shortage_and_a_layer():
    for name, resource in RESOURCES.items():
        assert resource.unit, name
        assert resource.shortage, name
        assert resource.layer, name


@pytest.fixture(scope="module", params=[*TOYS, "everything"])
def solved(request):
    """Return the ledger of a solved toy, its tables and the objective."""
    p = everything() if request.param == "everything" else TOYS[request.param]()
    m, ledger = build(p)
    outcome = solve(m, Settings(gap=0))
    return ledger, extract(m, ledger), outcome.objective / OBJECTIVE_SCALE


def test_the_cost_book_sums_to_the_objective(solved):
    ledger, tables, objective = solved
    assert sum(row["present_value"] for row in tables["cost"]) == pytest.approx(objective)
    assert pyo.value(ledger.present_value()) == pytest.approx(objective)


def test_the_bill_sums_to_the_capex_book(solved):
    _, tables, _ = solved
    billed = sum(row["extended"] for row in tables["bill_of_materials"])
    booked = sum(row["amount"] for row in tables["cost"] if row["kind"] == "capex")
    assert billed == pytest.approx(booked)


def test_every_balance_holds_and_sums_its_bookings(solved):
    ledger, tables, _ = solved
    rows = {
        (r["resource"], r["place"], r["period_month"], r["slice"]): r for r in tables["balance"]
    }
    for resource, place, t, slice_ in ledger.drawn():
        draw = sum(pyo.value(e.amount) for e in ledger.draws((resource, place, t, slice_)))
        supply = sum(
            pyo.value(e.amount) for e in ledger.supplies.get((resource, place, t, slice_), [])
        )
        assert supply >= draw - 1e-6
        row = rows.get((resource, place, ledger.problem.dates[t], slice_))
        if row is not None:
            assert row["draw"] == pytest.approx(draw)
            assert row["slack"] == pytest.approx(row["supply"] - row["draw"])
        else:
            assert abs(draw) <= 1e-6


def entries(ledger):
    """Return how many entries all the books of a ledger hold."""
    sides = [*ledger.supplies.values(), *map(ledger.draws, ledger.drawn())]
    return sum(map(len, sides)) + len(ledger.costs) + len(ledger.installed)


def test_every_family_books_something():
    sweep = Candidate("sweep", None, {}, fleet_share=True)
    p = everything()
    p = replace(
        p,
        workloads=(*p.workloads, "sweep"),
        candidates={**p.candidates, "sweep-share": sweep},
        fleet_shares={"sweep": FleetShare(0.25, elastic=False, gpus_min_count=None)},
    )
    quiet = set()
    m, ledger = pyo.ConcreteModel(), Ledger(p)
    for family in FAMILIES:
        before = entries(ledger)
        family.add(m, p, ledger)
        if entries(ledger) == before:
            quiet.add(family.__name__)
    assert quiet == set()
