"""Price list: rows find their part by id or name, the others are told, and faults stop it all."""

from datetime import date

import openpyxl
import pytest

from designlib.catalog import Catalog
from designlib.faults import FaultError
from designlib.imports import place, read_price_list
from tests.imports.samples import PRICE_LIST
from tests.toy_catalog import FILES, PRICES, part, write

DAY = date(2026, 11, 1)


@pytest.fixture
def shipped(tmp_path):
    return write(tmp_path / "shipped", FILES)


@pytest.fixture
def take(tmp_path, shipped):
    def read(text, name="list.csv", **more):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        catalog = Catalog.load(shipped=shipped)
        return read_price_list(path, catalog, tmp_path / "ours", today=DAY, **more)

    return read


def test_rows_become_prices_and_others_are_told(tmp_path, take, shipped):
    imported = take(PRICE_LIST)
    assert imported.notes == (
        "2 prices taken, 1 rows without a part",
        "row 4: no part of the catalog is called 'toy-sever-2'; did you mean 'toy-server'?",
    )
    place(imported, tmp_path / "ours")
    catalog = Catalog.load(tmp_path / "ours", shipped=shipped)
    price = catalog.price("toy-server")
    assert (price.value, price.unit, price.date) == (1250.5, "USD", "2026-10-01")
    assert price.source == "list.csv, row 2"
    assert catalog.price("toy-gpu").value == 900
    assert [(c.item, c.field) for c in catalog.changes] == [
        ("toy-server", "price purchase"),
        ("toy-gpu", "price purchase"),
    ]


def test_workbook_is_read_like_its_text(tmp_path, take, shipped):
    book = openpyxl.Workbook()
    for row in (
        (None, None),
        ("Part number", "Net price", "Currency", "Date"),
        ("toy-server", 1250.5, "USD", date(2026, 10, 1)),
        (None, None, None, None),
        ("nothing like it", 5, "USD", None),
    ):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    imported = read_price_list(
        tmp_path / "list.xlsx", Catalog.load(shipped=shipped), tmp_path / "ours", today=DAY
    )
    assert "toy-server,purchase,1250.5,1250.5,1250.5,USD,2026,2026-10-01" in imported.text
    assert imported.notes[1].startswith("row 5: no part of the catalog is called 'nothing like it'")


def test_prices_of_other_parts_are_kept(tmp_path, take):
    write(
        tmp_path / "ours",
        {"prices.csv": PRICES + PRICES.splitlines()[1].replace("toy-server", "toy-gpu")},
    )
    text = take("item,price\ntoy-gpu,5\n").text
    assert "toy-server,purchase,1000,900,1100" in text
    assert "toy-gpu,purchase,5,5,5,USD," in text
    assert len(text.splitlines()) == 3


def test_price_without_a_kind_is_of_the_kind_that_the_part_has(take, shipped):
    licence = part("kind: licence\nmetric: per-gpu-year\n")
    row = PRICES.replace("toy-server,purchase", "toy-licence,per-gpu-year")
    row = row.replace(",USD,", ",USD/gpu-year,")
    write(shipped, {"software/toy-licence.yaml": licence, "prices.csv": row})
    assert "toy-licence,per-gpu-year,7,7,7,USD/gpu-year" in take("item,price\ntoy-licence,7\n").text
    rented = part("gpu: toy-gpu\nregion: any\n", gpus_count=8)
    write(shipped, {"cloud/toy-cloud.yaml": rented})
    assert "toy-cloud,per-gpu-hour,2,2,2,USD/gpu-hour" in take("item,price\ntoy-cloud,2\n").text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", ["item: no column for it; expected one of item, id", "value: no column"]),
        ("SKU,prize\ntoy-server,2\n", ["value: no column for it; expected one of value, price"]),
        ("item,price\ntoy-server,free\n", ["2: value: expected a number, found text 'free'"]),
        ("item,price\ntoy-server,-5\n", ["2: value: expected a number >= 0, found -5"]),
        (
            'item,price\ntoy-server,"1.234,50"\n',
            ["2: value: expected a number, found text '1.234,50'"],
        ),
        ("item,price\ntoy-server,\n", ["2: value: required field is missing"]),
        (
            "item,price,currency\ntoy-server,5,EUR\n",
            ["2: unit: expected USD or USD/..., found 'EUR'; catalog prices are in US dollars"],
        ),
        (
            "item,price,date\ntoy-server,5,soon\n",
            ["2: date: expected a date YYYY, YYYY-MM or YYYY-MM-DD, found 'soon'"],
        ),
        (
            "item,price\ntoy-server,5\ntoy-server,6\n",
            ["3: item: toy-server purchase is given twice"],
        ),
        (
            "item,price\ntoy-sever,5\n",
            ["file: no row belongs to a part of the catalog; the first: row 2: no part"],
        ),
        (
            "item,price,quantity\ntoy-server,5,per-gpu-yr\n",
            ["2: quantity: expected purchase for a part of servers, found 'per-gpu-yr'"],
        ),
        ("item,price,low\ntoy-server,5,6\n", ["2: value: expected low <= value <= high"]),
        ("", ["item: no column", "value: no column"]),
    ],
)
def test_wrong_list_is_a_line_a_fault(take, text, says):
    with pytest.raises(FaultError) as error:
        take(text)
    told = [str(fault).partition("list.csv:")[2] for fault in error.value.faults]
    assert len(told) == len(says)
    assert all(word in line for word, line in zip(says, told, strict=True)), told


def test_what_is_no_workbook_is_refused(take):
    with pytest.raises(FaultError, match="expected a CSV file or a workbook"):
        take("x", "list.xlsx")
    with pytest.raises(FaultError, match="expected a CSV file or a workbook"):
        take("x", "list.pdf")
