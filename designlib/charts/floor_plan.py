"""Floor plan: where every rack stands, how much it draws, and what the floor carries."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import ceil, sqrt
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.charts._style import INK, MUTED, finish, label, nothing, short
from designlib.design import Design
from designlib.design.standing import standing

X, Y = "Position in the row, aisles between rows [1]", "Row"
SCALE: Final = [[0.0, "#e8f0f7"], [0.5, "#7fa8c9"], [1.0, "#1f4d73"]]
"""Few kilowatts are light, many are dark."""
ROW_PX: Final = 64
GAP_PX: Final = 70
"""Height between two sites: the positions of the one, and the name of the other. [px]"""
EDGE_PX: Final = 112
"""Height above and below all sites together. [px]"""
HEIGHT_MAX_PX: Final = 2000
DARK: Final = 0.6
"""Share of the scale above which a text is white. [1]"""


def plot(design: Design) -> go.Figure:
    """Return the floor of every site: racks side by side along rows, colored by what they draw."""
    sites = _sites(design)
    if not sites:
        return nothing("Nothing stands on the floor", f"{X}", Y)
    bought = {s["site"]: s.get("racks") or 0 for s in design.summary.get("sites") or []}
    most = max(r["kw"] for racks, _ in sites.values() for r in racks)
    per_row = _per_row(design, max(count for _, count in sites.values()))
    rows = {site: ceil(count / per_row) for site, (_, count) in sites.items()}
    inner = ROW_PX * sum(rows.values()) + GAP_PX * (len(sites) - 1)
    fig = make_subplots(
        rows=len(sites), cols=1, row_heights=list(rows.values()),
        vertical_spacing=GAP_PX / inner if len(sites) > 1 else 0.0,
        subplot_titles=[label(s) for s in sites] if len(sites) > 1 else None,
    )  # fmt: skip
    notes: list[dict[str, Any]] = []
    for n, (site, (racks, count)) in enumerate(sites.items(), 1):
        fig.add_trace(_floor(racks, count, per_row, most), row=n, col=1)
        notes += _names(racks, per_row, most, n)
        notes += _free((len(racks), bought.get(site, 0), count), per_row, n)
    # All at once: each one added alone has plotly check all that are there.
    fig.update_layout(annotations=[*fig.layout.annotations, *notes])
    fig.update_xaxes(dtick=1, showgrid=False, zeroline=False)
    fig.update_xaxes(title_text=X, row=len(sites), col=1)
    fig.update_yaxes(autorange="reversed", dtick=1, showgrid=False, zeroline=False, title_text=Y)
    filled = sum(len(racks) for racks, _ in sites.values())
    title = f"{filled} racks stand on {sum(rows.values())} rows; the fullest draws {short(most)} kW"
    named = 24 if len(sites) > 1 else 0
    height = min(HEIGHT_MAX_PX, inner + EDGE_PX + named)
    fig = finish(
        fig, title=title, alt=_alt(title, sites), height=height, width_min=160 + 58 * per_row
    )
    return fig.update_layout(margin_t=fig.layout.margin.t + named)


def _sites(design: Design) -> dict[str, tuple[list[dict[str, Any]], int]]:
    """Return the racks of each site in the order of their places, and its positions."""
    held: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for unit in standing(design.tables["placement"], max(design.dates, default=0)):
        held[unit["site"]][unit["rack"]].append(unit)
    granted = {s["id"]: s.get("rack_positions_count") or 0 for s in design.brief.get("sites", [])}
    bought = {s["site"]: s.get("racks") or 0 for s in design.summary.get("sites") or []}
    found = {}
    for site, racks in held.items():
        named = [_rack(name, units) for name, units in sorted(racks.items())]
        found[site] = (named, max(len(named), granted.get(site, 0), bought.get(site, 0)))
    return found


def _rack(name: str, units: list[dict[str, Any]]) -> dict[str, Any]:
    parts = Counter(u["part_id"] for u in units)
    return {
        "name": name,
        "kind": units[0]["rack_kind"],
        "kw": sum(u["kw"] or 0.0 for u in units),
        "kg": sum(u["kg"] or 0.0 for u in units),
        "holds": ", ".join(f"{n} x {label(part, 30)}" for part, n in parts.most_common(4)),
    }


def _per_row(design: Design, positions: int) -> int:
    """Return the racks of a row: the assumption of the design, else about twice as many as rows."""
    told = [
        r["value"] for r in design.tables["assumptions"] if r["path"] == "hall.racks_per_row_count"
    ]
    return max(1, min(positions, int(told[0]) if told else ceil(sqrt(2 * positions))))


def _floor(racks: list[dict[str, Any]], count: int, per_row: int, most: float) -> go.Heatmap:
    rows = ceil(count / per_row)
    power: list[list[float | None]] = [[None] * per_row for _ in range(rows)]
    words = [["no position"] * per_row for _ in range(rows)]
    for n in range(count):
        row, column = divmod(n, per_row)
        power[row][column], words[row][column] = 0.0, "free"
    for n, rack in enumerate(racks):
        row, column = divmod(n, per_row)
        power[row][column] = rack["kw"]
        words[row][column] = (
            f"{label(rack['name'])}, {label(rack['kind'])}<br>{rack['kw']:.1f} kW, "
            f"{rack['kg']:,.0f} kg<br>{rack['holds']}"
        )
    return go.Heatmap(
        x=list(range(1, per_row + 1)),
        y=list(range(1, rows + 1)),
        z=power,
        text=words,
        hovertemplate="row %{y}, position %{x}<br>%{text}<extra></extra>",
        zmin=0,
        zmax=most,
        colorscale=SCALE,
        xgap=2,
        ygap=14,  # the aisle
        hoverongaps=False,
        showlegend=False,
        colorbar={"title": {"text": "kW"}, "thickness": 12, "len": 1.0},
    )


def _names(
    racks: list[dict[str, Any]], per_row: int, most: float, panel: int
) -> list[dict[str, Any]]:
    """Return name, power and weight of each rack at its place."""
    return [
        _note(
            n,
            per_row,
            panel,
            f"<b>{label(rack['name'], 8)}</b><br>{rack['kw']:.1f} kW<br>{rack['kg']:,.0f} kg",
            "white" if rack["kw"] > DARK * most else INK,
        )
        for n, rack in enumerate(racks)
    ]


def _free(counts: tuple[int, int, int], per_row: int, panel: int) -> list[dict[str, Any]]:
    """Return for each place without a filled rack whether a rack is bought for it, or it is free.

    ``counts`` are the racks that are filled and bought, and the positions. [1]
    """
    filled, bought, positions = counts
    return [
        _note(n, per_row, panel, "empty<br>rack" if n < bought else "free", MUTED)
        for n in range(filled, positions)
    ]


def _note(n: int, per_row: int, panel: int, text: str, color: str) -> dict[str, Any]:
    row, column = divmod(n, per_row)
    axis = "" if panel == 1 else str(panel)
    return {
        "x": column + 1, "y": row + 1, "xref": f"x{axis}", "yref": f"y{axis}", "text": text,
        "showarrow": False, "font": {"size": 10, "color": color},
    }  # fmt: skip


def _alt(title: str, sites: dict[str, tuple[list[dict[str, Any]], int]]) -> str:
    told = []
    for site, (racks, count) in sites.items():
        kinds = Counter(r["kind"] for r in racks)
        words = ", ".join(f"{n} of kind {kind}" for kind, n in kinds.items())
        told.append(f"{site}: {words}; {count - len(racks)} positions hold nothing")
    return f"{title}. {'. '.join(told)}."
