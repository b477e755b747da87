"""Oversubscription: how long training waits for the network, and what the network costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.charts._style import MUTED, colors, finish, label, money_unit, nothing, short
from designlib.design import Design

FIGURE: Final = "exposed_communication"
LAYER: Final = "network"
X: Final = "Oversubscription of the compute fabric [1]"
Y: Final = "Share of a training step [%]"
ROOM: Final = 1.5
"""Height of the cost axis over its largest value, so that its marks keep clear of the others."""


def plot(design: Design) -> go.Figure:
    """Return the exposed communication of each training job and the cost of the network."""
    if not any(_waits(design).values()):  # one mark on an axis would say nothing
        return nothing("No training job waits for a compute fabric", X, Y)
    return curve([design])


def curve(designs: Sequence[Design]) -> go.Figure:
    """Return exposed communication and network cost of designs that differ in oversubscription.

    Parameters
    ----------
    designs : sequence of Design
        Optima of one brief for several values of ``network.oversubscription``.
    """
    ordered = sorted((d for d in designs if _over(d) is not None), key=_key)
    waits = {name for design in ordered for name in _waits(design)}
    if not waits:
        return nothing("No training job waits for a compute fabric", X, Y)
    shades = colors(sorted(waits))
    fig = make_subplots(specs=[[{"secondary_y": True}]])
    mode = "markers" if len(ordered) == 1 else "lines+markers"
    for name in sorted(waits):
        held = [(_key(d), 100 * _waits(d)[name]) for d in ordered if name in _waits(d)]
        fig.add_scatter(
            x=[over for over, _ in held], y=[wait for _, wait in held], mode=mode,
            name=label(name), line={"color": shades[name]}, marker={"size": 9},
            hovertemplate="%{x}:1, %{y:.3g} % of a step",
        )  # fmt: skip
    costs = [_cost(d) for d in ordered]
    divisor, unit = money_unit(max(costs), ordered[0].currency)
    fig.add_scatter(
        x=[_key(d) for d in ordered], y=[cost / divisor for cost in costs], mode=mode,
        name="network, present value", line={"color": MUTED, "dash": "dash"},
        marker={"symbol": "diamond", "size": 9}, secondary_y=True,
        hovertemplate="%{x}:1, %{y:.4g} " + label(unit),
    )  # fmt: skip
    longest = max(_waits(ordered[0]).values(), default=0.0)
    title = (
        f"At {_key(ordered[0]):g}:1 training waits up to {short(100 * longest)}% of a step for a "
        f"network of {short(costs[0] / divisor)} {unit}"
    )
    alt = f"{title}. " + "; ".join(
        f"{_key(d):g}:1: "
        + ", ".join(f"{name} {100 * wait:.1f}%" for name, wait in _waits(d).items())
        + f", network {short(cost / divisor)} {unit}"
        for d, cost in zip(ordered, costs, strict=True)
    )
    finish(fig, title=title, alt=f"{alt}.", x=X, height=400)
    fig.update_yaxes(title_text=Y, rangemode="tozero", secondary_y=False)
    fig.update_yaxes(
        title_text=f"Cost of the network [{label(unit)}]", showgrid=False, tickmode="auto",
        range=[0, ROOM * max(costs) / divisor or 1.0], secondary_y=True,
    )  # fmt: skip
    return fig


def _over(design: Design) -> float | None:
    network: Any = design.brief.get("network") or {}
    over = network.get("oversubscription", 1.0)
    return float(over) if isinstance(over, int | float) else None


def _key(design: Design) -> float:
    return _over(design) or 1.0


def _waits(design: Design) -> dict[str, float]:
    """Return the exposed share of a step of each training job at its last date."""
    found: dict[str, float] = {}
    for row in sorted(design.tables["operations"], key=lambda row: row["period_month"]):
        figure = row["figures"].get(FIGURE)
        value = figure.get("value") if isinstance(figure, dict) else None
        if isinstance(value, int | float):
            found[str(row["workload"])] = float(value)
    return found


def _cost(design: Design) -> float:
    rows = [row for row in design.tables["cost"] if row["layer"] == LAYER]
    return float(sum(row["present_value"] or 0.0 for row in rows))
