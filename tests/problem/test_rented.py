"""Rented capacity is a candidate like any other: weighed by its price, bounded by the brief."""

from __future__ import annotations

from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.optimize import optimize
from designlib.problem.make import make_problem

CATALOG = Catalog.load()


def brief(price: float, most: float, **service: Any) -> Brief:
    """Return one service whose peaks may be rented."""
    return Brief.from_dict(
        {
            "name": "one service",
            "service_start_month": 9,
            "sites": [{"id": "hall", "pue": 1.3, "electricity_per_kwh": 0.1}],
            "fleet": {"server_kinds_allowed": ["H200"]},
            "workloads": [
                {
                    "id": "chat",
                    "kind": "inference",
                    "llm": "llama-3-1-8b",
                    "peak_requests_s": 2000,
                    "diurnal": {"peak_to_mean": 3.2},
                    "prompt_tokens": 1000,
                    "output_tokens": 200,
                    "ttft_p95_s": 1.0,
                    "tpot_p95_s": 0.04,
                    **service,
                }
            ],
            "cloud_burst": {
                "gpu": "H200",
                "price_per_gpu_hour": price,
                "peak_requests_max_frac": most,
            },
        }
    )


def rented(price: float, most: float) -> dict[str, float]:
    """Return the rented requests a second and the rent a month that the design chose."""
    design = optimize(brief(price, most), CATALOG)
    asked = [r for r in design.tables["balance"] if r["resource"] == "rented_requests"]
    paid = sum(c["amount"] for c in design.tables["cost"] if c["kind"] == "rented")
    return {"share": max((r["draw"] / 2000 for r in asked), default=0.0), "paid": paid}


def test_capacity_for_nothing_is_rented_as_far_as_the_brief_lets() -> None:
    assert rented(0.0, 0.25)["share"] == pytest.approx(0.25)
    assert rented(0.0, 1.0)["share"] == pytest.approx(1.0)


def test_capacity_that_costs_a_fortune_is_not_rented() -> None:
    assert rented(500.0, 1.0) == {"share": 0.0, "paid": 0.0}


def test_rent_is_proportional_to_the_price_and_to_the_hours_of_the_day() -> None:
    def rents(price: float, ratio: float) -> dict[str, tuple[float, ...]]:
        asked = brief(price, 0.25, diurnal={"peak_to_mean": ratio})
        problem, _ = make_problem(asked, CATALOG)
        found = problem.candidates.items()
        return {o: c.rent_per_month for o, c in found if c.rent_per_month}

    flat, peaky = rents(2.0, 1.0), rents(2.0, 3.2)
    assert flat.keys() == peaky.keys() != set()
    assert all(peaky[o][0] < flat[o][0] for o in flat)
    twice = rents(4.0, 3.2)
    assert all(twice[o][0] == pytest.approx(2 * peaky[o][0]) for o in twice)


def test_a_whole_rented_service_takes_no_rack() -> None:
    design = optimize(brief(0.0, 1.0), CATALOG)
    gpu_lines = [r for r in design.tables["bill_of_materials"] if r["layer"] == "compute"]
    assert gpu_lines == []
    (row, *_) = design.tables["operations"]
    assert row["pool"] == "rented"
    assert row["site"] == "hall"
