"""Cash: when the money is spent."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import INK, colors, finish, label, money_unit, nothing, short
from designlib.design import Design
from designlib.design.terms import tco_months

X = "Months after the decision [mo]"


def plot(design: Design) -> go.Figure:
    """Return the payments of each interval by kind, and what has been paid in all."""
    book = design.cost
    book = book[book["kind"] != "residual"]  # what is left over is worth money, but nobody pays it
    if book.empty:
        return nothing("Nothing is paid", X, f"Payments [{design.currency}]")
    table = book.pivot_table(
        index="period_month", columns="kind", values="amount", aggfunc="sum", fill_value=0.0
    )
    kinds = sorted(table.columns, key=lambda kind: -table[kind].sum())
    paid = table.sum(axis="columns").cumsum()
    divisor, unit = money_unit(paid.max(), design.currency)
    spans = _spans(design, [int(month) for month in table.index])
    shades = colors(kinds)
    fig = go.Figure()
    for kind in kinds:
        fig.add_bar(
            x=spans,
            y=table[kind] / divisor,
            name=label(kind),
            marker_color=shades[kind],
            hovertemplate=f"months %{{x}}: %{{y:,.3f}} {label(unit)}",
        )
    fig.add_scatter(
        x=spans,
        y=paid / divisor,
        name="paid so far",
        mode="lines+markers",
        line={"color": INK, "width": 2},
        hovertemplate=f"by the end of months %{{x}}: %{{y:,.3f}} {label(unit)}",
    )
    fig.update_layout(barmode="stack", bargap=0.3)
    fig.update_xaxes(type="category", showgrid=False)
    fig.update_yaxes(rangemode="tozero")
    last = spans[-1].split("-")[-1]
    title = f"{short(paid.iloc[-1] / divisor)} {unit} are paid by month {last}"
    alt = f"{title}. Paid so far: " + "; ".join(
        f"months {span}: {short(amount / divisor)}"
        for span, amount in zip(spans, paid, strict=True)
    )
    return finish(fig, title=title, alt=f"{alt}.", x=X, y=f"Payments [{unit}]", height=380)


def _spans(design: Design, months: list[int]) -> list[str]:
    """Return the interval that starts at each date; the last one ends with the cost horizon."""
    dates = [*design.dates, tco_months(design)]
    return [f"{month}-{min((d for d in dates if d > month), default=month)}" for month in months]
