"""Catalog table: each value once, with the source that the part states for it."""

import csv
import io

import pytest

from designlib.catalog import Catalog
from designlib.catalog_table import catalog_rows, plain, table_text
from designlib.schema.plant_parts import FAMILIES
from tests.toy_catalog import FILES, write


@pytest.fixture
def rows(tmp_path):
    return list(catalog_rows(Catalog.load(shipped=write(tmp_path, FILES))))


def test_figure_has_unit_source_date_and_confidence(rows):
    (row,) = [r for r in rows if (r.item, r.field) == ("toy-gpu", "tdp_w")]
    assert (row.family, row.value, row.unit, row.source) == ("gpus", "500", "W", "Sheet")
    assert (row.kind, row.date, row.confidence) == ("vendor-datasheet", "2026-01-31", "verified")


def test_describing_field_and_price_have_a_row(rows):
    told = {(r.item, r.field): (r.value, r.low, r.high, r.unit, r.source) for r in rows}
    assert told["toy-server", "cooling"] == ("air", "", "", "", "")
    assert told["toy-server", "price purchase"] == ("1000", "900", "1100", "USD", "Quote 1")


def test_shipped_table_holds_every_figure_once():
    catalog = Catalog.load()
    table = list(csv.DictReader(io.StringIO(table_text(catalog))))
    keys = [(row["item"], row["field"]) for row in table]
    assert len(keys) == len(set(keys))
    for family in FAMILIES:
        for part in getattr(catalog, family).values():
            for name, quantity in part.quantities().items():
                (row,) = [r for r in table if (r["item"], r["field"]) == (part.id, name)]
                assert float(row["value"]) == pytest.approx(quantity.value, rel=1e-11)
                assert row["source"]
                assert row["date"]


def test_values_are_one_text():
    assert plain(None) == ""
    assert plain(True) == "true"
    assert plain(("a", "b")) == "a; b"
    assert plain({"a": 1.50}) == "a: 1.5"
    assert plain(671e9) == "671000000000"
