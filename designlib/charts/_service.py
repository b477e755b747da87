"""Service: what the time to first token is made of, and how latency grows with the load."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go

from designlib.charts._style import ACCENT, BASE, SOFT, colors, finish, label, nothing, short

MS: Final = 1000.0
BUDGET_X: Final = "Time to first token, p95 [ms]"
CURVE_X: Final = "Load of one replica [requests/s]"
CURVE_Y: Final = "Share of the promised latency [%]"


def budgets(rows: Sequence[Any]) -> go.Figure:
    """Return for each service the parts of its time to first token beside its promise.

    Parameters
    ----------
    rows : sequence
        Services with ``workload``, ``place``, ``prefill_s``, ``wait_s`` and ``ttft_limit_s``.
    """
    if not rows:
        return nothing("No service promises a time to first token", BUDGET_X, "Service")
    names = [label(f"{r.workload} at {r.place}") for r in rows]
    fig = go.Figure()
    parts = (
        ("its own prompt", [MS * r.prefill_s for r in rows], BASE),
        ("waiting for passes of others", [MS * r.wait_s for r in rows], SOFT),
    )
    for name, values, color in parts:
        fig.add_bar(orientation="h", x=values, y=names, name=name, marker_color=color,
                    hovertemplate=f"%{{y}}, {name}: %{{x:,.0f}} ms<extra></extra>")  # fmt: skip
    fig.add_scatter(
        x=[MS * r.ttft_limit_s for r in rows],
        y=names,
        mode="markers",
        name="promised",
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": ACCENT}},
        hovertemplate="%{y}: promised %{x:,.0f} ms<extra></extra>",
    )
    fig.update_layout(barmode="stack", margin_l=8)
    used = [(r.prefill_s + r.wait_s) / r.ttft_limit_s for r in rows]
    tight = max(range(len(rows)), key=lambda n: used[n])
    title = f"{names[tight]} is nearest to its promise: {used[tight]:.0%} of it are used"
    told = "; ".join(
        f"{name}: prompt {MS * r.prefill_s:,.0f} ms, waiting {MS * r.wait_s:,.0f} ms, promised "
        f"{MS * r.ttft_limit_s:,.0f} ms"
        for name, r in zip(names, rows, strict=True)
    )
    return finish(
        fig, title=title, alt=f"{title}. {told}.", x=BUDGET_X, height=170 + 40 * len(rows)
    )


def throughput(rows: Sequence[Any]) -> go.Figure:
    """Return how the latency of each service grows with the load of a replica.

    Parameters
    ----------
    rows : sequence
        Services with ``points``, limits and ``now_requests_s`` beside the names of ``budgets``.
    """
    drawn = [r for r in rows if r.points]
    if not drawn:
        return nothing("No service has a throughput curve", CURVE_X, CURVE_Y)
    names = [label(f"{r.workload} at {r.place}") for r in drawn]
    shades = colors(names)
    fig = go.Figure()
    rooms = []
    for name, r in zip(names, drawn, strict=True):
        used = [100 * max(p[1] / r.ttft_limit_s, p[2] / r.tpot_limit_s) for p in r.points]
        fig.add_scatter(
            x=[p[0] for p in r.points], y=used, name=name, mode="lines+markers",
            line={"color": shades[name]},
            text=[f"TTFT {MS * p[1]:,.0f} ms, TPOT {MS * p[2]:,.1f} ms, {p[3]:,.1f} running"
                  for p in r.points],
            hovertemplate="%{x:.3g} requests/s: %{y:.0f} %<br>%{text}<extra></extra>",
        )  # fmt: skip
        fig.add_vline(x=r.now_requests_s, line={"color": shades[name], "dash": "dot", "width": 2})
        most = max((p[0] for p, u in zip(r.points, used, strict=True) if u <= 100), default=0.0)
        rooms.append((most / r.now_requests_s if r.now_requests_s else 0.0, name, r))
    fig.add_hline(y=100, line={"color": ACCENT, "width": 2})
    least, name, _ = min(rooms, key=lambda room: room[0])
    title = f"{name} is nearest to its limit: a replica could carry {least:.2f} times its peak"
    told = "; ".join(
        f"{n}: {short(r.now_requests_s)} requests/s at peak, {room:.2f} times that fits"
        for room, n, r in rooms
    )
    return finish(fig, title=title, alt=f"{title}. {told}. Dotted: the load at peak. Red: the "
                  "promise.", x=CURVE_X, y=CURVE_Y, height=400)  # fmt: skip
