"""Candidates: which part could run which workload, and what became of it."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import INK, finish, label, nothing
from designlib.design import Design

X, Y = "Ways to run a workload on a part [count]", "Workload"
LEVELS = ("dropped", "considered", "chosen")
SHADES = ("#e9ebee", "#bcd3e6", "#2f6690")


def plot(design: Design) -> go.Figure:
    """Return a grid of workloads and parts: chosen, considered, or dropped before the search."""
    rows = design.candidates
    rows = rows[rows["part_id"] != ""]
    if rows.empty:
        return nothing("No candidate was looked at", X, Y)
    counts = rows.groupby(["workload", "part_id", "status"]).size()
    workloads = sorted(set(rows["workload"]), key=lambda w: (w != "*", w), reverse=True)
    parts = sorted(set(rows["part_id"]))
    levels: list[list[int | None]] = []
    texts: list[list[str]] = []
    for workload in workloads:
        cells = [{s: int(counts.get((workload, part, s), 0)) for s in LEVELS} for part in parts]
        levels.append([_level(cell) for cell in cells])
        texts.append([_text(cell) for cell in cells])
    edges = [(stop / 3, shade) for n, shade in enumerate(SHADES) for stop in (n, n + 1)]
    fig = go.Figure()
    fig.add_heatmap(
        x=[label(part) for part in parts],
        y=["all workloads" if w == "*" else label(w) for w in workloads],
        z=levels,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 11},
        colorscale=edges,
        zmin=0,
        zmax=2,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} on %{x}: %{text}<extra></extra>",
    )
    fig.update_xaxes(side="bottom", tickangle=-35, showgrid=False)
    fig.update_yaxes(showgrid=False)
    fig.update_layout(font_color=INK)
    out = int((rows["status"] == "dropped").sum())
    title = (
        f"{len(rows) - out} ways to run the workloads were compared, {out} were ruled out before"
    )
    alt = f"{title}. Chosen: " + "; ".join(
        f"{r.workload} on {r.part_id}" for r in rows[rows["status"] == "chosen"].itertuples()
    )
    return finish(fig, title=title, alt=f"{alt}.", x=X, height=220 + 34 * len(workloads),
                  width_min=140 + 64 * len(parts))  # fmt: skip


def _level(cell: dict[str, int]) -> int | None:
    return max((n for n, status in enumerate(LEVELS) if cell[status]), default=None)


def _text(cell: dict[str, int]) -> str:
    if cell["chosen"]:
        return "chosen"
    if cell["considered"]:
        return f"{cell['considered']} open"
    return f"{cell['dropped']} out" if cell["dropped"] else ""
