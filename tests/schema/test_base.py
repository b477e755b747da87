"""Schema base: numbers are numbers, ids are ids, and no model is open."""

import inspect
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from designlib import units
from designlib.schema import (
    base,
    brief_blocks,
    other_workloads,
    parts,
    plant_parts,
    promises,
    quantity,
    sites,
    steps,
    tables,
    workloads,
)
from designlib.schema import brief as brief_schema
from designlib.schema.walk import plain

ROOMS = [
    base,
    brief_blocks,
    brief_schema,
    other_workloads,
    parts,
    plant_parts,
    promises,
    quantity,
    sites,
    steps,
    tables,
    workloads,
]
MODELS = sorted(
    {
        model
        for room in ROOMS
        for _, model in inspect.getmembers(room, inspect.isclass)
        if issubclass(model, base.Closed)
    },
    key=lambda model: model.__name__,
)
BRIEF_MODELS = [
    model
    for model in MODELS
    if not issubclass(model, parts.Part | quantity.Quantity | quantity.Source | tables.Price)
    and model.__module__ not in {parts.__name__, plant_parts.__name__}
]
# Fields of a block whose own name holds the unit: `hbm_gb: {value, low, high}`, `pue: {air, ...}`.
VALUES = {"value", "low", "high"} | set(sites.PuePerCooling.model_fields)


def fields(models):
    return [
        pytest.param(field, name, id=f"{model.__name__}.{name}")
        for model in models
        for name, field in model.model_fields.items()
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_model_is_closed_and_frozen(model):
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"] is True


@pytest.mark.parametrize(("field", "name"), fields(MODELS))
def test_number_states_its_unit(field, name):
    kind = plain(field.annotation)
    is_number = kind in (int, float) or (
        inspect.isclass(kind) and issubclass(kind, quantity.Quantity)
    )
    if is_number and name not in VALUES:
        assert units.unit_of(name) is not None, f"{name} states no unit of units.SUFFIXES"


@pytest.mark.parametrize(("field", "name"), fields(BRIEF_MODELS))
def test_default_is_absent_or_stated(field, name):
    if field.is_required() or field.default in (None, ()):
        return
    if field.default_factory is not None:
        assert isinstance(field.default_factory(), base.Closed | dict)
        return
    assert field.json_schema_extra["reason"]
    assert field.json_schema_extra["source"]
    right = TypeAdapter(Annotated[field.annotation, "a default is itself right", *field.metadata])
    assert right.validate_python(field.default) == field.default


@pytest.mark.parametrize("value", ["1", True, None, float("nan"), float("inf"), [1]])
def test_number_is_a_number(value):
    with pytest.raises(ValidationError):
        TypeAdapter(base.Number).validate_python(value)


def test_count_may_be_written_with_an_exponent():
    assert TypeAdapter(base.Whole).validate_python(70e9) == 70_000_000_000
    assert isinstance(TypeAdapter(base.Whole).validate_python(2.0), int)
    with pytest.raises(ValidationError):
        TypeAdapter(base.Whole).validate_python(2.5)


def test_key_of_json_is_a_count_again():
    assert TypeAdapter(base.KeyCount).validate_python("8") == 8
    with pytest.raises(ValidationError):
        TypeAdapter(base.KeyCount).validate_python("eight")


@pytest.mark.parametrize("name", ["a", "nvidia-h100-sxm-80gb", "0-1"])
def test_part_id(name):
    assert TypeAdapter(base.PartId).validate_python(name) == name


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a-", "a--b", "a b", "ä", "a\n"])
def test_no_part_id(name):
    with pytest.raises(ValidationError):
        TypeAdapter(base.PartId).validate_python(name)


@pytest.mark.parametrize("text", ["20:00-06:00", "00:00-24:00", "09:30-17:45"])
def test_window(text):
    assert TypeAdapter(base.Window).validate_python(text) == text


@pytest.mark.parametrize("text", ["8-17", "24:00-06:00", "20:00", "20:60-21:00", "20:00 - 06:00"])
def test_no_window(text):
    with pytest.raises(ValidationError):
        TypeAdapter(base.Window).validate_python(text)


@pytest.mark.parametrize(("given", "date"), [(2024, "2024"), ("2024-09", "2024-09")])
def test_date_may_be_short(given, date):
    assert TypeAdapter(base.Date).validate_python(given) == date


@pytest.mark.parametrize("given", ["2024-13", "24-01-01", "2024-9", "2024-01-32", 2024.5, True])
def test_no_date(given):
    with pytest.raises(ValidationError):
        TypeAdapter(base.Date).validate_python(given)
