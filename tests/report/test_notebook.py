"""Notebook as evidence: charts stay charts, controls become text, and nothing else runs."""

import json

import plotly.graph_objects as go
import pytest
from typer.testing import CliRunner

from designlib.cli import app
from designlib.faults import FaultError
from designlib.report import write_notebook
from tests.report.page import read_page

HOSTILE = "</script><script>alert(1)</script><b>bold</b>"


def output(**data):
    return {"output_type": "display_data", "data": data, "metadata": {}}


def notebook(*outputs, widgets=None):
    """Return a notebook of one text and one executed cell."""
    state = {"application/vnd.jupyter.widget-state+json": {"state": widgets or {}}}
    return {
        "nbformat": 4,
        "metadata": {"widgets": state},
        "cells": [
            {"cell_type": "markdown", "source": ["# A title\n", "and *words*"]},
            {"cell_type": "code", "source": "a < b", "outputs": list(outputs)},
        ],
    }


def page_of(content, folder):
    path = folder / "a.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_page(write_notebook(path, folder / "a.html"))


def test_chart_is_drawn_from_its_numbers(tmp_path):
    chart = json.loads(go.Figure(go.Bar(y=[4711, 2])).update_layout(title=HOSTILE).to_json())
    page = page_of(notebook(output(**{"application/vnd.plotly.v1+json": chart})), tmp_path)
    (figure,) = page.all("figure")
    (spec,) = figure.all("script")
    assert "<" not in spec.code
    assert json.loads(spec.code)["data"][0]["y"] == [4711, 2]
    running = [s for s in page.all("script") if "type" not in s.attributes]
    assert len(running) == 2, "the library and the script of the page"
    assert not [s for s in running if "alert(1)" in s.code]


def test_control_becomes_its_name_and_value(tmp_path):
    widgets = {
        "box": {"state": {"children": ["IPY_MODEL_slider", "IPY_MODEL_menu"]}},
        "slider": {"state": {"description": "Power", "value": 40}},
        "menu": {"state": {"description": "GPU", "index": 1, "_options_labels": ["a", "b"]}},
    }
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "box"}, "text/plain": "VBox()"}
    page = page_of(notebook(output(**view), widgets=widgets), tmp_path)
    assert "Power: 40 GPU: b" in page.all("main")[0].text
    assert "VBox()" not in page.text
    without = page_of(notebook(output(**view)), tmp_path)
    assert "VBox()" in without.text, "without a state, what the notebook says of it"


def test_code_text_and_errors_are_texts_and_scripts_are_left_out(tmp_path):
    page = page_of(
        notebook(
            {"output_type": "stream", "text": [HOSTILE]},
            {"output_type": "error", "traceback": ["\x1b[31mValueError\x1b[0m: " + HOSTILE]},
            output(**{"text/html": "<p>kept</p><script>alert(2)</script>", "text/plain": "x"}),
            output(**{"image/png": "aGk=\n", "text/plain": "a picture"}),
        ),
        tmp_path,
    )
    text = page.all("main")[0].text
    assert "a < b" in text
    assert text.count(HOSTILE) == 2
    assert "ValueError: " in text
    assert "kept" in text
    assert not [s for s in page.all("script") if "alert" in s.code]
    (image,) = page.all("img")
    assert image.attributes["src"] == "data:image/png;base64,aGk="
    assert page.all("em")[0].text == "words"


@pytest.mark.parametrize(
    ("content", "message"),
    [({"nbformat": 3}, "format 4"), ([], "format 4"), (notebook(), "holds no output")],
)
def test_what_is_no_executed_notebook_is_refused(tmp_path, content, message):
    with pytest.raises(FaultError, match=message):
        page_of(content, tmp_path)
    assert not (tmp_path / "a.html").exists()


def test_command_writes_the_page_of_a_notebook(tmp_path):
    path = tmp_path / "evidence.ipynb"
    path.write_text(json.dumps(notebook({"output_type": "stream", "text": "hello"})))
    done = CliRunner().invoke(app, ["report", str(path), "--output", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["evidence.html"]
