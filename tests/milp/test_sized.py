"""A sketch starts a search: it is a design of the whole problem, and moves no optimum."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.milp import choose, sized
from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.handover import hand_over
from designlib.milp.values import balanced, indices, values_of
from designlib.problem.sketch import sketch
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem

SEEDS = range(80)


def sketched(p):
    return sized.sketched(p, Settings())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sketch_is_a_design_of_the_whole_and_leaves_its_optimum(seed):
    p = random_problem(seed)
    plain = solve(build(p)[0], Settings(gap=0))
    values = sketched(p)
    if values is None:
        return
    m, _ = build(p)
    known = balanced(values, hand_over(m))
    assert known is not None
    assert known[1] >= plain.objective * (1 - 1e-9)
    started = solve(m, Settings(gap=0), known=values)
    assert started.objective == pytest.approx(plain.objective, rel=1e-6)


def test_most_random_problems_that_have_a_design_have_a_sketch():
    found = [sketched(p) is not None for p in map(random_problem, SEEDS)]
    fits = [solve(build(p)[0], Settings(gap=0)).objective is not None
            for p in map(random_problem, SEEDS)]  # fmt: skip
    assert sum(found) >= 0.7 * sum(fits)


def test_a_sketch_keeps_to_the_kinds_that_are_allowed():
    p = replace(hard_problem(), kinds_max_count=2)
    drawn = sketch(p, 1)
    assert len(drawn.kinds) <= 2
    assert {w for w, _ in drawn.homes} == set(p.workloads)
    assert len(drawn.homes) == len(p.workloads)


def test_a_sketch_takes_the_kind_on_which_the_work_costs_least():
    p = replace(hard_problem(), kinds_max_count=1)
    cost = {
        k: sum(max(c.held["day"]) for c in p.candidates.values() if c.pool == k)
        * _lifetime_cost(p, k)
        for k in p.kinds
    }
    assert sketch(p, 1).kinds == {min(cost, key=cost.get)}


def _lifetime_cost(p, kind):
    it = p.items[kind]
    assert not it.residual[it.first_date]
    assert not it.license_per_month
    assert not p.sites[it.site].energy_per_kw_month
    bought = it.unit_price[it.first_date] * it.capex_factor[it.first_date]
    return bought + it.support_per_month * sum(p.annuity[it.first_date :])


def test_more_homes_are_left_where_they_are_asked_for():
    one, two = (sketch(hard_problem(), n) for n in (1, 2))
    assert one.homes < two.homes
    assert len(two.homes) == 2 * len(one.homes)


def test_work_that_has_no_home_has_no_sketch():
    p = hard_problem()
    left = {o: c for o, c in p.candidates.items() if c.workload != "w0"}
    assert sketch(replace(p, candidates=left), 1) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_model_that_counts_in_more_variables_takes_the_whole_numbers(seed, monkeypatch):
    p = random_problem(seed)
    monkeypatch.setattr(choose, "FEW", 99)
    m, _ = build(p)
    first = solve(m, Settings(gap=0))
    if first.objective is None:
        return
    monkeypatch.setattr(choose, "FEW", 0)
    other, _ = build(p)
    known = balanced(values_of(m), hand_over(other))
    assert known is not None
    assert known[1] == pytest.approx(first.objective, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plant_is_picked_without_a_module(seed):
    p = random_problem(seed)
    m, _ = build(p)
    if solve(m, Settings(gap=0)).objective is None:
        return
    values = values_of(m)
    standing = {index for (name, index), x in values.items() if name == "modules" and x > 0.5}
    assert set(indices(values, "picked")) <= standing
