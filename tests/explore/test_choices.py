"""Choices: an option that is insisted on never costs less; its extra is what its design says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore import choices, with_choices
from designlib.optimize import optimize
from designlib.report import write_report

CATALOG = Catalog.load()


@pytest.fixture(scope="module")
def design() -> Design:
    """Return a small design in which every question is open."""
    brief = Brief.from_dict(
        {
            "name": "tuning",
            "service_start_month": 9,
            "sites": [
                {
                    "id": "hall",
                    "it_power_kw": 400,
                    "rack_air_kw": 17,
                    "rear_door": {"rack_limit_kw": 40},
                    "pue": {"air": 1.45, "rear_door": 1.35},
                    "electricity_per_kwh": 0.11,
                }
            ],
            "fleet": {"server_kinds_allowed": ["H200"]},
            "workloads": [
                {
                    "id": "tune",
                    "kind": "fine-tuning",
                    "mode": "full",
                    "llm": "llama-3-3-70b",
                    "tokens_per_run_count": 2e9,
                    "runs_per_month_count": 20,
                    "max_hours": 24,
                    "growth_factor_24_months": 2.0,
                }
            ],
            "storage": {"hot_tb": 100},
        }
    )
    return optimize(brief, CATALOG, gap=0.0)


@pytest.fixture(scope="module")
def rows(design: Design) -> list[dict[str, Any]]:
    """Return the priced options of the design."""
    return choices(design, CATALOG, gap=0.0)


def test_every_question_has_one_option_that_the_design_takes(rows: list[dict[str, Any]]) -> None:
    questions = {r["question"] for r in rows}
    assert len(questions) == 4
    for question in questions:
        mine = [r["status"] for r in rows if r["question"] == question]
        assert len(mine) >= 2
        assert mine.count("taken") == 1


def test_an_option_never_costs_less_than_the_free_choice(
    rows: list[dict[str, Any]], design: Design
) -> None:
    for r in rows:
        if r["objective"] is not None:
            assert 0.0 <= r["extra_low"] <= r["extra_high"]
            assert r["objective"] >= design.certificate["bound"] - 1e-3


def test_the_extra_is_the_difference_of_two_optima(
    rows: list[dict[str, Any]], design: Design
) -> None:
    path = {"infiniband": "network.compute_technologies_allowed"}
    option = next(r for r in rows if r["question"].startswith("Technology") if r["extra_high"])
    brief = Brief.from_dict(design.brief).with_changes(
        {path.get("infiniband", ""): [option["option"]]}
    )
    forced = optimize(brief, CATALOG, gap=0.0).certificate["objective"]
    assert forced - design.certificate["objective"] == pytest.approx(option["extra_high"], abs=5.0)


def test_a_refused_option_says_why(design: Design) -> None:
    cold = Brief.from_dict(design.brief).with_changes({"policies.server_cooling_allowed": ["air"]})
    hot = cold.with_changes({"sites.hall.rack_air_kw": 8})
    with pytest.raises(Exception, match=r"10\.2 kW, a rack of site hall takes at most 8"):
        optimize(hot, CATALOG)


def test_the_report_shows_every_question_with_its_prices(
    design: Design, rows: list[dict[str, Any]], tmp_path: Any
) -> None:
    page = write_report(with_choices(design, rows), tmp_path / "report.html").read_text()
    section = page[page.index('id="choices"') : page.index('id="why-not"')]
    for r in rows:
        assert r["question"] in section
        assert r["option"] in section
    assert len(re.findall("taken by this design", section)) == 4
    assert 'id="choices"' not in write_report(design, tmp_path / "plain.html").read_text()
