"""Catalog: parts, prices and constants are found, overlaid, hashed, frozen and dated."""

import copy
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from designlib.catalog import Catalog, check_path, shipped_folder
from designlib.faults import FaultError
from designlib.schema.plant_parts import FAMILIES
from tests.toy_catalog import CONSTANTS, FILES, GPU, PRICES, SERVER, write


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "toy", FILES)


@pytest.fixture
def catalog(folder):
    return Catalog.load(shipped=folder)


def test_shipped_catalog_is_right():
    catalog = Catalog.load()
    assert all(getattr(catalog, family) for family in FAMILIES)
    assert check_path(shipped_folder()) == []


def test_parts_are_found(catalog):
    assert catalog.part("toy-server") is catalog.servers["toy-server"]
    assert catalog.part("toy-gpu").specs.tdp_w.value == 500
    assert catalog.part("toy-gpu").id == "toy-gpu"
    with pytest.raises(FaultError, match=r"unknown part id; did you mean 'toy-server'\?"):
        catalog.part("toy-sever")


def test_quantity_knows_its_source(catalog):
    gpu = catalog.gpus["toy-gpu"]
    assert gpu.specs.tdp_w.confidence == "verified"
    assert gpu.source_of("tdp_w").title == "Sheet"
    assert "fp4_dense_tflops" not in gpu.quantities()


def test_prices_are_found(catalog):
    price = catalog.price("toy-server")
    assert (price.value, price.low, price.high, price.unit) == (1000, 900, 1100, "USD")
    assert catalog.has_price("toy-server")
    assert not catalog.has_price("toy-gpu")
    with pytest.raises(FaultError, match="no price 'per-gpu-year' in the catalog; it has purchase"):
        catalog.price("toy-server", "per-gpu-year")


def test_constants_are_found(catalog):
    constant = catalog.constant("toy-gpu", "mfu_frac")
    assert (constant.value, constant.low, constant.high) == (0.4, 0.3, 0.5)
    assert catalog.find_constant("toy-gpu", "other_frac") is None
    with pytest.raises(
        FaultError, match=r"no calibration row 'mfu_frac' .*did you mean 'toy-gpu'\?"
    ):
        catalog.constant("toy-gpo", "mfu_frac")


def test_empty_ends_of_a_band_are_the_value(tmp_path):
    row = PRICES.replace("1000,900,1100", "1000,,")
    price = Catalog.load(shipped=write(tmp_path, {**FILES, "prices.csv": row})).price("toy-server")
    assert (price.low, price.high) == (1000, 1000)


def test_overlay_wins(tmp_path, folder, catalog):
    overlay = write(
        tmp_path / "ours",
        {
            "gpus/toy-gpu.yaml": GPU.replace("tdp_w: {value: 500", "tdp_w: {value: 450"),
            "servers/our-server.yaml": SERVER,
            "prices.csv": PRICES.replace("1000,900,1100", "800,,")
            + "our-server,purchase,5,,,USD,2026,2026-01-31,Quote 2,assumption,\n",
            "calibration/ours.csv": CONSTANTS.replace("0.4,0.3,0.5", "0.45,,"),
        },
    )
    ours = Catalog.load(overlay, shipped=folder)
    assert ours.gpus["toy-gpu"].specs.tdp_w.value == 450
    assert set(ours.servers) == {"toy-server", "our-server"}
    assert (ours.price("toy-server").value, ours.price("our-server").value) == (800, 5)
    assert ours.constant("toy-gpu", "mfu_frac").value == 0.45
    assert ours.hash != catalog.hash


def test_overlay_may_point_to_shipped_parts(tmp_path):
    shipped = Catalog.load()
    gpu = next(iter(shipped.gpus))
    overlay = write(tmp_path, {"servers/ours.yaml": SERVER.replace("toy-gpu", gpu)})
    assert Catalog.load(overlay).servers["ours"].gpu == gpu
    assert check_path(overlay) == []


def test_hash_is_of_the_content(tmp_path, catalog):
    other = {**FILES, "gpus/toy-gpu.yaml": "# a remark\n" + GPU.replace("500", "500.0")}
    assert Catalog.load(shipped=write(tmp_path / "b", other)).hash == catalog.hash
    changed = {**FILES, "gpus/toy-gpu.yaml": GPU.replace("value: 500", "value: 501")}
    assert Catalog.load(shipped=write(tmp_path / "c", changed)).hash != catalog.hash


