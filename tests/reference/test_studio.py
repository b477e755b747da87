"""Studio: a sixth customer, unlike the others, is answered without a line of code of its own."""

from __future__ import annotations

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.design import Design
from designlib.optimize import optimize
from designlib.validate import validate
from tests.reference.facility_holds import facility_holds

TARGET_GAP, SECONDS = 0.01, 60.0


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture(scope="module")
def brief() -> Brief:
    return Brief.load(shipped_folder() / "briefs" / "studio.yaml")


@pytest.fixture(scope="module")
def design(brief: Brief, catalog: Catalog) -> Design:
    return optimize(brief, catalog, gap=TARGET_GAP, time_limit_s=SECONDS)


def test_studio_is_answered_within_the_gap(design: Design) -> None:
    assert design.status in ("optimal", "within_gap")
    assert design.certificate["gap"] <= TARGET_GAP
    assert design.faults() == []


def test_every_promise_to_the_studio_is_kept(design: Design, catalog: Catalog) -> None:
    found = validate(design, catalog)
    assert found.ok, str(found)


def test_every_workload_of_the_studio_runs(design: Design, brief: Brief) -> None:
    last = design.operations[design.operations.period_month == max(design.dates)]
    assert set(last.workload) == {w.id for w in brief.work()}


def test_season_begins_with_its_phase(design: Design) -> None:
    style = design.operations[(design.operations.workload == "style")]
    assert style[style.period_month < 15].gpus.sum() == 0
    assert style[style.period_month >= 15].gpus.min() > 0


def test_racks_power_cooling_and_cables_hold(design: Design, catalog: Catalog) -> None:
    facility_holds(design, catalog)
