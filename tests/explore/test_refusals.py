"""Refusals: conflicts of real briefs are proven, and a repair makes a brief with a design."""

from __future__ import annotations

import pytest

from designlib.assemble.changes import changes_of
from designlib.brief import Brief
from designlib.design import Infeasible
from designlib.optimize import optimize
from tests.infeasible_variants import VARIANTS, faults

QUICK = [name for name, variant in VARIANTS.items() if variant.quick]


def test_every_brief_has_variants():
    assert len(VARIANTS) >= 12
    assert len({variant.brief for variant in VARIANTS.values()}) == 5


@pytest.mark.parametrize("name", QUICK)
def test_the_culprit_is_named_and_the_conflict_is_proven(name, catalog):
    # Each repair was optimized before it was told; the command applies them once more.
    assert list(faults(VARIANTS[name], catalog, applied=False)) == []


def test_a_repair_is_applied_by_one_call(brief, catalog):
    poor = brief.with_changes({"budget.capex_total": 2e5})
    with pytest.raises(Infeasible) as caught:
        optimize(poor, catalog, gap=0.01)
    refused = caught.value
    assert refused.repairs[0]["verified"]
    mended = refused.apply(0)
    assert mended.budget.capex_total == refused.repairs[0]["to"]
    assert refused.apply(refused.repairs[0], poor) == mended
    assert "budget.capex_total" in {s["path"] for x in refused.sets for s in x["statements"]}
    assert "Not together" in str(refused) or len(refused.sets[0]["statements"]) == 1


def short(path, limit, needed, month=0):
    return {"path": path, "limit": limit, "needed": needed, "month": month}


def test_steps_are_raised_from_the_month_that_is_short():
    asked = Brief.load("catalogs/briefs/enterprise.yaml")
    path = "sites.hall.it_power_kw"
    now = {path: [{"month": 0, "kw": 450.0}, {"month": 14, "kw": 700.0}]}
    assert changes_of(asked, [short(path, 400.0, 450.0)]) == now
    both = [short(path, 400.0, 450.0), short(path, 700.0, 800.0, month=14)]
    assert changes_of(asked, both)[path][1] == {"month": 14, "kw": 800.0}
    above = changes_of(asked, [short(path, 400.0, 900.0)])[path]
    assert [step["kw"] for step in above] == [900.0, 900.0]


def test_megawatts_shares_and_later_money_are_asked_in_their_own_units():
    lab = Brief.load("catalogs/briefs/pretraining.yaml")
    path = "sites.campus.utility_mw"
    (step, *_) = changes_of(lab, [short(path, 32_000.0, 40_000.0)])[path]
    assert step["mw"] == pytest.approx(40.0)
    rich = Brief.load("catalogs/briefs/research.yaml")
    later = changes_of(rich, [short("budget.capex_total", 37.5e6, 38e6, month=14)])
    assert later == {"budget.expansions.0.capex_total": pytest.approx(6e6)}
    service = Brief.load("catalogs/briefs/saas.yaml")
    path = "cloud_burst.peak_requests_max_frac"
    assert changes_of(service, [short(path, 50.0, 60.0)]) == {path: pytest.approx(0.3)}
