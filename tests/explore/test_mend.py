"""Mend: a fault is priced by the cheapest design without it, from certificate to certificate."""

import pytest

from designlib.design import Infeasible
from designlib.explore.mend import against, mend, reference


def test_nothing_to_mend_costs_nothing(design, catalog):
    found = mend(design, {}, catalog, gap=1e-3)
    base = design.certificate
    assert found.extra_low <= 1e-6 * base["objective"]
    assert found.extra_high >= -1e-6 * base["objective"]
    assert found.status in ("optimal", "within_gap")


def test_dearer_demand_is_priced_between_bound_and_objective(design, catalog):
    found = mend(design, {"workloads.chat.peak_requests_s": 15}, catalog, gap=1e-2)
    assert 0 < found.extra_low <= found.extra_high
    proof = found.design.certificate
    assert found.extra_high == pytest.approx(proof["objective"] - design.certificate["bound"])
    assert found.capex_change > 0
    assert any(text.startswith("+") for text in found.bought)


def test_what_cannot_be_mended_says_why(design, catalog):
    found = mend(design, {"budget.capex_total": 1000.0}, catalog)
    assert (found.status, found.design) == ("infeasible", None)
    assert found.reason
    refused = mend(design, {"budget.capex_total": -1.0}, catalog)
    assert refused.status == "refused"
    assert refused.reason


def test_design_against_itself_buys_nothing_else(design):
    found = against(design, design)
    assert found.bought == ()
    assert found.capex_change == 0


def test_reference_takes_the_quoted_parts(design, brief, catalog):
    parts = {x["part_id"] for x in design.tables["bill_of_materials"]}
    found, note = reference(brief, parts, catalog)
    assert note == ""
    assert found.certificate["objective"] == pytest.approx(
        design.certificate["objective"], rel=0.011
    )


def test_reference_of_parts_that_cannot_do_the_work_says_so(brief, catalog):
    small = min(
        (s for s in catalog.servers.values() if s.gpu is not None),
        key=lambda s: catalog.gpus[s.gpu].specs.hbm_gb.value * s.specs.gpus_count.value,
    )
    found, note = reference(brief, [small.id], catalog)
    assert note.startswith("the quoted kinds of parts make no design (")
    assert note.endswith("no quoted part was kept")
    assert found.status in ("optimal", "within_gap")


def test_reference_of_an_impossible_brief_is_refused(brief, catalog):
    poor = brief.with_changes({"budget.capex_total": 1000.0})
    with pytest.raises(Infeasible):
        reference(poor, [], catalog)
