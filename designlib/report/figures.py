"""Figures: every chart of the library at its place in the report, with its data and its meaning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from designlib.charts import charts, data
from designlib.design import Design
from designlib.report.grid import Cell, Column, Group, Table
from designlib.report.words import number

CHAPTERS: Final = {
    "schedule": "decision",
    "balance": "balance",
    "cost_by_layer": "cost",
    "cash": "cost",
    "growth": "growth",
    "fleet": "growth",
    "racks": "racks",
    "candidates": "why-not",
}
"""The chapter of a chart; a chart without one stands in a chapter of its own."""

FURTHER: Final = "further"


@dataclass(frozen=True)
class Figure:
    """A chart as the page needs it.

    Attributes
    ----------
    name : str
        Name of the chart, unique in the page.
    alt : str
        What the chart shows, in words.
    height : int
        Height in pixels.
    content : str
        Traces and layout as JSON that is safe inside a script element.
    data : Table
        The numbers that are drawn.
    """

    name: str
    alt: str
    height: int
    content: str
    data: Table


def figures(design: Design) -> dict[str, list[Figure]]:
    """Return all charts of a design by chapter."""
    found: dict[str, list[Figure]] = {chapter: [] for chapter in CHAPTERS.values()}
    known = charts()
    for name in sorted(known, key=lambda n: (list(CHAPTERS).index(n) if n in CHAPTERS else 99, n)):
        figure = _figure(name, known[name](design))
        found.setdefault(CHAPTERS.get(name, FURTHER), []).append(figure)
    return found


def _figure(name: str, fig: go.Figure) -> Figure:
    meta = fig.layout.meta or {}
    title = str(fig.layout.title.text or name)
    alt = str(meta.get("alt") or title)
    content = fig.to_plotly_json()
    text = json.dumps({"data": content["data"], "layout": content["layout"]}, cls=_Encoder)
    return Figure(name, alt, int(fig.layout.height or 360), script_safe(text), _table(name, fig))


def script_safe(text: str) -> str:
    """Return a JSON text that cannot end the script element it stands in."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class _Encoder(json.JSONEncoder):
    """Numbers of numpy and pandas as JSON; what is not finite is a gap."""

    def default(self, o: Any) -> Any:
        if hasattr(o, "tolist"):
            return o.tolist()
        return super().default(o)


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