def test_catalog_is_frozen(catalog):
    with pytest.raises(FrozenInstanceError):
        catalog.hash = ""
    with pytest.raises(TypeError):
        catalog.gpus["x"] = catalog.gpus["toy-gpu"]
    with pytest.raises(ValidationError):
        catalog.gpus["toy-gpu"].specs.tdp_w.value = 1


def test_catalog_can_be_copied(catalog):
    again = copy.deepcopy(catalog)
    assert again.hash == catalog.hash
    assert again.gpus == catalog.gpus


def test_what_nobody_looked_at_for_a_year_is_stale(catalog):
    assert catalog.stale(date(2027, 1, 31)) == ()
    told = [(item.where, item.date) for item in catalog.stale(date(2027, 2, 1))]
    assert ("toy-gpu: sources.ds", "2026-01-31") in told
    assert ("toy-server purchase", "2026-01-31") in told
    assert ("toy-gpu mfu_frac", "2026-01-31") in told
    assert len(catalog.stale(date(2026, 4, 1), months=2)) == len(told)


@pytest.mark.parametrize(
    ("path", "count"),
    [("", 2), ("gpus", 1), ("gpus/toy-gpu.yaml", 1), ("servers", 0), ("prices.csv", 1)],
)
def test_check_tells_the_faults_of_its_path(tmp_path, monkeypatch, path, count):
    broken = {
        "gpus/toy-gpu.yaml": GPU.replace("tdp_w", "tdp_kw"),
        "prices.csv": PRICES.replace("USD", "EUR"),
    }
    folder = write(tmp_path / "toy", {**FILES, **broken})
    faults = check_path(folder / path)
    assert len(faults) == count
    assert all(fault.file.startswith(str(folder / path)) for fault in faults)
    monkeypatch.chdir(folder)
    assert [fault.line for fault in check_path(path or ".")] == [fault.line for fault in faults]
    assert all(not Path(fault.file).is_absolute() for fault in check_path(path or "."))


def test_check_refuses_what_is_no_catalog(tmp_path, folder):
    assert "no such file or folder" in str(check_path(tmp_path / "none")[0])
    assert "no catalog here" in str(check_path(write(tmp_path / "e", {"x.txt": ""}))[0])
    write(folder, {"notes.txt": "x"})
    assert "unknown file or folder" in str(check_path(folder / "notes.txt")[0])
    write(folder, {"briefs/mine.yaml": "name: x\n"})
    assert "is no catalog file" in str(check_path(folder / "briefs" / "mine.yaml")[0])


def test_installed_catalog_stands_in_the_package(tmp_path, monkeypatch):
    monkeypatch.setattr("designlib.schema.shipped._PACKAGE", tmp_path / "designlib")
    assert shipped_folder() == tmp_path / "catalogs"
    write(tmp_path / "designlib" / "_catalogs", FILES)
    assert shipped_folder() == tmp_path / "designlib" / "_catalogs"
    assert set(Catalog.load().servers) == {"toy-server"}


def test_constant_of_a_gpu_may_be_its_kins(tmp_path):
    kin = GPU.replace("tee: true\n", "tee: true\ncalibrated_as: toy-gpu\n")
    files = {**FILES, "gpus/toy-kin.yaml": kin}
    files["calibration/toy.csv"] = CONSTANTS.replace("\ntoy,", "\ntoy-gpu,") + (
        "toy-kin,other_frac,0.2,,,1,2026-01-31,Run 2,verified,\n"
    )
    catalog = Catalog.load(shipped=write(tmp_path / "kin", files))
    assert catalog.constant("toy-kin", "mfu_frac").value == 0.4
    assert catalog.constant("toy-kin", "other_frac").value == 0.2
    assert catalog.find_constant("toy-gpu", "other_frac") is None
    files["gpus/toy-kin.yaml"] = kin.replace("calibrated_as: toy-gpu", "calibrated_as: toy-gp")
    with pytest.raises(FaultError, match=r"calibrated_as: unknown GPU id 'toy-gp'"):
        Catalog.load(shipped=write(tmp_path / "kin", files))
