"""Command line of the documents: whole files, clear refusals, and a report that asks again."""

import json

import pytest
from typer.testing import CliRunner

from designlib.cli import app
from designlib.report import read_brief
from tests.toy_design import toy_design


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def saved(tmp_path):
    return toy_design().save(tmp_path / "design.json")


def test_report_writes_all_documents_and_keeps_the_design(saved, tmp_path):
    result = run("report", saved, "--output", tmp_path)
    assert result.exit_code == 0, result.output
    assert {p.name for p in tmp_path.iterdir()} == {
        "design.json", "report.html", "bill_of_materials.xlsx", "rfq.zip",
    }  # fmt: skip
    assert read_brief(tmp_path / "report.html") == toy_design().brief


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema_version": 99}'])
def test_what_is_no_design_is_refused_and_nothing_is_written(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    result = run("report", path, "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "broken.json" in result.stderr
    assert not (tmp_path / "out").exists()


def test_compare_prints_and_writes(saved, tmp_path):
    other = toy_design(status="optimal", name="Other").save(tmp_path / "other.json")
    result = run("compare", saved, other, "--output", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["change"] == 0
    assert told["bridge"] == []
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["comparison.html"]
    assert "no decision changed" in run("compare", saved, other).stdout


def test_two_currencies_are_refused(saved, tmp_path):
    other = toy_design(currency="EUR").save(tmp_path / "other.json")
    result = run("compare", saved, other, "--output", tmp_path / "out")
    assert result.exit_code == 2
    assert "USD and EUR" in result.stderr
    assert not (tmp_path / "out").exists()
