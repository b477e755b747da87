"""Catalog overlay: one field, one price or a whole part, each told as shipped and overlaid."""

import hashlib
from pathlib import Path

import pytest

from designlib.catalog import Catalog, check_path
from designlib.faults import FaultError
from tests.toy_catalog import CONSTANTS, FILES, GPU, PRICES, SERVER, part, write

OURS = (
    "sources:\n"
    "  ours: {title: Our test, published: 2026-02-01, accessed: 2026-02-01, kind: measured}\n"
)
CHANGE = OURS + "specs:\n  tdp_w: {value: 450, source: ours}\n"
SWITCH = part(
    "technology: ethernet\nroles: [compute]\nrdma: true\ncage: osfp\n",
    radix_ports=64,
    port_gbit_s=400,
    cages_count=32,
    height_u=2,
    power_max_kw=2,
    power_typical_kw=1,
    weight_kg=20,
    lead_weeks=10,
    install_weeks=1,
)


@pytest.fixture
def shipped(tmp_path):
    return write(tmp_path / "shipped", {**FILES, "switches/toy-switch.yaml": SWITCH})


@pytest.fixture
def lay(tmp_path, shipped):
    return lambda files: Catalog.load(write(tmp_path / "ours", files), shipped=shipped)


def refused(lay, files):
    with pytest.raises(FaultError) as error:
        lay(files)
    return [str(fault).partition("/ours/")[2] for fault in error.value.faults]


def test_one_field_changes_and_all_else_stays(lay, shipped):
    before, after = Catalog.load(shipped=shipped), lay({"gpus/toy-gpu.yaml": CHANGE})
    gpu = after.gpus["toy-gpu"]
    assert gpu.specs.tdp_w.value == 450
    assert gpu.source_of("tdp_w").title == "Our test"
    assert gpu.source_of("hbm_gb").title == "Sheet"
    assert gpu.specs.hbm_gb == before.gpus["toy-gpu"].specs.hbm_gb
    (change,) = after.changes
    assert (change.item, change.field) == ("toy-gpu", "specs.tdp_w")
    assert (change.shipped, change.overlaid) == ("500 W (Sheet)", "450 W (Our test)")
    assert change.file.endswith("ours/gpus/toy-gpu.yaml")
    assert before.changes == ()


def test_field_outside_the_figures_changes(lay):
    catalog = lay({"gpus/toy-gpu.yaml": "tee: false\n"})
    assert [(c.field, c.shipped, c.overlaid) for c in catalog.changes] == [("tee", "True", "False")]


def test_optional_figure_can_be_taken_away(lay):
    catalog = lay({"gpus/toy-gpu.yaml": "specs: {fp8_dense_tflops: null}\n"})
    assert catalog.gpus["toy-gpu"].specs.fp8_dense_tflops is None
    assert [(c.field, c.overlaid) for c in catalog.changes] == [("specs.fp8_dense_tflops", "-")]


def test_whole_part_takes_the_place_of_the_shipped_one(lay):
    text = GPU.replace("  fp8_dense_tflops: {value: 200, source: ds}\n", "")
    catalog = lay({"gpus/toy-gpu.yaml": text, "servers/ours.yaml": SERVER})
    assert catalog.gpus["toy-gpu"].specs.fp8_dense_tflops is None
    assert [(c.item, c.field) for c in catalog.changes] == [
        ("toy-gpu", "specs.fp8_dense_tflops"),
        ("ours", "part"),
    ]


def test_prices_and_constants_are_told(lay):
    rows = PRICES.replace("1000,900,1100", "800,,") + PRICES.splitlines()[1].replace(
        "toy-server", "toy-gpu"
    )
    catalog = lay({"prices.csv": rows, "calibration/a.csv": CONSTANTS.replace("0.4", "0.45")})
    told = {(c.item, c.field): (c.shipped, c.overlaid) for c in catalog.changes}
    assert told["toy-server", "price purchase"] == (
        "1,000 USD [900 to 1,100] (Quote 1, 2026-01-31)",
        "800 USD (Quote 1, 2026-01-31)",
    )
    assert told["toy-gpu", "price purchase"][0] == "-"
    assert told["toy-gpu", "mfu_frac"][0].startswith("0.4 [0.3 to 0.5]")
    assert lay({"prices.csv": PRICES, "calibration/a.csv": CONSTANTS}).changes == ()


def test_retired_part_is_offered_no_more(lay):
    catalog = lay({"switches/toy-switch.yaml": "retired: bought up\n"})
    (change,) = catalog.changes
    assert (change.shipped, change.overlaid) == ("shipping", "end-of-sale, retired: bought up")
    offered, out = catalog.offered()
    assert "toy-switch" in catalog.switches
    assert "toy-switch" not in offered.switches
    assert [part.id for part in out] == ["toy-switch"]


