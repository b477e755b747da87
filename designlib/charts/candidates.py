"""Candidates: which part could run which workload, and what became of it."""

from __future__ import annotations

import plotly.graph_objects as go

from designlib.charts._style import INK, finish, label, nothing
from designlib.design import Design

X, Y = "Workload, with the ways to run it on a part [count]", "Part"
EVERY = "*"
LEVELS = ("dropped", "considered", "chosen")
SHADES = ("#e9ebee", "#bcd3e6", "#2f6690")


def plot(design: Design) -> go.Figure:
    """Return a grid of workloads and parts: chosen, considered, or dropped before the search."""
    rows = design.candidates
    rows = rows[rows["part_id"] != ""]
    if rows.empty:
        return nothing("No candidate was looked at", X, Y)
    counts = rows.groupby(["workload", "part_id", "status"]).size()
    open_rows = rows[rows["status"] != "dropped"]
    workloads = sorted(set(rows["workload"]) - {EVERY}) or [EVERY]
    # What is ruled out for every workload has its reason in the table, and no row here.
    parts = sorted(set(open_rows["part_id"]) or set(rows["part_id"]), reverse=True)
    levels: list[list[int | None]] = []
    texts: list[list[str]] = []
    for part in parts:
        cells = [{s: int(counts.get((w, part, s), 0)) for s in LEVELS} for w in workloads]
        levels.append([_level(cell) for cell in cells])
        texts.append([_text(cell) for cell in cells])
    edges = [(stop / 3, shade) for n, shade in enumerate(SHADES) for stop in (n, n + 1)]
    fig = go.Figure()
    fig.add_heatmap(
        x=["all workloads" if w == EVERY else label(w) for w in workloads],
        y=[label(part) for part in parts],
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
        hovertemplate="%{x} on %{y}: %{text}<extra></extra>",
    )
    fig.update_xaxes(side="bottom", type="category", showgrid=False)
    fig.update_yaxes(type="category", showgrid=False)
    fig.update_layout(font_color=INK)
    out = int((rows["status"] == "dropped").sum())
    title = (
        f"{len(rows) - out} ways to run the workloads were compared, {out} were ruled out before"
    )
    alt = f"{title}. Chosen: " + "; ".join(
        f"{r.workload} on {r.part_id}" for r in rows[rows["status"] == "chosen"].itertuples()
    )
    away = len(set(rows["part_id"])) - len(parts)
    alt += f". {away} parts are ruled out for every workload" if away else ""
    return finish(fig, title=title, alt=f"{alt}.", x=X, y=Y, height=140 + 26 * len(parts),
                  width_min=220 + 64 * len(workloads))  # fmt: skip


def _level(cell: dict[str, int]) -> int | None:
    return max((n for n, status in enumerate(LEVELS) if cell[status]), default=None)


def _text(cell: dict[str, int]) -> str:
    if cell["chosen"]:
        return "chosen"
    if cell["considered"]:
        return f"{cell['considered']} open"
    return f"{cell['dropped']} out" if cell["dropped"] else ""
