"""Every layer is needed: without what any one buys nothing fits, and the message names it."""

from __future__ import annotations

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.milp.engine import Settings
from designlib.milp.missing import missing_without
from designlib.problem.make import make_problem
from designlib.problem.tables import Problem

LAYERS = (
    "compute",
    "spares",
    "network",
    "storage",
    "orchestration",
    "racks",
    "cooling",
    "power",
)


@pytest.fixture(scope="module")
def bare_hall() -> Problem:
    """Return the enterprise customer in a hall that has neither a power chain nor room air."""
    brief = Brief.load(shipped_folder() / "briefs" / "enterprise.yaml").with_changes(
        {
            "fleet.server_kinds_allowed": ["H100"],
            "sites.0.power_chain.exists": False,
            "sites.0.room_air.exists": False,
            "service_start_month": 15,
            "budget.capex_total": 2e7,
        }
    )
    problem, _ = make_problem(brief, Catalog.load())
    return problem


@pytest.mark.parametrize("layer", LAYERS)
def test_without_a_layer_the_message_names_it(bare_hall: Problem, layer: str) -> None:
    sentences = missing_without(bare_hall, Settings(gap=0.01), layer)
    assert sentences
    assert {sentence.split(":")[0] for sentence in sentences} == {layer}
    assert all("short by" in sentence for sentence in sentences)


def test_with_every_layer_nothing_is_missing(bare_hall: Problem) -> None:
    assert missing_without(bare_hall, Settings(gap=0.01), "") == ()
