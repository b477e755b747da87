"""Row checks: prices and constants of the shipped catalog pass, and each rule refuses a row."""

import pytest

from designlib.catalog import Catalog
from designlib.schema.row_checks import SUBJECTS, price_faults, priced_as, subject_fault

CATALOG = Catalog.load()
IDS = {price.item for price in CATALOG.prices.values()}


def test_shipped_rows_pass():
    for price in CATALOG.prices.values():
        assert list(price_faults(price, CATALOG.part(price.item))) == []
    parts = {*CATALOG.gpus, *CATALOG.servers}
    for constant in CATALOG.constants.values():
        assert subject_fault(constant, parts) == ""


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"quantity": "per-gpu-hour"}, "quantity"),
        ({"unit": "USD/kW"}, "unit"),
        ({"currency_year": 2020}, "currency_year"),
        ({"value": 0.0, "note": ""}, "value"),
    ],
)
def test_wrong_price_is_refused(change, column):
    switch = next(iter(CATALOG.switches.values()))
    price = CATALOG.price(switch.id).model_copy(update=change)
    assert [name for name, _ in price_faults(price, switch)] == [column]


def test_each_family_is_priced_in_its_own_way():
    assert priced_as(next(iter(CATALOG.servers.values()))) == ("purchase",)
    assert priced_as(next(iter(CATALOG.cloud.values()))) == ("per-gpu-hour",)
    assert {"purchase", "per-gpu-year"} <= set(priced_as(next(iter(CATALOG.software.values()))))


def test_subject_is_a_part_a_kind_or_a_word():
    constant = next(iter(CATALOG.constants.values()))
    for subject in ["grid", "rear-door", "some-part"]:
        named = constant.model_copy(update={"subject": subject})
        assert subject_fault(named, {"some-part"}) == ""
    wrong = constant.model_copy(update={"subject": "gridx"})
    assert subject_fault(wrong, IDS) == "unknown subject 'gridx'; did you mean 'grid'?"
    assert all(SUBJECTS.values())
