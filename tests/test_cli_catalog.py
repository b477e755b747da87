"""Commands of the catalog: one clear answer each, and nothing written where a file is faulty."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import designlib as dl
from designlib.catalog import shipped_folder
from designlib.cli import app
from tests.imports.samples import LLAMA, SERVER
from tests.toy_catalog import write

GPU = next(iter(dl.Catalog.load().gpus.values()))
LIST = f"SKU,Net price\n{GPU.id},12345\nnobody knows it,1\n"


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def files(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.fixture
def inputs(tmp_path):
    return write(
        tmp_path / "in",
        {"device.yaml": SERVER, "llama.json": json.dumps(LLAMA), "list.csv": LIST},
    )


# ---- list, show, diff


def test_list_is_filtered_and_shows_the_columns_asked_for():
    result = run("catalog", "list", "gpus", "--where", "hbm_gb>=141", "--columns", "hbm_gb,price")
    assert result.exit_code == 0
    assert "hbm_gb [GB]" in result.stdout
    assert "key figures" not in result.stdout
    held = {g.id: g.specs.hbm_gb.value for g in dl.Catalog.load().gpus.values()}
    assert any(value < 141 for value in held.values())
    assert all((ident in result.stdout) == (value >= 141) for ident, value in held.items())


def test_list_as_json_is_all_of_stdout():
    result = run("catalog", "list", "gpus", "--json")
    content = json.loads(result.stdout)
    assert content["schema_version"] == 1
    assert {part["id"] for part in content["parts"]} == set(dl.Catalog.load().gpus)
    figures = [figure for part in content["parts"] for figure in part["specs"].values()]
    assert all({"value", "unit", "source", "kind", "date"} <= set(figure) for figure in figures)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--where", "hbm>1"], "did you mean 'hbm_gb'"),
        (["--where", "hbm_gb"], "expected FIELD"),
        (["--columns", "tdp_ww"], "did you mean 'tdp_w'"),
    ],
)
def test_wrong_question_is_bad_use(arguments, word):
    result = run("catalog", "list", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr


def test_show_as_json_holds_sources_and_prices():
    content = json.loads(run("catalog", "show", GPU.id, "--json").stdout)
    assert content["part"]["id"] == GPU.id
    assert set(content["sources"]) == set(GPU.sources)
    assert content["changes"] == []


def test_show_tells_shipped_and_overlaid(tmp_path):
    change = "sources:\n"
    change += (
        "  ours: {title: Our test, published: 2026-02-01, accessed: 2026-02-01, kind: measured}\n"
    )
    change += "specs:\n  hbm_gb: {value: 81.5, source: ours}\n"
    price = "item,quantity,value,low,high,unit,currency_year,date,source,confidence,note\n"
    price += f"{GPU.id},purchase,777,,,USD,2026,2026-02-01,Quote 7,verified,\n"
    write(tmp_path, {f"gpus/{GPU.id}.yaml": change, "prices.csv": price})
    result = run("catalog", "show", GPU.id, "--catalog", tmp_path)
    assert result.exit_code == 0, result.stderr
    text = re.sub(r"[│\s]+", " ", result.stdout)
    assert "shipped -> overlaid" in text
    assert "-> 81.5 GB" in text
    assert "-> 777 USD" in text
    told = json.loads(run("catalog", "show", GPU.id, "--catalog", tmp_path, "--json").stdout)
    assert {c["field"] for c in told["changes"]} == {"specs.hbm_gb", "price purchase"}
    assert "shipped -> overlaid" not in run("catalog", "show", GPU.id).stdout


def test_diff_tells_the_ratio_of_figures():
    a, b = list(dl.Catalog.load().gpus)[:2]
    result = run("catalog", "diff", a, b)
    assert result.exit_code == 0
    assert re.search(r"hbm_gb.*\d x", result.stdout)
    content = json.loads(run("catalog", "diff", a, b, "--json").stdout)
    assert (content["a"], content["b"]) == (a, b)
    assert {"name", "hbm_gb"} <= {d["field"] for d in content["differences"]}


def test_diff_of_an_unknown_part_is_bad_use():
    result = run("catalog", "diff", GPU.id, GPU.id[:-1])
    assert result.exit_code == 2
    assert f"did you mean '{GPU.id}'" in result.stderr


# ---- import


def test_imports_write_one_file_each_and_the_overlay_stays_right(tmp_path, inputs):
    ours = tmp_path / "ours"
    for name in ("device.yaml", "llama.json", "list.csv"):
        result = run("catalog", "import", inputs / name, "--overlay", ours)
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith("wrote ")
    assert files(ours) == [
        "llms/llama.yaml",
        "prices.csv",
        "servers/_nvidia-dgx-a100-640gb.yaml",
    ]
    checked = run("check", ours)
    assert checked.exit_code == 0
    stub = ours / "servers" / "_nvidia-dgx-a100-640gb.yaml"
    assert f"not read until it is filled in and renamed: {stub}" in checked.stderr
    catalog = dl.Catalog.load(ours)
    assert catalog.price(GPU.id).value == 12345
    assert "llama" in catalog.llms


def test_import_says_what_is_missing_and_what_found_no_place(tmp_path, inputs):
    said = run("catalog", "import", inputs / "device.yaml", "--overlay", tmp_path / "o").stdout
    assert re.search(r"missing: .*gpu, .*specs.gpus_count", said)
    said = run("catalog", "import", inputs / "list.csv", "--overlay", tmp_path / "o").stdout
    assert "row 3: no part of the catalog is called 'nobody knows it'" in said


def test_import_never_writes_over_a_part_unless_asked(tmp_path, inputs):
    line = ["catalog", "import", inputs / "llama.json", "--overlay", tmp_path / "ours"]
    assert run(*line).exit_code == 0
    result = run(*line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "exists already; say --replace" in result.stderr
    assert run(*line, "--replace").exit_code == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.yaml", "a: 1\n", "required field of a device type is missing"),
        ("x.yaml", "a: [\n", "not valid YAML"),
        ("x.json", "{}", "required field of a decoder's configuration is missing"),
        ("x.json", "{", "expected JSON"),
        ("x.csv", "a,b\n1,2\n", "no column for it"),
        ("x.xlsx", "none", "expected a CSV file or a workbook"),
        ("x.txt", "a", "expected a .yaml device type, a .json configuration, or a .csv or .xlsx"),
        ("x.pdf", "a", "expected a .yaml device type"),
    ],
)
def test_wrong_import_is_refused_and_writes_nothing(tmp_path, name, content, says):
    path = write(tmp_path, {name: content}) / name
    result = run("catalog", "import", path, "--overlay", tmp_path / "ours")
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert all(line.startswith(str(path)) for line in result.stderr.splitlines())
    assert not (tmp_path / "ours").exists()


@pytest.mark.parametrize("name", ["x.yaml", "x.json", "x.csv", "x.xlsx"])
def test_missing_file_is_bad_use(tmp_path, name):
    result = run("catalog", "import", tmp_path / name, "--overlay", tmp_path / "ours")
    assert result.exit_code == 2
    assert result.stderr.startswith(str(tmp_path / name))
    assert len(result.stderr.splitlines()) == 1


def test_import_refuses_the_shipped_catalog(inputs):
    before = files(shipped_folder())
    for name in ("device.yaml", "llama.json", "list.csv"):
        result = run("catalog", "import", inputs / name, "--overlay", shipped_folder())
        assert result.exit_code == 2
        assert "is the shipped catalog" in result.stderr
    assert files(shipped_folder()) == before


def test_generate_writes_what_an_overlay_cannot_reach(tmp_path):
    result = run("catalog", "generate", "--to", tmp_path)
    assert result.exit_code == 0
    assert {Path(line.removeprefix("wrote ")) for line in result.stdout.splitlines()} == {
        tmp_path / name for name in files(tmp_path)
    }
