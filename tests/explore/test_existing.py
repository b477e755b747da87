"""Existing: what a customer has already is used where it pays, and told either way."""

from __future__ import annotations

import pytest

from designlib.explore.existing import book_values, existing
from designlib.explore.reasons import why_not
from designlib.optimize import optimize
from designlib.report.sections.existing import section
from designlib.validate import validate

OLD = "nvidia-dgx-a100-80gb"


def with_old(brief, count=4, **more):
    lot = {"site": "hall", "servers_count": count, "gpu": "A100-80", "gpus_per_server_count": 8}
    return brief.with_changes({"existing": [lot | {"book_value": 60_000} | more]})


@pytest.fixture(scope="module")
def stays(brief, catalog):
    return optimize(with_old(brief), catalog)


@pytest.fixture(scope="module")
def narrow(brief):
    """Return a brief in which nothing cheaper than a new H100 server replaces old ones."""
    return brief.with_changes({"fleet.server_kinds_allowed": ["H100"]})


@pytest.fixture(scope="module")
def leaves(narrow, catalog):
    return optimize(with_old(narrow, retire_by_month=18), catalog)


@pytest.fixture(scope="module")
def without(narrow, catalog):
    return optimize(narrow, catalog)


def test_c03_with_sunk_cost_zero_the_old_servers_are_used_again(design, stays):
    runs = stays.operations.set_index(["workload", "period_month"]).pool
    assert set(runs["tune"]) == {f"{OLD}-alone"}
    assert not any(part == OLD for part in stays.bill_of_materials.part_id)
    assert stays.certificate["objective"] < design.certificate["bound"]


def test_nothing_they_do_is_in_the_bill_or_the_capital(stays):
    assert stays.summary["capex"] == pytest.approx(stays.bill_of_materials.extended.sum())
    here = stays.placement[stays.placement.part_id == OLD]
    assert len(here) == existing(stays)["in service"].max() > 0
    assert set(here.line_id) == {""}


def test_every_promise_is_kept_with_them(stays, leaves, catalog):
    for design in (stays, leaves):
        assert not {k: v for k, v in validate(design, catalog).findings.items() if v}
        assert design.faults() == []


def test_they_are_gone_when_they_retire(without, leaves):
    rows = existing(leaves)
    late = rows[rows.period_month >= 18]
    assert late[["in service", "spare", "idle"]].sum().sum() == 0
    assert rows[rows.period_month < 18]["in service"].min() == 1
    runs = leaves.operations
    assert f"{OLD}-alone" in set(runs[runs.period_month < 18].pool)
    assert f"{OLD}-alone" not in set(runs[runs.period_month >= 18].pool)
    old = [row for row in leaves.tables["placement"] if not row["line_id"]]
    assert old
    assert all(row.get("until_month") == 18 for row in old)
    assert leaves.certificate["objective"] < without.certificate["bound"]


def test_what_they_do_and_what_the_rest_does_are_the_whole(leaves):
    shares = {}
    for row in leaves.tables["operations"]:
        key = row["workload"], row["period_month"]
        share = row["figures"].get("share", {}).get("value", 1.0)
        shares[key] = shares.get(key, 0.0) + share
    assert list(shares.values()) == pytest.approx([1.0] * len(shares))


def test_the_report_tells_use_and_book_value(stays, leaves):
    assert list(book_values(leaves).retire_by_month) == [18]
    assert book_values(stays).book_value.sum() == 60_000
    chapter = section(leaves, None)
    assert chapter is not None
    assert [t.sheet for t in chapter.tables] == ["Existing", "Existing lots"]
    assert "retirement" in chapter.lead[0]


def test_a_brief_without_them_has_no_such_chapter(design):
    assert section(design, None) is None
    assert existing(design).empty


def test_why_not_knows_them(stays, catalog):
    told = why_not(stays, OLD, catalog, solve=False)
    assert any("that were there already" in line for line in told), told
