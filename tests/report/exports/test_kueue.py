"""Kueue: objects keep its schema, and quotas are those of the teams and fit the fleet."""

from collections import defaultdict
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from designlib.explore.teams import quotas
from designlib.report.exports import kueue
from tests.report.exports import kueue_schema as published


def objects(design, catalog):
    files = kueue.export(design, catalog, date(2026, 1, 1))
    return {
        int(name.removeprefix("kueue/month-").removesuffix(".yaml")):
            list(YAML(typ="safe").load_all(text))
        for name, text in files.items()
    }  # fmt: skip


def quota_of(item):
    return {
        flavor["name"]: flavor["resources"][0]["nominalQuota"]
        for group in item["spec"]["resourceGroups"]
        for flavor in group["flavors"]
    }


def test_objects_keep_the_schema(design, catalog):
    found = objects(design, catalog)
    assert found
    for items in found.values():
        for item in items:
            jsonschema.validate(item, published.schema(item["kind"]))


def test_groups_name_the_resources_of_their_flavors(design, catalog):
    for items in objects(design, catalog).values():
        flavors = {i["metadata"]["name"] for i in items if i["kind"] == "ResourceFlavor"}
        for item in items:
            for group in item["spec"].get("resourceGroups", ()):
                for flavor in group["flavors"]:
                    named = [r["name"] for r in flavor["resources"]]
                    assert named == group["coveredResources"]
                    assert flavor["name"] in flavors


def test_queues_hold_the_quotas_and_all_of_the_fleet(design, catalog):
    table = quotas(design).set_index("period_month")
    fleet = defaultdict(int)
    for gpus in design.summary["gpus"]:
        fleet[gpus["period_month"]] += gpus["count"]
    for month, items in objects(design, catalog).items():
        queues = [quota_of(i) for i in items if i["kind"] == "ClusterQueue"]
        rest = [quota_of(i) for i in items if i["kind"] == "Cohort"]
        if len(table):
            row = table.loc[month]
            assert len(queues) == row.teams
            assert {sum(q.values()) for q in queues} == {row.quota_gpus}
        borrowed = (design.brief.get("teams") or {}).get("borrow")
        if borrowed or not len(table):
            assert sum(sum(q.values()) for q in queues + rest) == fleet[month]
        assert all(n >= 0 for q in queues + rest for n in q.values())


def test_every_queue_has_an_entrance(design, catalog):
    for items in objects(design, catalog).values():
        queues = {i["metadata"]["name"] for i in items if i["kind"] == "ClusterQueue"}
        entrances = {i["spec"]["clusterQueue"] for i in items if i["kind"] == "LocalQueue"}
        assert queues == entrances
        names = [(i["kind"], i["metadata"]["name"], i["metadata"].get("namespace")) for i in items]
        assert len(names) == len(set(names))


@given(
    st.dictionaries(st.text("abc", min_size=1), st.integers(0, 999), min_size=1, max_size=5),
    st.integers(1, 20), st.floats(0, 1),
)  # fmt: skip
def test_shares_add_up_and_fit_every_flavor(gpus, teams, frac):
    quota = int(sum(gpus.values()) * frac / teams)
    found = kueue.shared_out(quota, teams, gpus)
    assert all(0 <= n * teams <= gpus[name] for name, n in found.items())
    assert sum(found.values()) == min(quota, sum(n // teams for n in gpus.values()))


@pytest.mark.parametrize("kind", published.SPECS)
def test_schema_refuses_what_kueue_refuses(kind):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {"apiVersion": kueue.API, "kind": kind, "metadata": {"name": "Not A Name"}, "spec": {}},
            published.schema(kind),
        )
