"""Brief checks: what contradicts inside a brief is told with its path, all at once."""

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog, shipped_folder
from designlib.faults import FaultError

BRIEFS = shipped_folder() / "briefs"


def told(name, changes):
    with pytest.raises(FaultError) as error:
        Brief.load(BRIEFS / f"{name}.yaml").with_changes(changes)
    return [(fault.field, fault.message) for fault in error.value.faults]


@pytest.mark.parametrize(
    ("name", "changes", "field", "says"),
    [
        ("healthcare", {"sites.1.id": "east"}, "sites.east.id", "used twice"),
        ("saas", {"workloads.chat.tiers.M.id": "S"}, "workloads.chat.tiers.S.id", "used twice"),
        ("research", {"phases": [{"id": "P", "need_month": 1}] * 2}, "phases.P.id", "used twice"),
        ("research", {"service_start_month": 24}, "service_start_month", "before horizon_months"),
        ("research", {"fleet.max_gpus.1.month": 0}, "fleet.max_gpus.1.month", "months must rise"),
        ("research", {"budget.expansions.0.month": 25}, "budget.expansions.0.month", "past"),
        ("research", {"fx": None}, "fx", "EUR needs"),
        ("research", {"currency": "USD"}, "fx.usd_per_unit", "the currency is USD"),
        ("pretraining", {"phases.P2.need_month": 30}, "phases.P2.need_month", "past"),
        (
            "pretraining",
            {"workloads.D1.phase": "P3"},
            "workloads.D1.phase",
            "this brief has P1, P2",
        ),
        (
            "healthcare",
            {"compliance.encrypt.in_use": {"C9": True}},
            "compliance.encrypt.in_use.C9",
            "unknown workload 'C9'",
        ),
        (
            "healthcare",
            {"compliance.audit.workloads": ["C1", "C8"]},
            "compliance.audit.workloads.1",
            "unknown workload 'C8'",
        ),
        (
            "healthcare",
            {"site_policy.survive_loss_of_count": 2},
            "site_policy.survive_loss_of_count",
            "fewer than the 2 sites",
        ),
        ("saas", {"site_policy.split.ash": 0.4}, "site_policy.split", "sum to 0.9"),
        (
            "saas",
            {"site_policy.split": {"dal": 0.5, "asch": 0.5}},
            "site_policy.split.asch",
            "did you mean 'ash'?",
        ),
        ("saas", {"existing.0.site": "dall"}, "existing.0.site", "did you mean 'dal'?"),
    ],
)
def test_contradiction(name, changes, field, says):
    found = told(name, changes)
    assert len(found) == 1, found
    assert found[0][0] == field
    assert says in found[0][1]


def test_all_contradictions_are_told_at_once():
    found = told("research", {"currency": "USD", "tco_months": 12, "service_start_month": 99})
    assert {field for field, _ in found} == {
        "fx.usd_per_unit",
        "tco_months",
        "service_start_month",
    }


@pytest.mark.parametrize(
    ("name", "changes", "field", "says"),
    [
        ("saas", {"existing.0.gpu": "A10O-80"}, "existing.0.gpu", "names no server"),
        ("saas", {"cloud_burst.gpu": "Z1"}, "cloud_burst.gpu", "known families"),
        ("saas", {"workloads.chat.tiers.S.llm": "no-llm"}, "workloads.chat.tiers.S.llm", "unknown"),
        ("saas", {"prices": [{"item": "zzz", "value": 1}]}, "prices.0.item", "unknown part id"),
        (
            "research",
            {"policies.mfu_reference_gpu_family": "h100"},
            "policies.mfu_reference_gpu_family",
            "did you mean 'H100'?",
        ),
        (
            "research",
            {"fleet.server_kinds_allowed": ["H100", "Q9"]},
            "fleet.server_kinds_allowed.1",
            "'Q9' names no server",
        ),
    ],
)
def test_what_the_catalog_does_not_have(name, changes, field, says):
    brief = Brief.load(BRIEFS / f"{name}.yaml").with_changes(changes)
    found = brief.check(Catalog.load())
    assert [fault.field for fault in found] == [field]
    assert says in found[0].message
    assert found[0].line
