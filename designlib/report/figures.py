"""Figures: every chart of the library at its place in the report, with its data and its meaning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from designlib.charts import charts, data
from designlib.design import Design
from designlib.report import words
from designlib.report.grid import Cell, Column, Group, Table
from designlib.report.words import number

CHAPTERS: Final = {
    "schedule": "bill",
    "balance": "balance",
    "cost_by_layer": "cost",
    "waterfall": "cost",
    "cash": "cost",
    "break_even": "cost",
    "growth": "growth",
    "triggers": "growth",
    "fleet": "growth",
    "racks": "racks",
    "network": "racks",
    "oversubscription": "racks",
    "candidates": "why-not",
}
"""The chapter of a chart; a chart without one stands in a chapter of its own."""

FURTHER: Final = "further"


HEIGHT_PX: Final = 360
LIFTED_PX: Final = 28
"""Height of the title, which stands above the chart as text of the page and wraps like it."""


@dataclass(frozen=True)
class Figure:
    """A chart as the page needs it.

    Attributes
    ----------
    name : str
        Name of the chart, unique in the page.
    title : str
        What the chart answers.
    alt : str
        What the chart shows, in words.
    height, width_min : int
        Height, and the width below which the chart scrolls. [px].
    content : str
        Traces and layout as JSON that is safe inside a script element.
    data : Table
        The numbers that are drawn.
    """

    name: str
    title: str
    alt: str
    height: int
    width_min: int
    content: str
    data: Table


def figures(design: Design) -> dict[str, list[Figure]]:
    """Return all charts of a design by chapter."""
    found: dict[str, list[Figure]] = {chapter: [] for chapter in CHAPTERS.values()}
    known = charts()
    for name in sorted(known, key=lambda n: (list(CHAPTERS).index(n) if n in CHAPTERS else 99, n)):
        drawn = known[name](design)
        if drawn.data:  # a chart with nothing to show is left out
            found.setdefault(CHAPTERS.get(name, FURTHER), []).append(_figure(name, drawn))
    return found


def _figure(name: str, fig: go.Figure) -> Figure:
    meta = fig.layout.meta or {}
    title = unescape(str(fig.layout.title.text or words.capital(name.replace("_", " "))))
    content = json.loads(fig.to_json())
    layout = _lift_title(content["layout"])
    text = json.dumps({"data": content["data"], "layout": layout}, allow_nan=False)
    return Figure(
        name,
        title,
        str(meta.get("alt") or title),
        int(layout["height"]),
        int(meta.get("width_min") or 0),
        script_safe(text),
        _table(name, fig),
    )


def _lift_title(layout: dict[str, Any]) -> dict[str, Any]:
    """Return a layout without its title, and without the room that the title took."""
    layout.pop("title", None)
    layout["height"] = height = layout.get("height") or HEIGHT_PX
    margin = layout.setdefault("margin", {})
    lifted = min(LIFTED_PX, margin.get("t", 0))
    margin["t"] = margin.get("t", 0) - lifted
    layout["height"] -= lifted
    legend = layout.get("legend", {})
    if legend.get("yref") == "container" and "y" in legend:
        # The legend keeps its distance from the plot: it moves up with the upper edge.
        legend["y"] = min(1.0, 1 - (height * (1 - legend["y"]) - lifted) / layout["height"])
    return layout


def script_safe(text: str) -> str:
    """Return a JSON text that cannot end the script element it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _table(name: str, fig: go.Figure) -> Table:
    frame = data(fig)
    heads = tuple(
        Column(
            str(column).title() if column in {"series", "note", "from"} else str(column), numeric
        )
        for column, numeric in ((c, pd.api.types.is_numeric_dtype(frame[c])) for c in frame)
    )
    rows = tuple(
        tuple(Cell("" if _missing(value) else number(value)) for value in record)
        for record in frame.itertuples(index=False, name=None)
    )
    return Table(f"Data of the chart {name.replace('_', ' ')}", heads, (Group("", rows),))


def _missing(value: Any) -> bool:
    return value is None or value == "" or value != value
