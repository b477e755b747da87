"""Catalog summary: what is counted, what counts as an assumption, and which prices are old."""

from datetime import date

import pytest

from designlib.catalog import Catalog
from designlib.catalog_summary import summary
from designlib.schema.plant_parts import FAMILIES
from tests.toy_catalog import FILES, GPU, write

FIGURES_OF_THE_GPU = 6


@pytest.fixture
def toy(tmp_path):
    return Catalog.load(shipped=write(tmp_path / "toy", FILES))


def test_parts_are_counted_by_family(toy):
    told = summary(toy).parts_count
    assert list(told) == list(FAMILIES)
    assert {family: n for family, n in told.items() if n} == {"gpus": 1, "servers": 1, "power": 1}


def test_the_kind_of_the_source_decides(toy, tmp_path):
    told = summary(toy)
    assert list(told.values_by_source_kind) == ["vendor-datasheet"]
    assert told.assumption_frac == 0
    figures = sum(told.values_by_source_kind.values())
    for kind, assumed in [
        ("web", True),
        ("assumption", True),
        ("paper", False),
        ("standard", False),
    ]:
        # The confidence that a file claims changes nothing.
        gpu = GPU.replace(
            "vendor-datasheet, confidence: verified", f"{kind}, confidence: unverified"
        )
        gpu = gpu.replace("source: ds}", "source: ds, note: it may be off}")
        files = {**FILES, "gpus/toy-gpu.yaml": gpu}
        other = summary(Catalog.load(shipped=write(tmp_path / kind, files)))
        assert other.values_by_source_kind[kind] == FIGURES_OF_THE_GPU
        assert other.assumption_frac == pytest.approx(
            FIGURES_OF_THE_GPU / figures if assumed else 0
        )


def test_old_prices_are_told(toy):
    assert summary(toy, date(2027, 1, 31)).stale_prices == ()
    told = summary(toy, date(2027, 2, 1)).stale_prices
    assert [(item.where, item.date) for item in told] == [("toy-server purchase", "2026-01-31")]
    assert toy.stale_prices(date(2027, 2, 1)) == told


def test_shipped_catalog_is_counted_whole():
    catalog = Catalog.load()
    told = summary(catalog)
    assert sum(told.parts_count.values()) == sum(len(getattr(catalog, f)) for f in FAMILIES)
    assert 0 < told.assumption_frac < 1
