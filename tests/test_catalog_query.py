"""Catalog query: conditions pick parts, and two parts differ where their values do."""

import pytest

from designlib.catalog import Catalog
from designlib.catalog_query import as_json, cell, conditions, differences, select
from designlib.faults import FaultError
from tests.toy_catalog import FILES, GPU, write


@pytest.fixture
def catalog(tmp_path):
    other = GPU.replace("value: 500", "value: 700").replace("vendor: Toy Works", "vendor: Rival")
    other = other.replace("tee: true", "tee: false")
    return Catalog.load(shipped=write(tmp_path, {**FILES, "gpus/other-gpu.yaml": other}))


def picked(catalog, *texts, family=None):
    found = select(catalog, family, conditions(texts))
    return {part.id for parts in found.values() for part in parts}


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (["tdp_w>=500"], {"toy-gpu", "other-gpu"}),
        (["tdp_w>500"], {"other-gpu"}),
        (["tdp_w < 700"], {"toy-gpu"}),
        (["tdp_w<=500"], {"toy-gpu"}),
        (["tdp_w=700.0"], {"other-gpu"}),
        (["tdp_w!=700"], {"toy-gpu"}),
        (["vendor=rival"], {"other-gpu"}),
        (["tee=false"], {"other-gpu"}),
        (["tdp_w>=500", "vendor=Rival"], {"other-gpu"}),
        (["compute_technologies=infiniband"], {"toy-server"}),
        (["price>=1000"], {"toy-server"}),
        (["price<1000"], set()),
        (["id=toy-rack"], {"toy-rack"}),
        (["fp4_dense_tflops>=1"], set()),
    ],
)
def test_conditions_pick_parts(catalog, texts, ids):
    assert picked(catalog, *texts) == ids


@pytest.mark.parametrize(
    ("family", "texts", "says"),
    [
        ("gpu", [], "unknown family; expected gpus, .*; did you mean 'gpus'"),
        (None, ["tdp>1"], r"tdp: no such field of any family; did you mean 'tdp_w'\?"),
        ("servers", ["tdp_w>1"], "tdp_w: no such field of servers"),
        (None, ["tdp_w~1"], "expected FIELD, one of"),
        (None, ["tdp_w>much"], "tdp_w: expected a number, found 'much'"),
    ],
)
def test_wrong_condition_is_refused(catalog, family, texts, says):
    with pytest.raises(FaultError, match=says):
        picked(catalog, *texts, family=family)


def test_cell_is_what_the_part_says(catalog):
    gpu = catalog.gpus["toy-gpu"]
    assert [cell(catalog, gpu, name) for name in ("id", "tdp_w", "vendor")] == [
        "toy-gpu",
        500,
        "Toy Works",
    ]
    assert cell(catalog, gpu, "price") is None
    assert cell(catalog, catalog.servers["toy-server"], "price") == 1000


def test_parts_differ_where_their_values_do(catalog):
    found = {d.field: d for d in differences(catalog, "toy-gpu", "other-gpu")}
    assert set(found) == {"vendor", "tee", "tdp_w"}
    assert (found["tdp_w"].a, found["tdp_w"].b, found["tdp_w"].unit) == ("500", "700", "W")
    assert found["tdp_w"].ratio == 1.4
    assert found["vendor"].ratio is None
    assert differences(catalog, "toy-gpu", "toy-gpu") == []
    across = {d.field: (d.a, d.b) for d in differences(catalog, "toy-gpu", "toy-server")}
    assert across["tdp_w"] == ("500", "")
    assert across["price purchase"] == ("", "1000")
    with pytest.raises(FaultError, match="unknown part id; did you mean 'toy-gpu'"):
        differences(catalog, "toy-gpu", "toy-gp")


def test_json_states_source_date_and_confidence(catalog):
    told = as_json(catalog, catalog.gpus["toy-gpu"])
    assert (told["folder"], told["family"]) == ("gpus", "T100")
    assert told["specs"]["tdp_w"] == {
        "value": 500,
        "unit": "W",
        "source": "Sheet",
        "kind": "vendor-datasheet",
        "date": "2026-01-31",
        "confidence": "verified",
    }
    assert as_json(catalog, catalog.servers["toy-server"])["prices"][0]["value"] == 1000
