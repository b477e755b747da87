"""Predict from the command line: whole files or none, and one clear line for a fault."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from designlib.cli import app

MEASURED = Path(__file__).parent / "data" / "training_measured.csv"


def run(*arguments):
    return CliRunner().invoke(app, ["predict", *map(str, arguments)])


def test_predictions_are_written_and_a_budget_is_told(tmp_path):
    output = tmp_path / "out.csv"
    found = run("training", MEASURED, "--output", output, "--explain", "T-7b0aaf0")
    assert found.exit_code == 0, found.output
    lines = output.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("id,tokens_per_s_per_gpu,low_tokens_per_s_per_gpu,")
    assert len(lines) == len(MEASURED.read_text(encoding="utf-8").splitlines())
    assert "pipeline bubble" in found.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("trainingg", MEASURED, "--output", "x.csv"), "did you mean 'training'?"),
        (("training", "none.csv", "--output", "x.csv"), "no such file"),
        (("training", MEASURED), "expected --output or --explain"),
        (
            ("training", MEASURED, "--explain", "T-7b0aaf1"),
            "no such row; did you mean 'T-7b0aaf0'?",
        ),
        (("training", MEASURED, "--output", "no/such/x.csv"), "no such folder"),
    ],
)
def test_bad_use_is_one_line_and_code_two(arguments, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = run(*arguments)
    assert found.exit_code == 2
    assert told in found.output
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_file_writes_nothing(tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,gpu\na,H100\n", encoding="utf-8")
    found = run("training", source, "--output", output)
    assert found.exit_code == 2
    assert "required column is missing" in found.output
    assert not output.exists()
