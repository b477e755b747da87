"""Carriers: each site is linked for what it may have to carry, with any one carrier lost."""

from __future__ import annotations

from typing import Any

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.explore.carriers import carriers, traffic_gbit_s
from designlib.problem.scope import hints
from designlib.report.sections.carriers import section
from tests.toy_design import toy_design

CATALOG = Catalog.load()
BRIEFS = shipped_folder() / "briefs"


def found(name: str, **changes: Any) -> Any:
    """Return the table of a customer's brief; a design brings nothing else to it."""
    brief = Brief.load(BRIEFS / f"{name}.yaml").with_changes(changes)
    return carriers(toy_design(brief=brief.model_dump(mode="json", exclude_unset=True)), CATALOG)


def test_traffic_of_the_hospital_by_hand() -> None:
    """Scans of 150 MB, 3,300 a day in 10 hours, three times as many at the peak, and 30 % more."""
    scans = 3300 / 10 / 3600 * 3 * 1.3 * 150
    notes = 4 * 2 * 6000 * 4e-6 + 20 * 3 * 1200 * 4e-6
    envelopes = (4 * 2 + 20 * 3 + 150 + 3300 / 10 / 3600 * 3 * 1.3) * 0.002
    each = traffic_gbit_s(Brief.load(BRIEFS / "healthcare.yaml"), CATALOG)
    assert each == pytest.approx((scans + notes + envelopes) * 8 / 1000)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_without_any_carrier_or_router_the_rest_carries_the_peak(count: int) -> None:
    table = found("healthcare", **{"site_policy.wan_carriers_count": count})
    assert list(table.site) == ["east", "west"]
    for row in table.itertuples():
        usable = row.link_gbit_s * 0.5
        if count > 1:
            assert (row.links - row.links_per_carrier) * usable >= row.traffic_gbit_s
        assert row.links * (row.routers - 1) / row.routers * usable >= row.traffic_gbit_s
        assert row.links == count * row.links_per_carrier


def test_a_site_is_linked_for_what_it_carries_when_the_other_is_lost() -> None:
    whole = found("healthcare").traffic_gbit_s
    half = found("healthcare", **{"site_policy.survive_loss_of_count": 0}).traffic_gbit_s
    assert half.to_numpy() == pytest.approx(whole.to_numpy() / 2)


def test_nothing_is_said_where_the_brief_states_no_carriers() -> None:
    assert found("enterprise").empty
    assert section(toy_design(), CATALOG) is None


def test_the_report_says_what_one_carrier_means_and_that_none_is_priced() -> None:
    brief = Brief.load(BRIEFS / "healthcare.yaml")
    for count, words in ((1, "the site is cut off"), (2, "the others carry the whole peak")):
        changed = brief.with_changes({"site_policy.wan_carriers_count": count})
        plain = changed.model_dump(mode="json", exclude_unset=True)
        told = section(toy_design(brief=plain), CATALOG)
        assert told is not None
        assert words in told.lead[0]
        assert "no part of the cost" in told.notes[0]
    assert "site_policy.wan_carriers_count" in [path for path, *_ in hints(brief)]
