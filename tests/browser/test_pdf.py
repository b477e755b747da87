"""PDF: a report is printed where there is a browser, and refused in words where there is none."""

import pytest
from typer.testing import CliRunner

from designlib.cli import app
from designlib.faults import FaultError
from designlib.report import write_pdf, write_report
from tests.toy_design import toy_design


def test_report_is_printed_with_every_page(tmp_path):
    page = write_report(toy_design(), tmp_path / "report.html")
    path = write_pdf(page, tmp_path / "report.pdf")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 100_000, "charts are drawn"
    assert {p.name for p in tmp_path.iterdir()} == {"report.html", "report.pdf"}


def test_without_a_browser_the_command_says_so_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    saved = toy_design().save(tmp_path / "design.json")
    done = CliRunner().invoke(app, ["report", str(saved), "--output", str(tmp_path), "--pdf"])
    assert done.exit_code == 2
    assert "no browser" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["design.json"]


def test_a_browser_that_fails_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/bin/false")
    page = tmp_path / "report.html"
    page.write_text("<!doctype html><title>x</title>", encoding="utf-8")
    with pytest.raises(FaultError, match="/bin/false did not print it"):
        write_pdf(page, tmp_path / "report.pdf")
