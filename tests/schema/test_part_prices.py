"""Part prices: a part may carry its own, which are rows like those of the table of prices."""

import pytest

from designlib.catalog import Catalog
from designlib.catalog_files import read_shelf
from tests.toy_catalog import FILES, PRICES, SERVER, part, write

OWN = """prices:
  - {quantity: purchase, value: 700, high: 900, currency_year: 2026, date: 2026-02-01, source: ds}
"""
UNPRICED = PRICES.splitlines(keepends=True)[0]


def priced(own=OWN, **others):
    return {**FILES, "servers/toy-server.yaml": SERVER + own, "prices.csv": UNPRICED, **others}


def told(folder):
    return [(f.line, f.field, f.message) for f in read_shelf([folder]).faults]


def test_own_price_is_a_price_of_the_catalog(tmp_path):
    row = Catalog.load(shipped=write(tmp_path, priced())).price("toy-server")
    assert (row.value, row.low, row.high, row.unit) == (700, 700, 900, "USD")
    assert (row.source, row.confidence, row.date) == ("Sheet", "verified", "2026-02-01")


def test_price_may_be_by_the_hour(tmp_path):
    rented = part("gpu: toy-gpu\nregion: any\n", gpus_count=8)
    own = OWN.replace("purchase", "per-gpu-hour")
    catalog = Catalog.load(shipped=write(tmp_path, {**FILES, "cloud/toy-cloud.yaml": rented + own}))
    assert catalog.price("toy-cloud", "per-gpu-hour").value == 700
    assert not catalog.has_price("toy-cloud")


def test_row_of_an_overlay_replaces_it(tmp_path):
    overlay = write(tmp_path / "ours", {"prices.csv": PRICES})
    catalog = Catalog.load(overlay, shipped=write(tmp_path / "toy", priced()))
    assert catalog.price("toy-server").value == 1000


def test_own_price_of_an_overlay_replaces_a_row(tmp_path):
    overlay = write(tmp_path / "ours", {"servers/toy-server.yaml": SERVER + OWN})
    catalog = Catalog.load(overlay, shipped=write(tmp_path / "toy", FILES))
    assert catalog.price("toy-server").value == 700


def test_price_in_both_places_is_refused(tmp_path):
    (fault,) = told(write(tmp_path, priced(**{"prices.csv": PRICES})))
    assert fault[2].startswith("toy-server purchase is given twice; also in ")


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("source: ds", "source: sheet", "prices.0.source", "unknown source 'sheet'"),
        ("high: 900", "high: 600", "prices.0.value", "expected low <= value <= high"),
        ("date: 2026-02-01, ", "", "prices.0.date", "required field is missing"),
        (OWN, OWN + OWN.splitlines()[1] + "\n", "prices.1.quantity", "is given twice"),
    ],
)
def test_wrong_price_is_refused_with_its_line(tmp_path, old, new, field, says):
    folder = write(tmp_path, priced(OWN.replace(old, new)))
    faults = told(folder)
    assert [f for f in faults if f[1] == field and says in f[2]], faults
    text = (folder / "servers" / "toy-server.yaml").read_text().splitlines()
    first = text.index("prices:") + 1
    assert all(line is not None and line > first for line, *_ in faults)
