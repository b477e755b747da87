"""Notebook: an executed notebook as evidence; charts still move, controls are frozen to text."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any, Final

from designlib.design import write_atomic
from designlib.design.files import parse_json, read_text, refuse
from designlib.report.figures import script_safe
from designlib.report.page import render

PLOTLY: Final = "application/vnd.plotly.v1+json"
VIEW: Final = "application/vnd.jupyter.widget-view+json"
STATE: Final = "application/vnd.jupyter.widget-state+json"
PICTURES: Final = ("image/png", "image/jpeg", "image/svg+xml")
FORMAT: Final = 4
HEIGHT_PX: Final = 420
COLOR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
SCRIPT: Final = re.compile(r"<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
ANCHOR: Final = re.compile(r"<a class=\"anchor-link\".*?</a>", re.DOTALL)
NESTED_MAX: Final = 12
"""Depth to which controls in controls are read. [1]"""


@dataclass(frozen=True)
class Part:
    """A piece of a page: ``kind`` says how the template shows it.

    Attributes
    ----------
    kind : str
        ``markup`` (already a page's), ``code``, ``text``, ``picture`` or ``chart``.
    content : str
        Markup, text, address of the picture, or the chart as JSON safe inside a script element.
    title : str
        What a chart or a picture shows.
    name : str
        Id of a chart.
    height : int
        Height of a chart. [px]
    """

    kind: str
    content: str
    title: str = ""
    name: str = ""
    height: int = 0


def write_notebook(notebook: str | Path, path: str | Path) -> Path:
    """Write an executed notebook as a page that opens without a network.

    Parameters
    ----------
    notebook : str or Path
        The notebook; what is none, or was never run, raises ``FaultError``.
    path : str or Path
        File to write, completely or not at all; its folder exists.

    Returns
    -------
    Path
        The file. Charts are drawn by the library inside the page; of a control its value is shown;
        no other script runs.
    """
    content = parse_json(read_text(notebook), notebook)
    if not isinstance(content, dict) or content.get("nbformat") != FORMAT:
        refuse(notebook, None, f"expected a notebook of format {FORMAT}")
    cells = content.get("cells") or []
    if not any(cell.get("outputs") for cell in cells):
        refuse(notebook, None, "it holds no output: run it and save it first")
    parts = list(_parts(cells, content.get("metadata", {})))
    name = Path(notebook).stem
    drawn = any(part.kind == "chart" for part in parts)
    page = render("notebook.html.j2", name, {"parts": parts, "brief": ""}, with_charts=drawn)
    return write_atomic(path, page)


def _parts(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> Iterator[Part]:
    # It takes longer to read than all the rest of a workbench, which shows no notebooks.
    from nbconvert.filters import markdown2html

    state = metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    charts = 0
    for cell in cells:
        source = _text(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            yield _markup(markdown2html(source))
        elif cell.get("cell_type") == "code":
            if source.strip():
                yield Part("code", source)
            for output in cell.get("outputs", []):
                part = _output(output, state, charts)
                charts += part is not None and part.kind == "chart"
                if part is not None:
                    yield part


def _plain(text: str) -> str:
    """Return a text of a terminal without its colors."""
    return COLOR.sub("", text)


def _markup(text: str) -> Part:
    """Return markup that is shown as it is; scripts would not run here, so they are left out."""
    text = SCRIPT.sub("", text)
    # A corner of a table is no heading, and a page has no use for the anchors of a notebook.
    return Part("markup", ANCHOR.sub("", text.replace("<th></th>", "<td></td>")))


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value or "")


def _output(output: dict[str, Any], state: dict[str, Any], charts: int) -> Part | None:
    """Return what an output shows, in the richest form that needs no kernel."""
    if output.get("output_type") == "stream":
        return Part("text", _plain(_text(output.get("text"))))
    if output.get("output_type") == "error":
        return Part("text", _plain("\n".join(output.get("traceback", []))))
    data = output.get("data", {})
    if VIEW in data:
        told = "\n".join(_frozen(str(data[VIEW].get("model_id")), state))
        return Part("text", told or _text(data.get("text/plain")) or "a control")
    if PLOTLY in data:
        return _chart(data[PLOTLY], charts)
    if "text/html" in data:
        return _markup(_text(data["text/html"]))
    for kind in PICTURES:
        if kind in data:
            return Part("picture", _address(kind, _text(data[kind])), _text(data.get("text/plain")))
    return Part("text", _text(data["text/plain"])) if "text/plain" in data else None


def _chart(spec: dict[str, Any], charts: int) -> Part:
    layout = dict(spec.get("layout") or {})
    title = layout.get("title") or {}
    told = title.get("text") if isinstance(title, dict) else title
    alt = (layout.get("meta") or {}).get("alt") if isinstance(layout.get("meta"), dict) else None
    height = int(layout.get("height") or HEIGHT_PX)
    text = json.dumps({"data": spec.get("data", []), "layout": layout | {"height": height}})
    words = unescape(str(alt or told or f"Chart {charts + 1}"))
    return Part("chart", script_safe(text), words, f"n{charts + 1}", height)


def _address(kind: str, content: str) -> str:
    """Return a picture as an address that holds it."""
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    return f"data:{kind};base64,{content.replace(chr(10), '')}"


def _frozen(model: str, state: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield what a control and those inside it say: name and value, one a line."""
    held = state.get(model.removeprefix("IPY_MODEL_"), {}).get("state", {})
    if not held or depth > NESTED_MAX:
        return
    label, options = held.get("description"), held.get("_options_labels")
    if options and isinstance(held.get("index"), int):
        yield f"{label or 'choice'}: {options[held['index']]}"
    elif held.get("value") not in (None, ""):
        yield f"{label}: {held['value']}" if label else str(held["value"])
    for child in held.get("children", []):
        yield from _frozen(str(child), state, depth + 1)
