"""Balance: which layer fills up first, and how much the others have left."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, GRID, SOFT, finish, label, nothing, short, words
from designlib.design import Design

X = "Share of the supply in use at the last date [%]"

Row = dict[str, Any]


def plot(design: Design) -> go.Figure:
    """Return the fullest place of every resource at the last date; the bottleneck is red."""
    rows = fullest(design)[::-1]
    if not rows:
        return nothing("No resource is drawn", X, "Layer")
    names = [f"{label(r['layer'])}: {label(words(r['resource'], r['unit']))}" for r in rows]
    notes = [_note(r) for r in rows]
    used = [100 * r["utilisation"] for r in rows]
    fig = go.Figure()
    fig.add_bar(
        orientation="h",
        x=used,
        y=names,
        text=notes,
        textposition="none",
        width=0.34,
        marker_color=[_color(design, r) for r in rows],
        customdata=[label(r["place"]) for r in rows],
        hovertemplate="%{y}, %{customdata}<br>%{x:.1f} % in use<br>%{text}<extra></extra>",
    )
    for name, note, share in zip(names, notes, used, strict=True):
        fig.add_shape(type="rect", x0=0, x1=100, y0=name, y1=name, y0shift=-0.17, y1shift=0.17,
                      fillcolor=GRID, line_width=0, layer="below")  # fmt: skip
        fig.add_annotation(x=0, y=name, yshift=15, xanchor="left", showarrow=False,
                           text=f"<b>{name}</b> {share:.0f} %, {note}")  # fmt: skip
    fig.update_layout(margin_l=8)
    fig.update_xaxes(range=[0, max(100, *used)], showgrid=False)
    fig.update_yaxes(showgrid=False, showticklabels=False, range=[-0.5, len(rows) - 0.1])
    title = headline(design)
    bars = "; ".join(
        f"{name} {share:.0f} %" for name, share in zip(names[::-1], used[::-1], strict=True)
    )
    alt = f"{title}. Share of the supply in use: {bars}."
    return finish(fig, title=title, alt=alt, x=X, height=120 + 40 * len(rows), width_min=430)


def fullest(design: Design) -> list[Row]:
    """Return the fullest place and time of each resource at the last date, bottleneck first."""
    last = max(design.dates, default=0)
    now = [r for r in design.tables["balance"] if r["period_month"] == last and r["draw"] > 0]
    now.sort(key=lambda r: (not is_bottleneck(design, r), -r["utilisation"], growth_of(r)))
    worst: dict[tuple[str, str], Row] = {}
    for row in now:
        # Capabilities are there or not: they say nothing about how full a layer is.
        if row["unit"] != "1":
            worst.setdefault((row["layer"], row["resource"]), row)
    return list(worst.values())


def growth_of(row: Row) -> float:
    """Return the growth factor of a row; endless where nothing scales."""
    factor = row["growth_factor"]
    return float("inf") if factor is None else float(factor)


def is_bottleneck(design: Design, row: Row) -> bool:
    """Return whether a balance row is of the resource and place that fill up first."""
    limit = design.summary.get("bottleneck") or {}
    return all(row[key] == limit.get(key) for key in ("layer", "resource", "place"))


def headline(design: Design) -> str:
    """Return which layer fills up first, in one sentence without a full stop."""
    limit = design.summary.get("bottleneck") or {}
    if not limit:
        return "No layer limits growth"
    more = limit["growth_factor"] - 1
    room = f"room for {more:.0%} more" if more >= 0.005 else "no room for more"
    what = limit.get("words") or limit["resource"].replace("_", " ")
    layer = limit["layer"].capitalize()
    return (
        f"{layer} fills up first ({what}): {room} than the demand of month {limit['period_month']}"
    )


def _note(row: Row) -> str:
    factor = row["growth_factor"]
    grows = f", room for x{short(factor)}" if factor is not None else ""
    return f"{short(row['draw'])} of {short(row['supply'])} {label(row['unit'])}{grows}"


def _color(design: Design, row: Row) -> str:
    if is_bottleneck(design, row):
        return ACCENT
    return SOFT if row["growth_factor"] is None else BASE
