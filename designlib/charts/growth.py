"""Growth: how supply stays ahead of demand, for the tightest resource of each layer."""

from __future__ import annotations

from math import isfinite
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.charts._style import ACCENT, BASE, finish, label, nothing, short, words
from designlib.charts.balance import fullest, growth_of, is_bottleneck
from designlib.design import Design
from designlib.design.triggers import triggers

STRIPS_MAX = 6
X = "Months after the decision [mo]"

Row = dict[str, Any]


def plot(design: Design) -> go.Figure:
    """Return one strip a layer, the tightest first: supply and draw as steps."""
    title = "Supply stays ahead of demand in every layer"
    chosen = tightest(design)
    if not chosen:
        return nothing(title, X, "Amount")
    lasting = triggers(design)
    if len(lasting) and isfinite(lasting.full_month.iloc[0]):
        first = lasting.iloc[0]
        title += f"; {first.layer} would be full in month {first.full_month:.0f}"
    names = [f"{label(r['layer'])}: {label(words(r['resource'], r['unit']))}" for r in chosen]
    fig = make_subplots(
        rows=len(chosen),
        cols=1,
        shared_xaxes=True,
        vertical_spacing=0.32 / len(chosen),
        subplot_titles=names,
    )
    told = []
    for n, (name, row) in enumerate(zip(names, chosen, strict=True), start=1):
        supply, draw = series(design, row["layer"], row["resource"])
        _strip(fig, n, label(row["unit"]), supply, draw)
        told.append(
            f"{name}: draw {short(draw[0][1])} to {short(draw[-1][1])}, supply "
            f"{short(supply[0][1])} to {short(supply[-1][1])} {row['unit']}"
        )
    fig.update_annotations(x=0, xanchor="left", font_size=12)
    fig.update_xaxes(tickvals=list(design.dates), showticklabels=True)
    fig.update_xaxes(title_text=X, row=len(chosen), col=1)
    alt = f"{title}. {'; '.join(told)}."
    return finish(fig, title=title, alt=alt, height=120 + 140 * len(chosen))


def tightest(design: Design) -> list[Row]:
    """Return the resource of each layer that allows the least growth, the bottleneck first."""
    rows = [r for r in fullest(design) if r["growth_factor"] is not None]
    rows.sort(key=lambda r: (not is_bottleneck(design, r), growth_of(r)))
    layers: dict[str, Row] = {}
    for row in rows:
        layers.setdefault(row["layer"], row)
    return list(layers.values())[:STRIPS_MAX]


def series(
    design: Design, layer: str, resource: str
) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Return supply and draw of a resource by date: places add up, day slices do not."""
    peaks: dict[tuple[int, str], Row] = {}
    for row in design.tables["balance"]:
        if (row["layer"], row["resource"]) == (layer, resource):
            key = row["period_month"], row["place"]
            if key not in peaks or row["utilisation"] > peaks[key]["utilisation"]:
                peaks[key] = row
    months = sorted({month for month, _ in peaks})
    supply, draw = (
        [(t, sum(r[what] for (month, _), r in peaks.items() if month == t)) for t in months]
        for what in ("supply", "draw")
    )
    return supply, draw


def _strip(
    fig: go.Figure,
    n: int,
    unit: str,
    supply: list[tuple[int, float]],
    draw: list[tuple[int, float]],
) -> None:
    months = [month for month, _ in supply]
    # What holds at a date holds until the next one; the last step gets the same length.
    end = months[-1] + (months[-1] - months[-2] if len(months) > 1 else 1)
    for name, points, color in (("supply", supply, BASE), ("draw", draw, ACCENT)):
        fig.add_scatter(
            x=[*months, end],
            y=[*(y for _, y in points), points[-1][1]],
            name=name,
            legendgroup=name,
            showlegend=n == 1,
            mode="lines",
            line={"color": color, "shape": "hv", "width": 2, "dash": "solid"},
            fill="tozeroy" if name == "draw" else "none",
            fillcolor="rgba(179, 38, 30, 0.10)",
            hovertemplate=f"from month %{{x}}: %{{y:,.4~g}} {unit}",
            row=n,
            col=1,
        )
    top = max(y for _, y in [*supply, *draw])
    fig.update_yaxes(
        title_text=f"[{unit}]", range=[0, 1.12 * top or 1], nticks=4, tickformat="~s", row=n, col=1
    )
