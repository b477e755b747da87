"""Brief: read, listed with its assumptions, changed by a new one, the same on its way back."""

import copy
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from designlib.brief import Assumption, Brief, check_file
from designlib.catalog import Catalog, shipped_folder
from designlib.cli_files import read_brief
from designlib.faults import FaultError
from tests.toy_brief import TOY_BRIEF

ENTERPRISE = shipped_folder() / "briefs" / "enterprise.yaml"
ALL_BRIEFS = sorted((shipped_folder() / "briefs").glob("*.yaml"))


@pytest.fixture(scope="module")
def enterprise():
    return Brief.load(ENTERPRISE)


@pytest.fixture
def toy(tmp_path):
    path = tmp_path / "toy.yaml"
    path.write_text(TOY_BRIEF, encoding="utf-8")
    return Brief.load(path)


@pytest.mark.parametrize("path", ALL_BRIEFS, ids=lambda path: path.stem)
def test_a_bare_name_is_a_shipped_brief(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_brief(Path(path.stem)) == Brief.load(path)


@pytest.mark.parametrize("path", ALL_BRIEFS, ids=lambda path: path.stem)
def test_every_customer_can_be_held(path):
    assert check_file(path, Catalog.load()) == []


@pytest.mark.parametrize("path", ALL_BRIEFS, ids=lambda path: path.stem)
def test_brief_survives_a_round_trip(path):
    brief = Brief.load(path)
    stated = json.loads(json.dumps(brief.to_dict()))
    assert Brief.from_dict(stated).hash == brief.hash
    assert Brief.from_dict(stated).assumptions() == brief.assumptions()
    full = json.loads(json.dumps(brief.to_dict(defaults=True)))
    assert Brief.from_dict(full).hash == brief.hash
    assert Brief.from_dict(full).assumptions() == ()


def test_enterprise_says_what_the_customer_said(enterprise):
    assert enterprise.horizon_months == 24
    assert (enterprise.tco_months, enterprise.wacc_frac) == (48, 0.09)
    site = enterprise.sites[0]
    assert [(s.month, s.kw) for s in site.it_power_kw] == [(0, 400), (14, 700)]
    assert (site.rack_air_kw, site.rear_door.rack_limit_kw) == (17, 40)
    assert (site.pue.air, site.pue.rear_door, site.pue.direct_to_chip) == (1.45, 1.35, None)
    assert [w.workload_class for w in enterprise.workloads] == [
        "fine-tuning",
        "fine-tuning",
        "inference",
        "inference",
        "inference",
        "training",
    ]
    chat = enterprise.workloads[2]
    assert (chat.ttft_p95_s, chat.tpot_p95_s, chat.ab_reserve_frac) == (1.0, 0.04, 0.1)
    assert enterprise.workloads[4].window == "20:00-06:00"
    assert enterprise.storage.object_tb == 1500


def test_useful_brief_takes_twenty_lines(toy):
    assert len(TOY_BRIEF.splitlines()) <= 20
    assert {workload.id for workload in toy.workloads} == {"chat", "tune"}


def test_assumptions_are_the_defaults_that_were_used(toy):
    told = {assumption.path: assumption for assumption in toy.assumptions()}
    assert told["reliability.repair_days"] == Assumption(
        "reliability.repair_days",
        5.0,
        "d",
        "next-day part, exchange and test",
        "assumption",
    )
    assert told["workloads.tune.sequence_tokens"].value == 4096
    assert told["sites.hall.redundancy.power"].value == "N+1"
    assert "workloads.chat.growth_factor_24_months" not in told
    assert "workloads.chat.diurnal.peak_to_mean" in told
    assert all(assumption.reason and assumption.source for assumption in told.values())


def test_stating_a_default_ends_the_assumption_and_keeps_the_hash(toy):
    stated = toy.with_changes({"reliability.repair_days": 5})
    gone = {a.path for a in toy.assumptions()} - {a.path for a in stated.assumptions()}
    assert gone == {"reliability.repair_days"}
    assert stated.hash == toy.hash


def test_changes_make_a_new_brief(enterprise):
    before = enterprise.hash
    changed = enterprise.with_changes(
        {
            "fleet.server_kinds_allowed": "H100 class",
            "sites.hall.rack_positions_count": 8,
            "workloads.A5.items_per_month_count": 1.6e9,
            "workloads.A1.max_gpus_count": 16,
            "budget.capex_total": 3.0e6,
        }
    )
    assert changed.fleet.server_kinds_allowed == ("H100 class",)
    assert changed.sites[0].rack_positions_count == 8
    assert changed.workloads[4].items_per_month_count == 1.6e9
    assert changed.workloads[0].max_gpus_count == 16
    assert changed.budget.capex_total == 3e6
    assert enterprise.hash == before != changed.hash
    back = changed.with_changes({"budget.capex_total": 9.0e6, "sites.0.rack_positions_count": 20})
    assert back.budget == enterprise.budget
    assert back.sites == enterprise.sites


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"workloads.A9.max_hours": 2}, "workloads.A9.max_hours", "no item 'A9'"),
        ({"workloads.A1.max_hours": -2}, "workloads.A1.max_hours", "expected a number > 0"),
        ({"workloads.A1.max_days": 2}, "workloads.A1.max_days", "write 'max_hours'"),
        ({"sites.hall.pue": None}, "sites.hall.pue", "expected a mapping"),
        ({"tco_months": 12}, "tco_months", "expected at least horizon_months"),
    ],
)
def test_wrong_change_is_refused(enterprise, changes, field, says):
    with pytest.raises(FaultError) as error:
        enterprise.with_changes(changes)
    assert [fault.field for fault in error.value.faults] == [field]
    assert says in error.value.faults[0].message


