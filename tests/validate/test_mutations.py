"""Mutations: of hundreds of single changes each harmful one is named, and no harmless one is."""

from __future__ import annotations

from collections import Counter

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design
from designlib.optimize import optimize
from tests.explore import halls
from tests.validate.mutations import Mutation, mutations, quick, supplied, wrong

BRIEFS = ("research", "studio")
FEWEST = 150
"""Changes of each design; 300 of the two together."""
EVERY = {True: 2, False: 1}
"""Of the harmful changes the suite tries every other, of the harmless ones all."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="module", params=BRIEFS)
def design(request: pytest.FixtureRequest, catalog: Catalog) -> Design:
    brief = Brief.load(shipped_folder() / "briefs" / f"{request.param}.yaml")
    return optimize(brief, catalog, gap=0.01, time_limit_s=60)


def sampled(design: Design, catalog: Catalog) -> list[Mutation]:
    number: Counter[bool] = Counter()
    found = []
    for one in mutations(design, catalog):
        if number[one.harmful] % EVERY[one.harmful] == 0:
            found.append(one)
        number[one.harmful] += 1
    return found


def test_harm_is_named_and_the_harmless_is_not_flagged(design: Design, catalog: Catalog) -> None:
    only = quick()
    tried = sampled(design, catalog)
    assert len(tried) >= FEWEST
    assert any(not one.harmful for one in tried)
    assert [said for one in tried if (said := wrong(one, catalog, only))] == []


@pytest.mark.parametrize("name", ["liquid", "chain", "doors"])
def test_modules_of_cooling_and_power_are_missed_one_by_one(name: str) -> None:
    design, only = halls.design(name), quick()
    tried = list(supplied(design, halls.CATALOG))
    assert len(tried) >= 30
    assert {one.harmful for one in tried} == {True, False}
    kinds = {"liquid": "dlc-cdu", "chain": "ups", "doors": "rear-door"}
    assert any(one.harmful and kinds[name] in one.name for one in tried)
    assert [said for one in tried if (said := wrong(one, halls.CATALOG, only))] == []