def test_what_is_owned_stays_when_it_is_retired(lay):
    files = {"gpus/toy-gpu.yaml": "retired: we own some\n"}
    offered, out = lay(files).offered()
    assert offered.gpus["toy-gpu"].status == "end-of-sale"
    assert out == ()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "gpus/toy-gpuu.yaml",
            "retired: old\n",
            "gpus/toy-gpuu.yaml:1: id: gpus has no shipped part 'toy-gpuu' to change;"
            " did you mean 'toy-gpu'?; a new part needs name, vendor, status",
        ),
        (
            "servers/toy-gpu.yaml",
            "retired: old\n",
            "servers/toy-gpu.yaml:1: id: servers has no shipped part 'toy-gpu' to change;"
            " it stands in gpus; a new part needs name, vendor, status",
        ),
        (
            "gpus/toy-gpu.yaml",
            OURS + "specs:\n  tdp_kw: {value: 1, source: ours}\n",
            "gpus/toy-gpu.yaml:4: specs.tdp_kw: unknown field; its unit is [W]: write 'tdp_w'",
        ),
        (
            "gpus/toy-gpu.yaml",
            "tea: true\n",
            "gpus/toy-gpu.yaml:1: tea: unknown field; did you mean 'tee'?",
        ),
        (
            "gpus/toy-gpu.yaml",
            "specs:\n  tdp_w: {value: 450}\n",
            "gpus/toy-gpu.yaml:2: specs.tdp_w.source: required field is missing",
        ),
        (
            "gpus/toy-gpu.yaml",
            CHANGE.replace("ours", "ds"),
            "gpus/toy-gpu.yaml:2: sources.ds: the shipped part has a source of this key; figures"
            " that you did not change point there, so give yours another key",
        ),
        (
            "gpus/toy-gpu.yaml",
            "retired: true\n",
            "gpus/toy-gpu.yaml:1: retired: expected text that says why, found True",
        ),
        (
            "gpus/toy-gpu.yaml",
            "retired: old\nstatus: shipping\n",
            "gpus/toy-gpu.yaml:2: status: a retired part is end-of-sale; leave it out",
        ),
        ("gpus/toy-gpu.yaml", "{}\n", "gpus/toy-gpu.yaml:1: file: the file changes nothing"),
        (
            "prices.csv",
            PRICES.replace("toy-server", "toy-sever"),
            "prices.csv:2: item: unknown part id 'toy-sever'; did you mean 'toy-server'?",
        ),
    ],
)
def test_wrong_change_is_one_line(lay, name, text, says):
    assert refused(lay, {name: text}) == [says]


def test_change_that_makes_a_shipped_part_wrong_is_refused(tmp_path, shipped, monkeypatch):
    monkeypatch.setattr("designlib.catalog.shipped_folder", lambda: shipped)
    text = "specs:\n  tdp_w: {value: 1000, source: ds}\n"
    overlay = write(tmp_path / "ours", {"gpus/toy-gpu.yaml": text})
    (fault,) = check_path(overlay)
    assert fault.file == str(shipped / "servers/toy-server.yaml")
    assert fault.message == "expected at least gpus_count x tdp_w = 8 kW, found 7"
    assert check_path(shipped) == []


def test_change_of_a_faulty_part_tells_the_fault_of_the_part_alone(tmp_path):
    broken = {**FILES, "gpus/toy-gpu.yaml": GPU.replace("value: 500", "value: x")}
    overlay = write(tmp_path / "ours", {"gpus/toy-gpu.yaml": CHANGE})
    with pytest.raises(FaultError) as error:
        Catalog.load(overlay, shipped=write(tmp_path / "shipped", broken))
    # The change mends the figure that was wrong, so nothing is left of the fault but its line.
    assert ["shipped" in fault.file for fault in error.value.faults] == [True]


def test_nothing_is_written_by_reading(tmp_path, lay, shipped):
    files = {"prices.csv": PRICES.replace("1000,900,1100", "31337,,")}
    lay(files)
    held = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert held == {
        Path("ours/prices.csv"),
        *(path.relative_to(tmp_path) for path in shipped.rglob("*") if path.is_file()),
    }
    assert not any(b"31337" in path.read_bytes() for path in shipped.rglob("*") if path.is_file())


def test_hash_follows_the_numbers_and_not_the_form(lay, shipped):
    by_change = lay({"gpus/toy-gpu.yaml": CHANGE})
    whole = GPU.replace("tdp_w: {value: 500, source: ds}", "tdp_w: {value: 450, source: ours}")
    whole = whole.replace("sources:\n", OURS)
    assert lay({"gpus/toy-gpu.yaml": whole}).hash == by_change.hash
    assert len(by_change.hash) == len(hashlib.sha256().hexdigest())


OWN_PRICE = (
    "prices:\n"
    "  - {quantity: purchase, value: 5, currency_year: 2026, date: 2026-01-31, source: ds}\n"
)


def test_price_in_the_file_of_a_shipped_part_can_be_replaced(tmp_path):
    shipped = write(tmp_path / "shipped", {**FILES, "gpus/toy-gpu.yaml": GPU + OWN_PRICE})
    row = PRICES.splitlines()[1].replace("toy-server", "toy-gpu")
    table = PRICES.splitlines()[0] + "\n" + row + "\n"
    by_row = {"prices.csv": table, "gpus/toy-gpu.yaml": "tee: false\n"}
    by_file = {"gpus/toy-gpu.yaml": OWN_PRICE.replace("5", "6")}
    for name, files, value in (("a", by_row, 1000), ("b", by_file, 6)):
        catalog = Catalog.load(write(tmp_path / name, files), shipped=shipped)
        assert catalog.price("toy-gpu").value == value
        told = {c.field: c for c in catalog.changes}
        assert set(told) <= {"tee", "price purchase"}
        change = told["price purchase"]
        assert change.shipped == "5 USD (Sheet, 2026-01-31)"
