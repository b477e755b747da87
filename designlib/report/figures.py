"""Figures: a chart as a page needs it, with its data and its meaning."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from designlib.charts import charts, data, plot
from designlib.design import Design
from designlib.report import words
from designlib.report.section import Figure
from designlib.report.table import Cell, Column, Group, Table
from designlib.report.words import NONE, number

HEIGHT_PX: Final = 360
LIFTED_PX: Final = 28
"""Height of the title, which stands above the chart as text of the page and wraps like it."""


@dataclass(frozen=True)
class Drawing:
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


def charts_of(design: Design, *names: str) -> tuple[Figure, ...]:
    """Return charts of the library by name, without those that have nothing to show."""
    drawn = ((name, plot(name, design)) for name in names)
    return tuple(Figure(name, fig) for name, fig in drawn if len(fig.data))


def further(design: Design, taken: Container[str]) -> tuple[Figure, ...]:
    """Return the charts of the library that no section has taken."""
    return charts_of(design, *(name for name in charts() if name not in taken))


def drawing(figure: Figure) -> Drawing:
    """Return a chart of a section as a page needs it."""
    fig = figure.drawing
    meta = fig.layout.meta or {}
    own = unescape(str(fig.layout.title.text or words.capital(figure.name.replace("_", " "))))
    title = figure.title or own
    content = json.loads(fig.to_json())
    layout = _lift_title(content["layout"])
    text = json.dumps({"data": content["data"], "layout": layout}, allow_nan=False)
    return Drawing(
        figure.name,
        title,
        figure.alt or str(meta.get("alt") or title),
        int(layout["height"]),
        int(meta.get("width_min") or 0),
        script_safe(text),
        _table(figure.name, fig),
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
    frame = frame[[c for c in frame if not all(map(_missing, frame[c]))]]
    heads = tuple(
        Column(
            str(column).title() if column in {"series", "note", "from"} else str(column),
            form="figure" if numeric else "text",
        )
        for column, numeric in ((c, pd.api.types.is_numeric_dtype(frame[c])) for c in frame)
    )
    rows = tuple(
        tuple(Cell(NONE if _missing(value) else number(value)) for value in record)
        for record in frame.itertuples(index=False, name=None)
    )
    return Table(f"Data of the chart {name.replace('_', ' ')}", heads, (Group("", rows),))


def _missing(value: Any) -> bool:
    return value is None or value == "" or value != value
