"""Cost by layer: what each layer costs over the horizon, and what kind of cost it is."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import colors, finish, label, money_unit, nothing, short
from designlib.design import Design

Y = "Layer"


def plot(design: Design) -> go.Figure:
    """Return the present value of each layer, stacked by kind; residual value counts against it."""
    book = design.cost
    if book.empty:
        return nothing("Nothing costs anything", f"Present value [{design.currency}]", Y)
    table = book.pivot_table(
        index="layer", columns="kind", values="present_value", aggfunc="sum", fill_value=0.0
    )
    table = table.loc[table.sum(axis="columns").sort_values().index]
    kinds = sorted(table.columns, key=lambda kind: (kind == "residual", -table[kind].sum()))
    divisor, unit = money_unit(table.clip(lower=0).sum(axis="columns").max(), design.currency)
    names = [label(layer) for layer in table.index]
    shades = colors(kinds)
    fig = go.Figure()
    for kind in kinds:
        fig.add_bar(
            orientation="h",
            x=table[kind] / divisor,
            y=names,
            name=label("residual value" if kind == "residual" else kind),
            marker_color=shades[kind],
            hovertemplate=f"%{{y}}: %{{x:,.3f}} {label(unit)}",
        )
    net = table.sum(axis="columns")
    ends = table.clip(lower=0).sum(axis="columns") / divisor
    for name, end, total in zip(names, ends, net, strict=True):
        fig.add_annotation(x=end, y=name, text=f"net {short(total / divisor)}", showarrow=False,
                           xanchor="left", xshift=6)  # fmt: skip
    fig.update_layout(barmode="relative", bargap=0.35)
    fig.update_xaxes(
        range=[1.12 * table.clip(upper=0).sum(axis=1).min() / divisor, 1.22 * ends.max()]
    )
    fig.update_yaxes(showgrid=False)
    top = str(net.index[-1])
    title = f"{top.capitalize()} is {net.iloc[-1] / net.sum():.0%} of the cost over the horizon"
    alt = f"{title}. Net present value in {unit}: " + "; ".join(
        f"{layer} {short(amount / divisor)}" for layer, amount in net.iloc[::-1].items()
    )
    return finish(fig, title=title, alt=f"{alt}.", x=f"Present value [{unit}]",
                  height=170 + 36 * len(names))  # fmt: skip
