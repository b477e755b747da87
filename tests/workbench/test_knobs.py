"""Knobs: reading after writing gives the value back, and only what was turned changes."""

from pathlib import Path

import pytest

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.explore.demand import DEMAND
from designlib.faults import FaultError
from designlib.workbench.as_code import difference
from designlib.workbench.knobs import keyword, knobs

ROOT = Path(__file__).parents[2]
BRIEFS = sorted(ROOT.glob("catalogs/briefs/*.yaml"))
CATALOG = Catalog.load()
TURNED = {"number": 1.5, "count": 7}


@pytest.fixture(scope="module")
def enterprise():
    return Brief.load(ROOT / "catalogs/briefs/enterprise.yaml")


def by_name(brief):
    return {knob.name: knob for knob in knobs(brief, CATALOG)}


@pytest.mark.parametrize("path", BRIEFS, ids=lambda p: p.stem)
def test_untouched_knobs_change_nothing(path):
    brief = Brief.load(path)
    for knob in knobs(brief, CATALOG):
        same = brief.with_changes(knob.write(knob.read(brief)))
        assert same.to_dict(defaults=True) == brief.to_dict(defaults=True), knob.name


@pytest.mark.parametrize("path", BRIEFS, ids=lambda p: p.stem)
def test_turned_knob_reads_as_it_was_turned_and_leaves_the_rest(path):
    brief = Brief.load(path)
    for knob in knobs(brief, CATALOG):
        value = knob.choices[:1] if knob.kind == "words" else TURNED[knob.kind]
        changed = brief.with_changes(knob.write(value))
        found = knob.read(changed)
        if knob.kind == "number":
            # A count of whole GPUs goes up to the next one, so its factor may be a little larger.
            assert value <= found <= value * 1.1, knob.name
        else:
            assert found == value, knob.name
        turned = difference(brief.to_dict(), changed.to_dict())
        assert len(turned) <= 1, knob.name
        # Everything else stands as before.
        for other in knobs(brief, CATALOG):
            if other.name != knob.name:
                assert other.read(changed) == other.read(brief)


def test_names_are_keywords_and_unique():
    for path in BRIEFS:
        names = [knob.name for knob in knobs(Brief.load(path), CATALOG)]
        assert len(names) == len(set(names))
        assert all(name.isidentifier() for name in names)
    assert keyword("demand", "A-3") == "demand_A_3"


def test_demand_of_every_workload_can_be_scaled(enterprise):
    names = by_name(enterprise)
    assert {f"demand_{w.id}" for w in enterprise.workloads} <= set(names)
    doubled = enterprise.with_changes(names["demand_A3"].write(2))
    assert doubled.workloads[2].peak_requests_s == 12
    assert names["demand_A3"].label == "RAG chat [x 6 requests/s]"
    assert names["demand_A5"].label == "A5 [x 40 million items/month]"


@pytest.mark.parametrize(("factor", "gpus"), [(1.0, 16), (1.1, 18), (2.0, 32), (1.25, 20)])
def test_whole_gpus_are_scaled_up(enterprise, factor, gpus):
    changed = enterprise.with_changes(by_name(enterprise)["demand_A6"].write(factor))
    assert changed.workloads[5].gpus_count == gpus


def test_power_scales_every_step(enterprise):
    changed = enterprise.with_changes(by_name(enterprise)["power_hall"].write(1.5))
    assert [(s.month, s.kw) for s in changed.sites[0].it_power_kw] == [(0, 600), (14, 1050)]


@pytest.mark.parametrize(
    ("name", "path"),
    [("budget", ("budget", "capex_total")), ("positions_hall", ("sites", "rack_positions_count"))],
)
def test_zero_means_no_limit(enterprise, name, path):
    knob = by_name(enterprise)[name]
    changed = enterprise.with_changes(knob.write(0))
    block = changed.budget if path[0] == "budget" else changed.sites[0]
    assert getattr(block, path[1]) is None
    assert knob.read(changed) == 0


def test_every_kind_of_server_is_no_limit(enterprise):
    knob = by_name(enterprise)["servers"]
    assert "H100" in knob.choices
    assert knob.read(enterprise) == knob.choices
    only = enterprise.with_changes(knob.write(("H100",)))
    assert only.fleet.server_kinds_allowed == ("H100",)
    assert knob.read(only) == ("H100",)
    assert only.with_changes(knob.write(knob.choices)).fleet.server_kinds_allowed is None


def test_finer_word_shows_as_its_family(enterprise):
    knob = by_name(enterprise)["servers"]
    brief = enterprise.with_changes({"fleet.server_kinds_allowed": ["8-GPU H100 class"]})
    assert knob.read(brief) == ("H100",)


def test_no_kind_of_server_is_a_fault(enterprise):
    with pytest.raises(FaultError):
        enterprise.with_changes(by_name(enterprise)["servers"].write(()))


def test_demand_names_fields_of_the_brief():
    kinds = {w.kind: w for path in BRIEFS for w in Brief.load(path).workloads}
    for kind, workload in kinds.items():
        if kind in DEMAND:
            assert getattr(workload, DEMAND[kind][0]) > 0
