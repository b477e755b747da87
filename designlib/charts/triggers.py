"""Triggers: how full each layer is, and from which use on its next order must leave."""

from __future__ import annotations

from math import isfinite
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, INK, finish, label, nothing, words
from designlib.design import Design
from designlib.design.triggers import triggers

X = "Share of the supply in use [%]"
Y = "Layer"


def plot(design: Design) -> go.Figure:
    """Return the use of each layer at the last date beside the use at which to order."""
    table = triggers(design)
    if table.empty:
        return nothing("No layer is drawn on", X, Y)
    table = table.iloc[::-1]
    rows: list[Any] = list(table.itertuples())
    names = [f"{label(r.layer)}: {label(words(r.resource, r.unit))}" for r in rows]
    due = _due(table)
    fig = go.Figure()
    fig.add_bar(
        orientation="h",
        x=list(100 * table.use_frac),
        y=names,
        name="in use at the last date",
        text=[_full(row.full_month) for row in rows],
        textposition="none",
        marker_color=[ACCENT if late else BASE for late in due],
        hovertemplate="%{y}: %{x:.0f}% in use<extra></extra>",
    )
    timed = table.trigger_frac.notna()
    fig.add_scatter(
        x=list(100 * table.trigger_frac[timed]),
        y=[n for n, known in zip(names, timed, strict=True) if known],
        name="order at this use",
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": INK}},
        hovertemplate="%{y}: order at %{x:.0f}% use<extra></extra>",
    )
    for name, month in zip(names, table.full_month, strict=True):
        fig.add_annotation(x=103, y=name, text=_full(month), showarrow=False, xanchor="left")
    fig.update_xaxes(range=[0, 140], tickvals=list(range(0, 101, 20)))
    fig.update_yaxes(showgrid=False)
    title = _title(table, int(due.sum()), max(design.dates))
    told = "; ".join(
        f"{name} {100 * r.use_frac:.0f}% in use{_order(r.trigger_frac)}, {_full(r.full_month)}"
        for name, r in zip(names[::-1], rows[::-1], strict=True)
    )
    return finish(fig, title=title, alt=f"{title}. {told}.", x=X, y=Y,
                  height=150 + 34 * len(names), width_min=600)  # fmt: skip


def _due(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which layers are in use beyond the point at which their next order must leave."""
    growing = table.growth_per_month_frac > 0
    return growing & (table.use_frac > table.trigger_frac.fillna(1.0) + 1e-9)


def _order(share: float) -> str:
    return f", order at {100 * share:.0f}%" if isfinite(share) else ""


def _full(month: float) -> str:
    return f"full in month {month:.0f}" if isfinite(month) else "does not grow"


def _title(table: pd.DataFrame, due: int, last: int) -> str:
    """Return what the chart finds."""
    first = table.sort_values("full_month").iloc[0]
    filled = "none of them grows"
    if isfinite(first.full_month):
        filled = f"{first.layer} would be full in month {first.full_month:.0f}"
    if not due:
        return f"No layer needs another order by month {last}; {filled}"
    verb = "needs its" if due == 1 else "need their"
    return f"{due} of {len(table)} layers {verb} next order by month {last}; {filled}"
