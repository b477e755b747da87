"""Power and cooling: at each date what all racks draw, where that heat goes, and what is there."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.charts._style import ACCENT, BASE, CYCLE, INK, SOFT, finish, label, nothing, short
from designlib.design import Design
from designlib.design.standing import standing

X, Y = "Month from the day of the decision [mo]", "Sum of the nameplates [kW]"
AIR, LOOP, DOOR = "to the room air", "to a loop to the chips", "to rear doors"
SHADES: Final = {AIR: SOFT, LOOP: BASE, DOOR: CYCLE[2]}
LIQUID: Final = "direct-to-chip"
SUPPLIES: Final = {"air_kw": "room air cooling", "liquid_kw": "cooling of the loop"}
"""Resource -> what carries it away, in words."""
GRANTED: Final = "IT power granted"
GRID: Final = "grid, as IT power"
"""What the grid gives, less what cooling and losses of the design take of it."""
LINES: Final = {
    GRANTED: (ACCENT, "solid"),
    GRID: (ACCENT, "dashdot"),
    "room air cooling": (INK, "dot"),
    "cooling of the loop": (INK, "dash"),
}


def plot(design: Design) -> go.Figure:
    """Return what each site draws at each date by where the heat goes, below what it may."""
    sites = list(dict.fromkeys(u["site"] for u in design.tables["placement"]))
    if not sites:
        return nothing("Nothing draws power", X, Y)
    fig = make_subplots(
        rows=len(sites), cols=1, shared_xaxes=True, vertical_spacing=min(0.12, 0.5 / len(sites)),
        subplot_titles=[label(s) for s in sites] if len(sites) > 1 else None,
    )  # fmt: skip
    drawn = {site: _heat(design, site) for site in sites}
    lines = {site: _lines(design, site, _sums(drawn[site])) for site in sites}
    for n, site in enumerate(sites, 1):
        for path, kw in drawn[site].items():
            if any(kw):
                fig.add_bar(
                    x=[str(d) for d in design.dates], y=kw, name=path, legendgroup=path,
                    marker={"color": SHADES[path]}, showlegend=_first(fig, path), row=n, col=1,
                )  # fmt: skip
        for name, kw in lines[site].items():
            color, dash = LINES[name]
            fig.add_scatter(
                x=[str(d) for d in design.dates], y=kw, name=name, legendgroup=name, mode="lines",
                line={"color": color, "dash": dash, "shape": "hvh", "width": 2},
                showlegend=_first(fig, name), row=n, col=1,
            )  # fmt: skip
    fig.update_layout(barmode="stack", showlegend=True)
    fig.update_xaxes(type="category", showgrid=False)
    fig.update_yaxes(rangemode="tozero", title_text=Y)
    fig.update_xaxes(title_text=X, row=len(sites), col=1)
    title = _title(drawn, lines)
    return finish(
        fig, title=title, alt=f"{title}. {_words(design, drawn, lines)}",
        height=min(2000, 130 + 260 * len(sites)),
    )  # fmt: skip


def _first(fig: go.Figure, name: str) -> bool:
    return all(trace.name != name for trace in fig.data)


def _heat(design: Design, site: str) -> dict[str, list[float]]:
    """Return the kilowatts of each path of the heat by date; together what the racks draw."""
    found: dict[str, list[float]] = {AIR: [], LOOP: [], DOOR: []}
    for date in design.dates:
        kinds: dict[str, float] = {}
        for unit in standing(design.tables["placement"], date):
            if unit["site"] == site:
                kind = unit["rack_kind"]
                kinds[kind] = kinds.get(kind, 0.0) + (unit["kw"] or 0.0)
        wet = min(kinds.get(LIQUID, 0.0), _booked(design, site, date, "liquid_kw", "draw") or 0.0)
        room = kinds.get("air", 0.0) + kinds.get(LIQUID, 0.0) - wet
        found[AIR].append(room)
        found[LOOP].append(wet)
        found[DOOR].append(sum(kinds.values()) - room - wet)
    return {path: [0.0 if x < 1e-9 else x for x in kw] for path, kw in found.items()}


def _lines(design: Design, site: str, it: list[float]) -> dict[str, list[float]]:
    """Return what a site grants or has by date, as far as somebody states it.

    ``it`` is what all racks of the site draw at each date. [kW]
    """
    found: dict[str, list[float]] = {}
    stated: dict[str, Any] = next((s for s in design.brief.get("sites", []) if s["id"] == site), {})
    steps = stated.get("it_power_kw")
    if steps:
        steps = steps if isinstance(steps, list) else [{"month": 0, "kw": steps}]
        found[GRANTED] = [
            max((float(s["kw"]) for s in steps if s["month"] <= d), default=0.0)
            for d in design.dates
        ]
    elif stated.get("utility_mw"):
        dated = zip(design.dates, it, strict=True)
        found[GRID] = [_of_grid(design, site, d, kw) for d, kw in dated]
    for resource, name in SUPPLIES.items():
        kw = [_booked(design, site, d, resource, "supply") for d in design.dates]
        known = [x for x in kw if x is not None]
        if known and [x or 0.0 for x in kw] != found.get(GRANTED):
            found[name] = [x or 0.0 for x in kw]
    return found


def _sums(paths: dict[str, list[float]]) -> list[float]:
    """Return the kilowatts of all paths together by date."""
    return [sum(kw) for kw in zip(*paths.values(), strict=True)]


def _of_grid(design: Design, site: str, date: int, it_kw: float) -> float:
    """Return what the grid gives the racks at a date, at the PUE that the design has. [kW]."""
    supply = _booked(design, site, date, "facility_kw", "supply") or 0.0
    draw = _booked(design, site, date, "facility_kw", "draw") or 0.0
    return supply * it_kw / draw if draw else supply


def _booked(design: Design, site: str, date: int, resource: str, book: str) -> float | None:
    for row in design.tables["balance"]:
        if (row["resource"], row["place"], row["period_month"]) == (resource, site, date):
            return float(row[book] or 0.0)
    return None


def _title(
    drawn: dict[str, dict[str, list[float]]], lines: dict[str, dict[str, list[float]]]
) -> str:
    total = sum(kw[-1] for paths in drawn.values() for kw in paths.values() if kw)
    granted = [
        kw[-1] for found in lines.values() for name, kw in found.items()
        if name in (GRANTED, GRID) and kw
    ]  # fmt: skip
    most = f" of {short(sum(granted))} kW granted" if len(granted) == len(drawn) else ""
    return f"{short(total)} kW{most} at the last date"


def _words(
    design: Design,
    drawn: dict[str, dict[str, list[float]]],
    lines: dict[str, dict[str, list[float]]],
) -> str:
    told = []
    last: Any = max(design.dates, default=0)
    for site, paths in drawn.items():
        heat = ", ".join(f"{short(kw[-1])} kW {path}" for path, kw in paths.items() if any(kw))
        have = ", ".join(f"{name} {short(kw[-1])} kW" for name, kw in lines[site].items())
        told.append(f"{site} at month {last}: {heat}" + (f"; {have}" if have else ""))
    return ". ".join(told) + "."
