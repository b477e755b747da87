"""Schema errors: sentences name the unit, the choice and the nearest field, once for each fault."""

import pytest
from pydantic import ValidationError

from designlib.schema.errors import faults_of, named
from designlib.schema.promises import Network, Policies, Reliability
from designlib.schema.steps import CountStep


def told(model, data, lines=None):
    with pytest.raises(ValidationError) as error:
        model.model_validate(data)
    found = faults_of(error.value, model, data, "f", lines or {})
    return [(fault.field, fault.message) for fault in found]


@pytest.mark.parametrize(
    ("model", "data", "field", "message"),
    [
        (Reliability, {"repair_days": -1}, "repair_days", "expected a number > 0 [d], found -1"),
        (Reliability, {"restart_s": "5 s"}, "restart_s", "expected a number [s], found text '5 s'"),
        (
            Reliability,
            {"restart_min": 5},
            "restart_min",
            "unknown field; did you mean 'restart_s'?",
        ),
        (
            Reliability,
            {"restart_minutes": 5},
            "restart_minutes",
            "unknown field; its unit is [s]: write 'restart_s'",
        ),
        (
            Network,
            {"topology": "rail-optimised"},
            "topology",
            "expected one of auto, fat-tree, rail-optimized, single, dragonfly, found text"
            " 'rail-optimised'; did you mean 'rail-optimized'?",
        ),
        (
            Policies,
            {"batch_on_serving": 1},
            "batch_on_serving",
            "expected true or false, found 1",
        ),
        (Policies, "none", "file", "expected a mapping of fields, found text 'none'"),
    ],
)
def test_sentence(model, data, field, message):
    assert told(model, data) == [(field, message)]


def test_misspelt_required_field_is_told_once():
    assert told(CountStep, {"months": 1, "count": 2}) == [
        ("months", "unknown field; did you mean 'month'?")
    ]


def test_faults_come_in_the_order_of_the_file():
    data = {"restart_s": -1, "repair_days": -1}
    lines = {(): 1, ("restart_s",): 2, ("repair_days",): 3}
    assert [field for field, _ in told(Reliability, data, lines)] == ["restart_s", "repair_days"]


@pytest.mark.parametrize(
    ("path", "data", "text"),
    [
        ((), {}, "file"),
        (("sites", 0, "pue"), {"sites": [{"id": "east"}]}, "sites.east.pue"),
        (("sites", 0, "pue"), {"sites": [{"id": "<b>"}]}, "sites.0.pue"),
        (("sites", 1, "pue"), {"sites": [{"id": "east"}]}, "sites.1.pue"),
        (("sites", 0), {"sites": "none"}, "sites.0"),
    ],
)
def test_path_names_items_by_id(path, data, text):
    assert named(path, data) == text
