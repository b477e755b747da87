"""Break-even: from which use on owning a GPU costs less than renting it by the hour."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, CYCLE, INK, finish, label, nothing, short
from designlib.design import Design
from designlib.design.break_even import BreakEven, break_even

X = "Share of time in use [%]"
LEAST = 10
"""Use at which the curves begin: below it an hour in use of what is owned costs too much. [%]"""
STEP = 2


def plot(design: Design) -> go.Figure:
    """Return the cost of a GPU-hour in use against the use, for each way to have a GPU."""
    found, y = break_even(design), f"Cost of a GPU-hour in use [{design.currency}/h]"
    if found.options.empty:
        return nothing("No GPU is in service", X, y)
    fig = go.Figure()
    top = _top(found)
    uses = list(range(LEAST, 101, STEP))
    for n, row in enumerate(found.options.itertuples()):
        color = CYCLE[n % len(CYCLE)] if n else BASE
        _curve(fig, row, uses, color, label(design.currency), top)
    fig.update_layout(showlegend=True)  # also where there is one way only
    fig.update_yaxes(range=[0, top])
    fig.update_xaxes(range=[LEAST, 100])
    if found.busy_frac > 0:
        fig.add_vline(x=100 * found.busy_frac, line={"color": INK, "dash": "dash", "width": 1})
        fig.add_annotation(x=100 * found.busy_frac, y=top, text="this design", showarrow=False,
                           xanchor="left", yanchor="top", xshift=4)  # fmt: skip
    share = float(found.options.iloc[0].break_even_frac)
    rented = found.options[found.options.paid_for == "hours in use"]
    if len(rented) and 100 * share <= 100:
        fig.add_scatter(
            x=[100 * share], y=[float(rented.iloc[0].per_gpu_hour)], name="break-even",
            mode="markers", marker={"color": ACCENT, "size": 11, "symbol": "circle-open-dot"},
            hovertemplate="break-even at %{x:.0f}%<extra></extra>",
        )  # fmt: skip
    title = _title(found, share, bool(len(rented)))
    options: list[Any] = list(found.options.itertuples())
    told = "; ".join(
        f"{row.option} {short(row.per_gpu_hour)} {design.currency}/h for {row.paid_for}"
        for row in options
    )
    return finish(fig, title=title, alt=f"{title}. {told}. Taxes are left out.", x=X, y=y,
                  height=400)  # fmt: skip


def _title(found: BreakEven, share: float, rented: bool) -> str:
    """Return what the chart finds."""
    own = f"this design uses {found.busy_frac:.0%}"
    if not rented:
        return f"No public offer rents out most of these GPUs by the hour; {own}"
    if share > 1:
        return f"Renting by the hour costs less at any use; {own}"
    return f"Owning costs less than renting from {share:.0%} use on; {own}"


def _top(found: BreakEven) -> float:
    """Return the end of the axis of cost: three times the dearest hour in constant use.

    It is more where that is needed to show what this design costs at its own use.
    """
    own = float(found.options.per_gpu_hour.iloc[0]) / max(found.busy_frac, LEAST / 100)
    return max(3.0 * float(found.options.per_gpu_hour.max()), 1.15 * own)


def _curve(
    fig: go.Figure, row: Any, uses: list[int], color: str, currency: str, top: float
) -> None:
    """Add what an hour in use costs at each use; a band shows the span of public prices."""
    owned = row.paid_for == "every hour"

    def at(price: float) -> list[float]:
        return [100 * price / u if owned else price for u in uses]

    name = label(row.option)
    if not owned and row.per_gpu_hour < row.high < top:
        fig.add_scatter(
            x=uses, y=at(row.high), name="rented, dearest public offer", mode="lines",
            line={"color": color, "width": 1, "dash": "dot"},
            hovertemplate=f"dearest offer: %{{y:.2f}} {currency}/h<extra></extra>",
        )  # fmt: skip
    if owned and row.high > row.low:
        fig.add_scatter(
            x=[*uses, *uses[::-1]], y=[*at(row.high), *at(row.low)[::-1]], name=f"{name}, span",
            mode="lines", line={"width": 0, "color": color}, fill="toself", opacity=0.18,
            fillcolor=color, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    fig.add_scatter(
        x=uses, y=at(row.per_gpu_hour), name=name, mode="lines",
        line={"color": color, "width": 2, "dash": "solid" if owned else "dot"},
        hovertemplate=f"{name} at %{{x}}%: %{{y:.2f}} {currency}/h<extra></extra>",
    )  # fmt: skip
