"""Asked again: a report carries its brief, and the same search gives the same answer."""

import json

import pytest
from typer.testing import CliRunner

from designlib.cli import app
from tests.shipped_designs import GAP


def test_a_report_is_optimized_to_the_same_objective(design, page, tmp_path):
    words = ["optimize", str(page), "--gap", str(GAP), "--output", str(tmp_path), "--json"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["objective"] == pytest.approx(design.certificate["objective"], rel=1e-9)
    assert (tmp_path / "design.json").is_file()
