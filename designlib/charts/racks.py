"""Racks: what stands where, unit by unit of height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from designlib.charts._style import colors, finish, label, nothing, short
from designlib.design import Design
from designlib.design.standing import standing

GROUPS_MAX = 24
Units = tuple[tuple[int, int, str], ...]
X, Y = "Racks that are filled alike, with the power of one [kW]", "Height [U]"


@dataclass(frozen=True)
class Group:
    """Racks that hold the same parts at the same heights."""

    site: str
    kind: str
    names: tuple[str, ...]
    units: Units
    """Lowest unit, height and part of everything in one of these racks. [U]"""
    kw: float
    kg: float
    period_month: int
    """Month in which the first of them has something in it. [mo]"""

    @property
    def title(self) -> str:
        """The names of the racks, as a range where there are several."""
        first, last = self.names[0], self.names[-1]
        return first if len(self.names) == 1 else f"{first} … {last}"


def groups(design: Design) -> list[Group]:
    """Return the racks of a design, those alike together, in the order of their first names."""
    racks: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in standing(design.tables["placement"], max(design.dates, default=0)):
        racks.setdefault((row["site"], row["rack_kind"], row["rack"]), []).append(row)
    alike: dict[tuple[str, str, Units], list[str]] = {}
    for (site, kind, rack), rows in racks.items():
        units = tuple(sorted((r["u_bottom"], r["u_height"], r["part_id"]) for r in rows))
        alike.setdefault((site, kind, units), []).append(rack)
    found = []
    for (site, kind, units), names in alike.items():
        rows = racks[site, kind, names[0]]
        found.append(
            Group(
                site=site,
                kind=kind,
                names=tuple(sorted(names)),
                units=units,
                kw=sum(r["kw"] for r in rows),
                kg=sum(r["kg"] for r in rows),
                period_month=min(r["period_month"] for n in names for r in racks[site, kind, n]),
            )
        )
    return sorted(found, key=lambda g: (g.site, g.names[0]))


def _at(group: Group, every: list[Group]) -> str:
    """Return a line that names the site of racks, where there are several sites."""
    return f"<br>{label(group.site)}" if len({g.site for g in every}) > 1 else ""


def plot(design: Design) -> go.Figure:
    """Return the elevation of each kind of rack filling; racks that are alike are drawn once."""
    every = groups(design)
    if not every:
        return nothing("Nothing stands in a rack", X, Y)
    shown = every[:GROUPS_MAX]
    shades = colors([part for group in shown for _, _, part in group.units])
    names = [
        f"{label(g.title)}<br>{len(g.names)} x {label(g.kind)}<br>{g.kw:.1f} kW{_at(g, every)}"
        for g in shown
    ]
    fig = go.Figure()
    for part, shade in shades.items():
        marks = [(n, u, h) for n, g in enumerate(shown) for u, h, p in g.units if p == part]
        fig.add_bar(
            x=[names[n] for n, _, _ in marks],
            y=[h for _, _, h in marks],
            base=[u - 1 for _, u, _ in marks],
            name=label(part),
            marker={"color": shade, "line": {"color": "white", "width": 1}},
            width=0.8,
            hovertemplate="%{x}<br>from U %{base}, %{y} U high",
        )
    fig.update_layout(barmode="overlay", showlegend=True)
    fig.update_xaxes(type="category", categoryorder="array", categoryarray=names, showgrid=False)
    fig.update_yaxes(range=[0, max(u + h for g in shown for u, h, _ in g.units)], dtick=6)
    count = sum(len(g.names) for g in every)
    fullest = max(every, key=lambda g: g.kw)
    title = f"{count} racks; the fullest draws {short(fullest.kw)} kW"
    if len(every) > len(shown):
        title += f" (the first {len(shown)} of {len(every)} fillings are drawn)"
    alt = f"{title}. " + "; ".join(
        f"{len(g.names)} x {g.title} of kind {g.kind}: {len(g.units)} units, {g.kw:.1f} kW"
        for g in shown
    )
    return finish(
        fig, title=title, alt=f"{alt}.", x=X, y=Y, height=560, width_min=70 + 105 * len(shown)
    )
