"""Data: every chart can be read as a table of what it draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go


def data(fig: go.Figure) -> pd.DataFrame:
    """Return what a figure draws, one row a mark.

    Parameters
    ----------
    fig : plotly.graph_objects.Figure
        A chart of this folder.

    Returns
    -------
    pandas.DataFrame
        Columns ``series``, the two axis titles, ``from`` where a bar starts above zero, and
        ``note`` where a mark carries a text.
    """
    rows: list[dict[str, Any]] = []
    for trace in fig.data:
        xs, ys, texts = _list(trace.x), _list(trace.y), trace.text
        x_title, y_title = _axis(fig, trace.xaxis, "x"), _axis(fig, trace.yaxis, "y")
        if trace.type == "heatmap":
            rows += [
                {x_title: _words(x), y_title: _words(y), "note": _words(texts[j][i])}
                for j, y in enumerate(ys)
                for i, x in enumerate(xs)
            ]
            continue
        base = _list(getattr(trace, "base", None))
        for n, (x, y) in enumerate(zip(xs, ys, strict=True)):
            row = {"series": _words(trace.name or ""), x_title: _words(x), y_title: _words(y)}
            if n < len(base):
                row["from"] = base[n]
            if texts is not None and not isinstance(texts, str) and texts[n]:
                row["note"] = _words(texts[n])
            rows.append(row)
    frame = pd.DataFrame(rows)
    return frame.dropna(axis="columns", how="all") if len(frame) else frame


def _list(values: Any) -> Sequence[Any]:
    return [] if values is None else list(values)


def _axis(fig: go.Figure, name: str | None, letter: str) -> str:
    """Return the title of the axis that a trace uses."""
    number = (name or letter).removeprefix(letter)
    title = fig.layout[f"{letter}axis{number}"].title.text
    return _words(title) if title else letter


def _words(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def plain(text: str) -> str:
    """Return a text of a figure as it is read, without the markup that the figure needs.

    Examples
    --------
    >>> plain("<b>R001</b><br>4 &lt; 5")
    'R001, 4 < 5'
    """
    words = text.replace("<br>", ", ").replace("<b>", "").replace("</b>", "")
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
