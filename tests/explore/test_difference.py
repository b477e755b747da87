"""Difference: only what changed is there, and a claim about money is one about two certificates."""

from dataclasses import replace

import pytest

from designlib.explore import cheaper, diff
from designlib.explore.difference import money_between
from tests.validate.toy import SERVER, toy_catalog, toy_design


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return toy_design(toy_catalog(tmp_path_factory.mktemp("catalog")))


def certified(design, **changes):
    return replace(design, certificate={**design.certificate, **changes})


def test_equal_designs_differ_in_nothing(before):
    assert {name: len(table) for name, table in diff(before, before).items()} == {
        "brief": 0, "headline": 0, "choices": 0, "bill_of_materials": 0, "cost": 0,
    }  # fmt: skip


def test_bill_names_the_lines_that_changed(before):
    tables = before.to_dict()["tables"]
    line = next(x for x in tables["bill_of_materials"] if x["line_id"] == "L2")
    line["count"] = 4
    table = diff(before, replace(before, tables=tables))["bill_of_materials"]
    assert list(table.columns) == ["layer", "part_id", "period_month", "before", "after", "change"]
    assert table.to_numpy().tolist() == [["compute", SERVER, 6, 5.0, 6.0, 1.0]]


def test_cost_adds_up_by_layer_and_kind(before):
    tables = before.to_dict()["tables"]
    row = next(c for c in tables["cost"] if c["kind"] == "energy")
    row["present_value"] += 100
    table = diff(before, replace(before, tables=tables))["cost"]
    assert table[["layer", "kind", "change"]].to_numpy().tolist() == [
        ["compute", "energy", pytest.approx(100)]
    ]


def test_brief_names_paths_by_id(before):
    brief = before.to_dict()["brief"]
    brief["workloads"][1]["peak_requests_s"] = 3
    brief["fleet"] = {"server_kinds_allowed": ["T100"]}
    table = diff(before, replace(before, brief=brief))["brief"]
    assert table.to_numpy().tolist() == [
        ["workloads.chat.peak_requests_s", 1.0, 3],
        ["fleet.server_kinds_allowed", "", ["T100"]],
    ]


def test_choices_name_the_workload(before):
    tables = before.to_dict()["tables"]
    way = {
        "workload": "chat",
        "candidate": "chat-one",
        "pool": "one",
        "part_id": SERVER,
        "status": "chosen",
    }
    tables["candidates"] = [way | {"reason": "", "figures": {}}]
    table = diff(before, replace(before, tables=tables))["choices"]
    assert table.to_numpy().tolist() == [["workload chat", "", "chat-one"]]


def test_headline_has_the_gpus_of_the_last_date(before):
    gpus = [{"part": SERVER, "period_month": m, "count": n} for m, n in ((6, 24), (12, 40))]
    summary = before.summary | {"capex": before.summary["capex"] + 1, "gpus": gpus}
    table = diff(before, replace(before, summary=summary))["headline"]
    assert table[["quantity", "change"]].to_numpy().tolist() == [
        ["capex", 1.0],
        [f"GPUs in {SERVER}", 40.0],
    ]


@pytest.mark.parametrize(
    ("objective", "bound", "words"),
    [
        (120.0, 115.0, "20 more (+20.0%); at least 15 more is proven"),
        (80.0, 80.0, "20 less (-20.0%); at least 10 less is proven"),
        (101.0, 95.0, "1 more (+1.0%); within the gaps of both, so neither is proven cheaper"),
    ],
)
def test_money_is_compared_on_certificates(before, objective, bound, words):
    one = certified(before, objective=100.0, bound=90.0)
    two = certified(before, objective=objective, bound=bound)
    assert money_between(one, two) == f"{objective:,.0f} USD in present value, {words}"
    assert cheaper(one, two) == f"Toy costs {objective:,.0f} USD in present value, {words}."


def test_currencies_do_not_compare(before):
    with pytest.raises(ValueError, match="USD and EUR"):
        money_between(before, replace(before, currency="EUR"))
