"""Several sites: what an engineer expects of a service that must outlive the loss of a hall."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.faults import FaultError
from designlib.optimize import optimize
from designlib.validate import validate

CATALOG = Catalog.load()


def brief(**policy: Any) -> Brief:
    """Return a service at two like halls, of which one pays less for power."""
    hall = {"it_power_kw": 300, "pue": 1.4, "rack_air_kw": 20}
    return Brief.from_dict(
        {
            "name": "two halls",
            "service_start_month": 9,
            "sites": [
                {"id": "east", "electricity_per_kwh": 0.13, **hall},
                {"id": "west", "electricity_per_kwh": 0.05, **hall},
            ],
            "site_policy": {"mode": "active_active", "survive_loss_of_count": 1, **policy},
            "fleet": {"server_kinds_allowed": ["H200"]},
            "workloads": [
                {
                    "id": "notes",
                    "kind": "inference",
                    "llm": "llama-3-3-70b",
                    "weight_bits": 8,
                    "kv_bits": 8,
                    "peak_requests_s": 60,
                    "prompt_tokens": 1500,
                    "output_tokens": 300,
                    "ttft_p95_s": 1.5,
                    "tpot_p95_s": 0.05,
                }
            ],
        }
    )


@cache
def design(**policy: Any) -> Design:
    """Return the design of a policy at gap 0."""
    return optimize(brief(**policy), CATALOG, gap=0.0)


def cost(found: Design) -> float:
    """Return the present value of a design."""
    return float(found.certificate["objective"])


def test_without_one_site_the_other_still_carries_the_promise() -> None:
    for frac in (1.0, 0.6):
        assert validate(design(surviving_load_frac=frac), CATALOG).findings["sites"] == ()


def test_every_promise_holds_at_both_sites() -> None:
    found = validate(design(), CATALOG)
    assert found.ok, str(found)


def test_a_smaller_promise_never_costs_more() -> None:
    costs = [cost(design(surviving_load_frac=frac)) for frac in (0.5, 0.8, 1.0)]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def test_no_loss_to_survive_and_one_site_is_enough_goes_where_power_is_cheap() -> None:
    found = design(mode="independent", survive_loss_of_count=0)
    assert {r["site"] for r in found.tables["operations"]} == {"west"}
    assert cost(found) < cost(design())


def test_a_server_taken_away_breaks_the_promise_and_the_site_is_named() -> None:
    whole = design()
    tables = {name: [dict(row) for row in rows] for name, rows in whole.tables.items()}
    for row in tables["operations"]:
        if row["site"] == "east":
            row["replicas"] = 1
    broken = Design(
        schema_version=whole.schema_version,
        status=whole.status,
        name=whole.name,
        currency=whole.currency,
        brief=whole.brief,
        dates=whole.dates,
        tables=tables,
        certificate=whole.certificate,
        summary=whole.summary,
    )
    found = validate(broken, CATALOG).findings["sites"]
    assert found
    assert all("without west" in sentence for sentence in found)


def test_all_sites_cannot_be_lost() -> None:
    with pytest.raises(FaultError, match="fewer than the 2 sites"):
        optimize(brief(survive_loss_of_count=2), CATALOG)
