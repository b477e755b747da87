"""Exports: all are discovered, each says why it is left out, and files are whole or not there."""

import json
import re
import stat
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from designlib.cli import app
from designlib.faults import FaultError
from designlib.report import exports
from tests.source import PACKAGE

FOLDER = PACKAGE / "report" / "exports"
RUN = CliRunner()


def test_every_file_of_the_folder_is_an_export():
    files = {p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_")}
    assert set(exports.names()) == files


def test_every_export_gives_files_or_is_left_out_for_a_reason(design, catalog):
    found = exports.exports(design, catalog)
    assert found.files.keys() | found.left_out.keys() == set(exports.names())
    assert not found.files.keys() & found.left_out.keys()
    names = [name for files in found.files.values() for name in files]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9][\w.-]*(/[a-z0-9][\w.-]*)*", name) for name in names)
    assert all(text.endswith("\n") for files in found.files.values() for text in files.values())


def test_orchestration_decides_for_its_own_exports(design, catalog):
    found = exports.exports(design, catalog)
    for name in set(exports.names()) & catalog.software.keys():
        assert (name in found.files) == (name in design.summary["orchestration"])


def test_same_design_gives_the_same_files(one, catalog):
    assert exports.exports(one, catalog) == exports.exports(one, catalog)


def test_day_of_decision_is_that_of_the_latest_price(one):
    dates = [line["price_date"] for line in one.tables["bill_of_materials"]]
    assert exports.day_of(one) == date.fromisoformat(max(d for d in dates if len(d) == 10))


def test_unknown_export_is_refused_with_the_nearest(one, catalog):
    with pytest.raises(FaultError, match="did you mean 'netbox'"):
        exports.exports(one, catalog, ["netbocks"])


def test_missing_part_is_refused_by_name(one, catalog):
    content = json.loads(json.dumps(one.to_dict()))
    content["tables"]["placement"][0]["part_id"] = "no-such-part"
    broken = type(one).from_dict(content)
    with pytest.raises(FaultError, match="the catalog has no no-such-part"):
        exports.exports(broken, catalog)


def test_fabric_that_cannot_be_wired_is_refused(one, catalog):
    content = json.loads(json.dumps(one.to_dict()))
    content["summary"]["fabrics"][0]["leaf"] += 1
    with pytest.raises(FaultError, match=r"summary\.fabrics\.compute: "):
        exports.exports(type(one).from_dict(content), catalog, ["cables"])


def test_scripts_may_be_run(tmp_path):
    found = exports.Exported({"x": {"run.sh": "#!/bin/sh\n", "a/b.txt": "b\n"}})
    written = exports.write(found, tmp_path)
    assert [p.relative_to(tmp_path) for p in written] == [Path("run.sh"), Path("a/b.txt")]
    assert written[0].stat().st_mode & stat.S_IXUSR
    assert not written[1].stat().st_mode & stat.S_IXUSR


@pytest.fixture
def saved(one, tmp_path):
    return str(one.save(tmp_path / "design.json"))


def test_command_writes_the_files_that_it_names(saved, tmp_path):
    folder = tmp_path / "out"
    ran = RUN.invoke(app, ["export", saved, "--output", str(folder), "--json"])
    assert ran.exit_code == 0, ran.output
    said = json.loads(ran.stdout)
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == {name for names in said["files"].values() for name in names}
    assert said["files"].keys() | said["left_out"].keys() == set(exports.names())


def test_command_writes_only_what_is_asked_for(saved, tmp_path):
    folder = tmp_path / "out"
    words = ["--only", "calendar", "--only", "cables", "--start-date", "2026-05-01"]
    ran = RUN.invoke(app, ["export", saved, "--output", str(folder), *words])
    assert ran.exit_code == 0, ran.output
    assert {p.name for p in folder.iterdir()} == {"orders.ics", "cables.csv", "cable_counts.csv"}
    assert "month 0 is 2026-05-01" in re.sub(r"\r?\n ", "", (folder / "orders.ics").read_text())


@pytest.mark.parametrize(
    "words", [["--only", "nothing"], ["--start-date", "soon"], ["--catalog", "no/such/folder"]]
)
def test_bad_use_ends_with_2_and_writes_nothing(saved, tmp_path, words):
    ran = RUN.invoke(app, ["export", saved, "--output", str(tmp_path / "out"), *words])
    assert ran.exit_code == 2
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_design_is_refused(tmp_path):
    (tmp_path / "x.json").write_text("{")
    ran = RUN.invoke(app, ["export", str(tmp_path / "x.json"), "--output", str(tmp_path / "out")])
    assert ran.exit_code == 2
    assert "x.json:1: file: expected JSON" in ran.stderr
