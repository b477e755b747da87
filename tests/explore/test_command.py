"""Explore command: the questions of the library, on the command line."""

import json

import pytest
from typer.testing import CliRunner

from designlib.cli import app


@pytest.fixture(scope="module")
def saved(design, tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "design.json"
    design.save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(app, ["explore", *map(str, arguments)])


def test_nothing_asked_is_bad_use(saved):
    result = run(saved)
    assert result.exit_code == 2
    assert "--why-not" in result.stderr


def test_unknown_part_and_unknown_axis_are_refused(saved):
    assert run(saved, "--why-not", "nonesuch").exit_code == 2
    result = run(saved, "--front", "nonesuch")
    assert result.exit_code == 2
    assert "is no axis of this design" in result.stderr


def test_axes_are_listed(saved):
    names = json.loads(run(saved, "--front", "list", "--json").stdout)["front"]["axes"]
    assert names["hall.it_power_kw"] == "IT power of hall [kW]"


def test_alternatives_and_reasons_are_printed(design, saved):
    server = next(r["part_id"] for r in design.tables["candidates"] if r["status"] == "chosen")
    result = run(saved, "--why-not", server, "--alternatives", "1", "--within", "9")
    assert result.exit_code == 0
    assert f"{server} is in the design" in result.stdout
    assert "As many as asked for: 1." in result.stdout
    assert "alternatives 1/1" in result.stderr
