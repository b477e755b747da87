"""Catalog files: what belongs in a catalog folder is read, all else is refused by name."""

import pytest

from designlib.catalog_files import read_shelf
from tests.toy_catalog import CONSTANTS, FILES, GPU, SERVER, write


def told(folder):
    return [str(fault).removeprefix(f"{folder}/") for fault in read_shelf([folder]).faults]


def test_toy_catalog_is_right(tmp_path):
    assert told(write(tmp_path, FILES)) == []


@pytest.mark.parametrize(
    "name", ["README.md", ".hidden", "_table.csv", "briefs/x.yaml", "gpus/a.md"]
)
def test_what_is_no_part_is_left_alone(tmp_path, name):
    assert told(write(tmp_path, {**FILES, name: "x"})) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpu/x.yaml", "gpu: file: unknown file or folder; did you mean 'gpus'?"),
        ("price.csv", "price.csv: file: unknown file or folder; did you mean 'prices.csv'?"),
        ("gpus/x.yml", "gpus/x.yml: file: expected a file that ends in .yaml"),
        ("gpus/deep/x.yaml", "gpus/deep: file: expected a file that ends in .yaml"),
        ("calibration/x.yaml", "calibration/x.yaml: file: expected a file that ends in .csv"),
    ],
)
def test_what_does_not_belong_is_refused(tmp_path, name, says):
    assert told(write(tmp_path, {**FILES, name: "x"})) == [says]


def test_folder_without_a_catalog_is_refused(tmp_path):
    assert "no such folder" in told(tmp_path / "none")[0]
    assert "is a file" in told(write(tmp_path, {"x": ""}) / "x")[0]


def test_id_belongs_to_one_part(tmp_path):
    files = {**FILES, "llms/toy-gpu.yaml": "name: x\n", "servers/toy-gpu.yaml": SERVER}
    lines = told(write(tmp_path, files))
    assert (
        "servers/toy-gpu.yaml:1: id: the id is also used in llms; an id belongs to one part"
        in lines
    )


def test_faulty_part_does_not_make_others_faulty(tmp_path):
    files = {**FILES, "gpus/toy-gpu.yaml": GPU.replace("value: 500", "value: x")}
    lines = told(write(tmp_path, files))
    assert len(lines) == 1
    assert "specs.tdp_w.value" in lines[0]


def test_constant_stands_in_one_table(tmp_path):
    lines = told(write(tmp_path, {**FILES, "calibration/zwei.csv": CONSTANTS}))
    assert lines == [
        "calibration/zwei.csv:2: subject: toy-gpu mfu_frac is given twice; also in toy.csv"
    ]
