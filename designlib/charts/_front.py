"""Front: what less of one thing costs in another; every point is a design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from designlib.charts._style import BASE, INK, finish, label, nothing, short

X: Final = "Level [unit of the axis]"


def front(
    points: Sequence[dict[str, Any]], x_words: str, x_unit: str, y_words: str, y_unit: str
) -> go.Figure:
    """Return designs at their levels of one axis against another figure.

    Parameters
    ----------
    points : sequence of dict
        ``x``, ``y``, ``key`` of the design, ``best`` where no other design beats it.
    x_words, x_unit, y_words, y_unit : str
        What the axes are, and their units.
    """
    x, y = f"{x_words} [{x_unit}]", f"{y_words} [{y_unit}]"
    if not points:
        return nothing("No design was found yet", x, y)
    fig = go.Figure()
    ordered = sorted(points, key=lambda p: p["x"])
    best = [p for p in ordered if p["best"]]
    rest = [p for p in ordered if not p["best"]]
    shown = (("no design beats it", best, BASE, "lines+markers"), ("beaten", rest, INK, "markers"))
    for name, mine, color, mode in shown:
        if mine:
            fig.add_scatter(
                x=[p["x"] for p in mine], y=[p["y"] for p in mine], mode=mode, name=name,
                customdata=[[p["key"]] for p in mine],
                marker={"size": 13, "color": color}, line={"color": color, "shape": "hv"},
                hovertemplate=f"%{{x:,.4g}} {label(x_unit)}: %{{y:,.4g}} {label(y_unit)}"
                "<br>click to open<extra></extra>",
            )  # fmt: skip
    low, high = ordered[0], ordered[-1]
    change = (low["y"] - high["y"]) / abs(high["y"]) if high["y"] else 0.0
    found = f"{len(best)} of {len(points)} designs are on the front"
    title = (
        f"{found}: {label(x_words)} from {short(high['x'])} to {short(low['x'])} {label(x_unit)} "
        f"changes {label(y_words).lower()} by {change:+.1%}"
    )
    told = "; ".join(f"{short(p['x'])} {x_unit}: {short(p['y'])} {y_unit}" for p in ordered)
    return finish(fig, title=title, alt=f"{title}. {label(told, 2000)}.", x=label(x), y=label(y),
                  height=400)  # fmt: skip
