"""Validate command: what it prints, what it writes, and how it ends."""

import json

import pytest
from typer.testing import CliRunner

from designlib import cli_validate
from designlib.cli import app
from designlib.design import Design
from tests.validate.toy import toy_catalog, toy_design


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return toy_catalog(tmp_path_factory.mktemp("catalog"))


@pytest.fixture
def run(monkeypatch, catalog):
    monkeypatch.setattr(cli_validate, "load_catalog", lambda overlay: catalog)
    return lambda *args: CliRunner().invoke(app, ["validate", *map(str, args)])


def saved(catalog, folder, **how):
    return toy_design(catalog, **how).save(folder / "design.json")


def short_of_servers(tables):
    next(x for x in tables["bill_of_materials"] if x["line_id"] == "L2")["count"] = 1


def test_a_good_design_ends_with_0_and_tells_its_progress(run, catalog, tmp_path):
    done = run(saved(catalog, tmp_path))
    assert done.exit_code == 0, done.output
    assert "promises kept" in done.stdout
    assert "] month" in done.stderr
    # The tightest promise of each layer, with both figures.
    assert all(name in done.stdout for name in ("cabling", "electric", "packing", "stores"))
    assert "servers in service" in done.stdout


def test_stress_says_on_the_screen_what_breaks_first(run, catalog, tmp_path):
    done = run(saved(catalog, tmp_path), "--stress")
    assert "compute: 20% less" in done.stdout
    assert "one leaf of" in done.stdout
    assert "breaks first" in done.stdout


def test_a_broken_promise_ends_with_1_and_is_named(run, catalog, tmp_path):
    done = run(saved(catalog, tmp_path, change=short_of_servers))
    assert done.exit_code == 1
    assert "held: month 6: toy-server-alone: servers in service" in done.stdout


@pytest.mark.parametrize("content", [None, "{", "[]", json.dumps({"schema_version": 99})])
def test_a_bad_file_ends_with_2_and_one_line_a_fault(run, tmp_path, content):
    path = tmp_path / "design.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = run(path)
    assert done.exit_code == 2
    assert str(path) in done.stderr
    assert done.stdout == ""


def test_json_holds_every_promise(run, catalog, tmp_path):
    done = run(saved(catalog, tmp_path), "--json")
    told = json.loads(done.stdout)
    assert told["schema_version"] == 1
    assert told["status"] == "kept"
    assert {"check", "promised", "recomputed", "margin", "kept"} <= told["promises"][0].keys()


def test_files_hold_table_result_and_stress(run, catalog, tmp_path):
    done = run(saved(catalog, tmp_path), "--output", tmp_path / "out", "--stress")
    assert done.exit_code == 0, done.output
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"promises.csv", "validation.json", "stress.csv"}
    told = json.loads((tmp_path / "out" / "validation.json").read_text(encoding="utf-8"))
    assert told["stress"]


def test_ctrl_c_ends_after_the_check_that_runs(run, catalog, tmp_path, monkeypatch):
    def press(name, number, count):
        if number == 2:
            import os
            import signal

            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(cli_validate, "_tell", press)
    done = run(saved(catalog, tmp_path), "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["status"] == "cancelled"
    assert told["checked"] < 10


def test_the_design_is_not_changed(run, catalog, tmp_path):
    path = saved(catalog, tmp_path)
    before = path.read_bytes()
    run(path, "--stress")
    assert path.read_bytes() == before
    assert Design.load(path).name == "Toy"
