"""Schema for editors: real entries pass, wrong fields are marked, and changes need nothing."""

import json

import pytest
from jsonschema import Draft202012Validator

from designlib.schema.editor import schema_texts
from designlib.schema.plant_parts import FAMILIES
from designlib.yamlfile import read_yaml
from tests.source import CATALOGS

TEXTS = schema_texts()
BRIEFS = sorted((CATALOGS / "briefs").glob("*.yaml"))


def marked(name, data):
    """Return what an editor would mark; it sees the file as JSON."""
    validator = Draft202012Validator(json.loads(TEXTS[name]))
    return [
        f"{error.json_path}: {error.message}"
        for error in validator.iter_errors(json.loads(json.dumps(data)))
    ]


@pytest.mark.parametrize("name", TEXTS)
def test_schema_is_one(name):
    Draft202012Validator.check_schema(json.loads(TEXTS[name]))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_shipped_part_passes(family):
    files = sorted((CATALOGS / family).glob("*.yaml"))
    assert files
    assert {
        f.name: told for f in files if (told := marked(f"{family}.json", read_yaml(f).data))
    } == {}


@pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)
def test_every_brief_passes(path):
    assert marked("brief.json", read_yaml(path).data) == []


@pytest.fixture
def gpu():
    return read_yaml(next((CATALOGS / "gpus").glob("*.yaml"))).data


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["specs"].update(tdp_kw={"value": 1, "source": "x"}), "tdp_kw"),
        (lambda d: d["specs"]["tdp_w"].update(value="much"), "$.specs.tdp_w"),
        (lambda d: d["specs"]["tdp_w"].update(value=0), "$.specs.tdp_w"),
        (lambda d: d["specs"].pop("tdp_w"), "'tdp_w' is a required property"),
        (lambda d: d.update(status="gone"), "$.status"),
        (lambda d: d.update(id="x"), "'id' was unexpected"),
        (lambda d: next(iter(d["sources"].values())).update(accessed="May 2026"), "$.sources"),
    ],
)
def test_wrong_part_is_marked(gpu, change, says):
    change(gpu)
    told = marked("gpus.json", gpu)
    assert len(told) == 1
    assert says in told[0]


def test_change_of_a_part_needs_nothing_but_knows_every_field():
    source = {"title": "Test", "accessed": 2026, "kind": "measured"}
    change = {"sources": {"o": source}, "specs": {"tdp_w": {"value": 1, "source": "o"}}}
    assert marked("changes/gpus.json", change) == []
    assert marked("changes/gpus.json", {"retired": "old"}) == []
    assert marked("changes/gpus.json", {"tea": True}) != []
    assert marked("changes/gpus.json", {}) != []
    assert marked("gpus.json", {"retired": "old"}) != []
