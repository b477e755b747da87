"""Schedule: what is ordered, shipped, installed and accepted when, and what may not slip."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, INK, MUTED, SOFT, finish, label, nothing
from designlib.design import Design
from designlib.design.phase_plan import phase_plan

X = "Months after the decision [mo]"
Y = "Layer"
BARS_MAX = 24
REGISTER = "procurement.lead_times_weeks."
WEEKS_PER_MONTH = 365.25 / 12 / 7
OWNERS = "by the owner of the hall, ordered today"


def plot(design: Design) -> go.Figure:
    """Return a bar for the slowest part of each layer and date: order, delivery, service.

    Parts that the owner of a hall has to bring stand below, as if they were ordered today.
    """
    plan = phase_plan(design)
    if plan.empty:
        return nothing("Nothing has to be ordered", X, Y)
    # A layer is in service when its slowest part is: the earliest order counts.
    slowest = plan.sort_values(["period_month", "wait_months"], ascending=[True, False])
    shown = slowest.drop_duplicates(["period_month", "layer"]).head(BARS_MAX)
    fig = go.Figure()
    for name, rows, color in (
        ("critical path", shown[shown.critical], ACCENT),
        ("order to delivery", shown[~shown.critical], BASE),
    ):
        _bars(fig, name, rows, "order_month", "delivery_month", color)
    _bars(fig, "installation", shown, "delivery_month", "period_month", SOFT)
    late = _landlords(design)
    _bars(fig, OWNERS, late, "start", "end", MUTED)
    fig.add_scatter(
        x=shown.period_month,
        y=[_name(row) for row in shown.itertuples()],
        name="accepted, in service",
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": INK},
        hovertemplate="%{y}: in service at month %{x}<extra></extra>",
    )
    _milestones(fig, design)
    order = [_name(row) for row in shown.itertuples()] + [_name(row) for row in late.itertuples()]
    fig.update_layout(barmode="overlay", bargap=0.35)
    fig.update_yaxes(showgrid=False, categoryorder="array", categoryarray=order[::-1])
    ends = [*shown.period_month, *late.end]
    fig.update_xaxes(range=[min(0.0, float(shown.order_month.min())) - 0.2, 1.06 * max(ends)])
    return _told(fig, shown, late, len(order))


def _told(fig: go.Figure, shown: pd.DataFrame, late: pd.DataFrame, bars: int) -> go.Figure:
    """Return the figure with the finding as its title, and all of it in words."""
    first = shown.order_month.min()
    longest = shown.sort_values("wait_months", ascending=False).iloc[0]
    title = f"First order by month {first:.1f}; {longest.layer} "
    if len(late):
        last = late.sort_values("end").iloc[-1]
        owner = f"the hall's own {last.layer} {last.end:.1f}"
        title += f"takes {longest.wait_months:.1f} months, {owner}"
    else:
        title += f"has the longest wait, {longest.wait_months:.1f} months"
    told = [
        f"{row.layer} for month {row.period_month}: order by month {row.order_month:.1f}, "
        f"delivery by month {row.delivery_month:.1f}" + (", critical" if row.critical else "")
        for row in shown.itertuples()
    ]
    told += [f"{r.layer}: {r.end:.1f} months from an order of today" for r in late.itertuples()]
    alt = f"{title}. {'; '.join(told)}."
    return finish(fig, title=title, alt=alt, x=X, y=Y, height=150 + 28 * bars, width_min=660)


def _name(row: Any) -> str:
    if row.period_month is None:
        return f"{label(row.layer)}, not bought here"
    return f"{label(row.layer)}, month {row.period_month}"


def _bars(fig: go.Figure, name: str, rows: pd.DataFrame, begin: str, end: str, color: str) -> None:
    """Add the bars of one stretch of time; those of no length are left out."""
    rows = rows[rows[end] - rows[begin] > 0]
    if rows.empty:
        return
    fig.add_bar(
        orientation="h",
        x=list(rows[end] - rows[begin]),
        base=list(rows[begin]),
        y=[_name(row) for row in rows.itertuples()],
        name=name,
        marker_color=color,
        hovertemplate="%{y}: from month %{base:.1f}, %{x:.1f} months<extra></extra>",
    )


def _landlords(design: Design) -> pd.DataFrame:
    """Return the parts of a power chain that somebody else brings, with their lead times."""
    rows = [
        (None, a["path"].removeprefix(REGISTER), 0.0, float(a["value"]) / WEEKS_PER_MONTH)
        for a in design.tables["assumptions"]
        if a["path"].startswith(REGISTER) and isinstance(a["value"], (int, float))
    ]
    found = pd.DataFrame(rows, columns=["period_month", "layer", "start", "end"], dtype=object)
    return found.astype({"start": "float64", "end": "float64"})


def _milestones(fig: go.Figure, design: Design) -> None:
    """Add a line at each month at which the brief grants power or needs a phase."""
    marks: dict[int, list[str]] = {}
    for site in design.brief.get("sites", []):
        for field in ("it_power_kw", "utility_mw"):
            steps = site.get(field)
            for step in steps if isinstance(steps, list) else []:
                marks.setdefault(int(step["month"]), []).append("power")
    for phase in design.brief.get("phases", []):
        marks.setdefault(int(phase["need_month"]), []).append(str(phase["id"]))
    for month, names in sorted(marks.items()):
        if month > 0:
            text = label(", ".join(dict.fromkeys(names)), 20)
            fig.add_vline(x=month, line={"color": MUTED, "dash": "dot", "width": 1})
            fig.add_annotation(x=month, y=1, yref="paper", text=text, showarrow=False,
                               xanchor="center", yanchor="bottom",
                               font={"size": 11, "color": MUTED})  # fmt: skip
