"""Margins: how far the tightest promises of a design are on the safe side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, finish, label, nothing, place

X: Final = "Margin: safe side over the promise [%]"
SHOWN: Final = 14
WIDEST: Final = 1.0
"""Margins beyond the promise itself are cut off: nobody worries about them."""


def margins(rows: Iterable[dict[str, Any]]) -> go.Figure:
    """Return the tightest promises as bars; what is not kept is red.

    Parameters
    ----------
    rows : iterable of dict
        Promises as table rows: what, where, month, sense, margin [1] and kept.

    Returns
    -------
    plotly.graph_objects.Figure
        The tightest of each kind of promise, at most so many as a page shows.
    """
    limits = [
        r for r in rows
        if r["sense"] in ("at least", "at most") and r["promised"] and r["margin"] is not None
    ]  # fmt: skip
    worst: dict[str, dict[str, Any]] = {}
    for row in sorted(limits, key=lambda r: r["margin"]):
        worst.setdefault(row["what"].partition(",")[0], row)
    tight = list(worst.values())[:SHOWN][::-1]
    if not tight:
        return nothing("No promise has a margin", X, "Promise")
    names = [label(place(f"{r['what']}, {r['where']}"), 64) for r in tight]
    values = [100 * min(WIDEST, r["margin"]) for r in tight]
    broken = sum(not r["kept"] for r in limits)
    first = tight[-1]
    title = (
        f"{broken} of {len(limits)} limits are not kept"
        if broken
        else f"All {len(limits)} limits are kept; the tightest is {label(first['what'], 60)}"
    )
    fig = go.Figure(
        go.Bar(
            orientation="h",
            x=values,
            y=names,
            marker_color=[BASE if r["kept"] else ACCENT for r in tight],
            hovertemplate="%{y}<br>%{x:.1f} %<extra></extra>",
        )
    )
    said = "; ".join(f"{n} {v:.1f} %" for n, v in zip(names[::-1], values[::-1], strict=True))
    fig.update_yaxes(automargin=True)
    return finish(
        fig, title=title, alt=f"{title}. {said}.", x=X, y="Promise", height=110 + 26 * len(tight),
        width_min=520,
    )  # fmt: skip
