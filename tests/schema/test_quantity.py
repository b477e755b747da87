"""Quantities: a band holds its value, and confidence comes from the source."""

import pytest
from pydantic import ValidationError

from designlib.schema.quantity import (
    CountQuantity,
    FracQuantity,
    PositiveQuantity,
    Quantity,
    band_faults,
    fill_confidence,
)


@pytest.mark.parametrize(
    ("model", "right", "wrong"),
    [
        (Quantity, 0, -1),
        (PositiveQuantity, 0.1, 0),
        (FracQuantity, 1, 1.01),
        (CountQuantity, 8, 8.5),
    ],
)
def test_kind_of_quantity(model, right, wrong):
    assert model(value=right, source="ds").value == right
    with pytest.raises(ValidationError):
        model(value=wrong, source="ds")


@pytest.mark.parametrize(
    ("value", "low", "high", "right"),
    [(5, 4, 6, True), (5, None, 5, True), (5, 5.1, None, False), (5, 1, 4.9, False)],
)
def test_band_holds_its_value(value, low, high, right):
    assert (band_faults(value, low, high) == []) is right


def test_confidence_comes_from_the_source_unless_stated():
    specs = {"a_w": {"source": "x"}, "b_w": {"source": "x", "confidence": "verified"}, "c_w": 3}
    filled = fill_confidence({"sources": {"x": {"confidence": "secondary"}}, "specs": specs})
    assert filled["specs"]["a_w"]["confidence"] == "secondary"
    assert filled["specs"]["b_w"]["confidence"] == "verified"
    assert filled["specs"]["c_w"] == 3


@pytest.mark.parametrize("data", [None, [], {}, {"specs": 1, "sources": {}}, {"specs": {}}])
def test_what_is_no_part_is_left_to_the_schema(data):
    assert fill_confidence(data) == data


def test_page_may_be_a_number():
    assert Quantity(value=1, source="ds", page=2).page == "2"
