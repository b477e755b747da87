"""Schedule: what has to be ordered when, and which lead time is the longest."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, finish, label, nothing
from designlib.design import Design

X = "Months after the decision [mo]"
BARS_MAX = 24


def plot(design: Design) -> go.Figure:
    """Return a bar from the last day to order to the day of service, for each layer and date."""
    # A layer is in service when its slowest part is: the earliest order counts.
    orders: dict[tuple[str, int], float] = {}
    for line in design.tables["bill_of_materials"]:
        key = line["layer"], line["period_month"]
        orders[key] = min(orders.get(key, line["order_by_month"]), line["order_by_month"])
    if not orders:
        return nothing("Nothing has to be ordered", X, "Layer")
    shown = sorted(orders.items(), key=lambda item: (item[1], item[0][1], item[0][0]))[:BARS_MAX]
    waits = [month - order for (_, month), order in shown]
    names = [f"{label(layer)}, month {month}" for (layer, month), _ in shown]
    fig = go.Figure()
    fig.add_bar(
        orientation="h",
        x=waits,
        base=[order for _, order in shown],
        y=names,
        text=[f"{wait:.1f} months" for wait in waits],
        textposition="auto",
        cliponaxis=False,
        insidetextanchor="middle",
        marker_color=[ACCENT if wait == max(waits) else BASE for wait in waits],
        hovertemplate="%{y}: order by month %{base:.1f}<extra></extra>",
    )
    # Where a bar is too short for its text, the text stands right of it.
    last = max(month for (_, month), _ in shown)
    fig.update_xaxes(range=[min(0.0, shown[0][1]), 1.18 * last])
    fig.update_yaxes(showgrid=False, autorange="reversed")
    slowest = shown[waits.index(max(waits))][0][0]
    title = (
        f"First order by month {shown[0][1]:.1f}; "
        f"{slowest} has the longest wait, {max(waits):.1f} months"
    )
    alt = f"{title}. " + "; ".join(
        f"{name}: order by month {order:.1f}" for name, (_, order) in zip(names, shown, strict=True)
    )
    return finish(fig, title=title, alt=f"{alt}.", x=X, height=130 + 28 * len(shown))