def test_changed_field_still_has_its_line(enterprise):
    with pytest.raises(FaultError) as error:
        enterprise.with_changes({"wacc_frac": 2})
    line = next(
        n for n, text in enumerate(ENTERPRISE.read_text().splitlines(), 1) if "wacc_frac" in text
    )
    assert error.value.faults[0].line == line


def test_brief_cannot_be_changed_in_place(enterprise):
    with pytest.raises(ValidationError):
        enterprise.wacc_frac = 0.5
    with pytest.raises(ValidationError):
        enterprise.workloads[0].max_hours = 1


def test_brief_made_in_code_is_checked():
    with pytest.raises(FaultError) as error:
        Brief.from_dict({"name": "x", "sites": [{"id": "a b", "pue": 1}]})
    told = [str(fault) for fault in error.value.faults]
    assert len(told) == 3
    assert all(line.startswith("<brief>: ") for line in told)


def test_check_names_the_line(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text(TOY_BRIEF.replace("    params_count: 70e9", "    llm: no-such-llm"))
    fault = Brief.load(path).check(Catalog.load())[0]
    assert (fault.file, fault.line, fault.field) == (str(path), 12, "workloads.chat.llm")


def test_editors_get_a_json_schema():
    schema = Brief.model_json_schema()
    assert schema["additionalProperties"] is False
    assert {"name", "sites", "workloads"} == set(schema["required"])
    assert json.dumps(schema)
    assert schema["properties"]["wacc_frac"]["default"] == 0.08
    assert schema["properties"]["wacc_frac"]["reason"]
    kinds = {entry["type"] for entry in schema["$defs"]["Site"]["properties"]["pue"]["anyOf"][:1]}
    assert kinds == {"number"}


def test_tiers_become_services():
    saas = Brief.load(shipped_folder() / "briefs" / "saas.yaml")
    rates = {service.id: service.peak_requests_s for service in saas.services()}
    assert rates == pytest.approx({"S": 21.0, "M": 7.5, "L": 1.5})
    assert {s.growth_factor_24_months for s in saas.services()} == {10}
    moved = saas.with_changes(
        {"workloads.chat.tiers.S.share_frac": 0.75, "workloads.chat.tiers.M.share_frac": 0.20}
    )
    assert {s.id: s.peak_requests_s for s in moved.services()}["S"] == pytest.approx(22.5)


def test_brief_can_be_copied(enterprise):
    assert copy.deepcopy(enterprise).hash == enterprise.hash
