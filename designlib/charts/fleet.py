"""Fleet: how many GPUs are in service, of which kind, and when."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from designlib.charts._style import colors, finish, label, nothing
from designlib.design import Design

X, Y = "Months after the decision [mo]", "GPUs in service [GPUs]"


def plot(design: Design) -> go.Figure:
    """Return the GPUs in service at each date, stacked by the part that carries them."""
    rows = pd.DataFrame(design.summary.get("gpus") or [], columns=["part", "period_month", "count"])
    if rows.empty:
        return nothing("No GPU is in service", X, Y)
    table = rows.pivot_table(
        index="period_month", columns="part", values="count", aggfunc="sum", fill_value=0
    )
    total = table.sum(axis="columns")
    parts = sorted(table.columns, key=lambda part: -table[part].iloc[-1])
    shades = colors(parts)
    fig = go.Figure()
    for part in parts:
        fig.add_bar(
            x=[str(month) for month in table.index],
            y=table[part],
            name=label(part),
            marker_color=shades[part],
            hovertemplate="month %{x}: %{y:,} GPUs",
        )
    fig.add_scatter(
        x=[str(month) for month in table.index],
        y=total,
        text=[f"{count:,}" for count in total],
        name="all",
        mode="text",
        textposition="top center",
        showlegend=False,
        hoverinfo="skip",
    )
    fig.update_layout(barmode="stack", bargap=0.35, showlegend=True)
    fig.update_xaxes(type="category", showgrid=False)
    fig.update_yaxes(range=[0, 1.15 * total.max()])
    first, last = total.index[0], total.index[-1]
    title = f"{total[first]:,} GPUs in month {first}, {total[last]:,} in month {last}"
    alt = f"{title}. By part: " + "; ".join(
        f"{part} {table[part].iloc[0]:,} to {table[part].iloc[-1]:,}" for part in parts
    )
    return finish(fig, title=title, alt=f"{alt}.", x=X, y=Y, height=340)
