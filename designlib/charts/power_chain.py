"""Power chain: the one line from the grid to the racks, with what each level carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from designlib.charts._style import ACCENT, BASE, INK, MUTED, SOFT, finish, label, nothing, short
from designlib.design import Design
from designlib.design.standing import standing

CHAIN: Final = {
    "transformer_kw": "Transformer",
    "switchgear_kw": "Switchgear",
    "generator_kw": "Generator",
    "ups_kw": "UPS",
    "busway_kw": "Busway",
}
"""Resource of a level that a design buys -> its name, from the grid down."""
GRID, OWNED, IT, STRIPS, RACKS = "Grid", "Power chain", "IT power", "Rack strips", "Racks"
SPLIT: Final = 0.26
"""Distance of the two paths from the line. [1]"""
X, Y = "From the grid to the racks; below each level what it may carry and carries [kW]", "Paths"


@dataclass(frozen=True)
class Level:
    """One level of the line.

    Attributes
    ----------
    name : str
        What it is.
    note : str
        Who owns it, or how many modules there are and with which redundancy.
    capacity_kw : float or None
        What it may carry with the redundancy gone; None where nobody states it. [kW]
    load_kw : float
        What it carries at the sum of the nameplates. [kW]
    paths : int
        1, or 2 where two independent paths carry the load. [1]
    """

    name: str
    note: str
    capacity_kw: float | None
    load_kw: float
    paths: int = 1

    @property
    def headroom(self) -> str:
        """Return what is left, in words."""
        if not self.capacity_kw:
            return "no limit stated" if self.name == GRID else ""
        return f"{(self.capacity_kw - self.load_kw) / self.capacity_kw:.0%} left"


def plot(design: Design) -> go.Figure:
    """Return the one-line diagram of every site at the last date, from what the design says."""
    return draw({s["site"]: levels(design, s) for s in design.summary.get("sites") or []})


def levels(design: Design, drawn: dict[str, Any]) -> list[Level]:
    """Return the levels of a site at the last date, from the grid to the racks.

    Parameters
    ----------
    design : Design
        The design.
    drawn : dict
        Row of the site in its summary: ``site``, ``it_kw``, ``facility_kw``.
    """
    name, last = drawn["site"], max(design.dates, default=0)
    site: dict[str, Any] = next((s for s in design.brief.get("sites", []) if s["id"] == name), {})
    chain = site.get("power_chain") or {}
    owner = f"owned by the {chain.get('owner', 'hall')}"
    grid = _granted(site.get("utility_mw"), last, "mw")
    found = [Level(GRID, "utility", grid and grid * 1000, drawn["facility_kw"])]
    if chain.get("exists", True):
        found.append(Level(OWNED, f"{owner}, not bought", None, drawn["facility_kw"]))
    redundancy = (site.get("redundancy") or {}).get("power", "N+1")
    now = {
        r["resource"]: r
        for r in design.tables["balance"]
        if r["place"] == name and r["period_month"] == last
    }
    for resource, word in CHAIN.items():
        if resource in now:
            row = now[resource]
            paths = 2 if redundancy == "2N" else 1
            found.append(Level(word, redundancy, row["supply"], row["draw"] or 0.0, paths))
    granted = _granted(site.get("it_power_kw"), last, "kw")
    paths = max(lv.paths for lv in found)
    found.append(Level(IT, "as granted" if granted else "", granted, drawn["it_kw"], paths))
    return [*found, *_racks(design, name, drawn["it_kw"])]


def _racks(design: Design, site: str, it_kw: float) -> list[Level]:
    racks: dict[str, float] = {}
    for unit in standing(design.tables["placement"], max(design.dates, default=0)):
        if unit["site"] == site:
            racks[unit["rack"]] = racks.get(unit["rack"], 0.0) + (unit["kw"] or 0.0)
    if not racks:
        return []
    top = max(racks.values())
    each = "each path alone carries its rack"
    return [
        Level(STRIPS, each, None, it_kw, 2),
        Level(RACKS, f"{len(racks)} racks, the fullest draws {short(top)} kW", None, it_kw),
    ]


def _granted(steps: Any, month: int, field: str) -> float | None:
    if not steps:
        return None
    if not isinstance(steps, list):
        return float(steps)
    return max((float(s[field]) for s in steps if s["month"] <= month), default=0.0)


def draw(sites: dict[str, list[Level]]) -> go.Figure:
    """Return the one-line diagrams of sites, one below the other.

    Parameters
    ----------
    sites : dict of str to list of Level
        Site -> its levels from the grid down.
    """
    sites = {site: found for site, found in sites.items() if found}
    if not sites:
        return nothing("Nothing draws power", X, Y)
    fig = make_subplots(
        rows=len(sites), cols=1, vertical_spacing=min(0.1, 0.4 / len(sites)),
        subplot_titles=[label(s) for s in sites] if len(sites) > 1 else None,
    )  # fmt: skip
    for n, found in enumerate(sites.values(), 1):
        _line(fig, found, n)
    longest = max(len(found) for found in sites.values())
    fig.update_xaxes(range=[-0.6, longest - 0.4], showticklabels=False, showgrid=False)
    fig.update_xaxes(zeroline=False, showline=False)
    fig.update_yaxes(range=[-1.15, 0.75], showticklabels=False, showgrid=False, zeroline=False)
    fig.update_yaxes(showline=False)
    fig.update_xaxes(title_text=X, row=len(sites), col=1)
    title = _title(sites)
    alt = f"{title}. " + ". ".join(f"{site}: {_words(found)}" for site, found in sites.items())
    height = min(2000, 110 + 210 * len(sites))
    return finish(fig, title=title, alt=f"{alt}.", height=height, width_min=80 + 135 * longest)


def _title(sites: dict[str, list[Level]]) -> str:
    known = [
        ((lv.capacity_kw - lv.load_kw) / lv.capacity_kw, lv, site)
        for site, found in sites.items()
        for lv in found
        if lv.capacity_kw
    ]
    if not known:
        drawn = sum(next(lv.load_kw for lv in found) for found in sites.values())
        return f"{short(drawn)} kW come from the grid; nobody states a limit"
    left, level, site = min(known, key=lambda entry: entry[0])
    at = f" of {site}" if len(sites) > 1 else ""
    return f"The least headroom of the power{at} is {left:.0%}: {level.name}"


def _words(found: Iterable[Level]) -> str:
    told = []
    for lv in found:
        most = f" of {short(lv.capacity_kw)} kW" if lv.capacity_kw else ""
        told.append(f"{lv.name} {short(lv.load_kw)}{most}{' on two paths' * (lv.paths > 1)}")
    return ", ".join(told)


def _line(fig: go.Figure, found: list[Level], panel: int) -> None:
    """Draw one site: boxes from left to right, joined by one line, or by two."""
    spots = [(n, y) for n, lv in enumerate(found) for y in _ys(lv)]
    for n in range(len(found) - 1):
        for y0 in _ys(found[n]):
            for y1 in _ys(found[n + 1]):
                if len(_ys(found[n])) == len(_ys(found[n + 1])) == 2 and y0 != y1:
                    continue  # path A feeds path A
                fig.add_scatter(
                    x=[n, n + 1], y=[y0, y1], mode="lines", hoverinfo="skip", showlegend=False,
                    line={"color": MUTED, "width": 2}, name="line", row=panel, col=1,
                )  # fmt: skip
    tight = [
        (lv.capacity_kw or 0.0) > 0 and lv.load_kw > 0.9 * (lv.capacity_kw or 1) for lv in found
    ]
    fig.add_scatter(
        x=[n for n, _ in spots],
        y=[y for _, y in spots],
        mode="markers+text",
        marker={
            "symbol": "square",
            "size": 40,
            "color": [ACCENT if tight[n] else SOFT for n, _ in spots],
            "line": {"color": BASE, "width": 1.5},
        },
        text=[_letter(found[n], y) for n, y in spots],
        textfont={"size": 13, "color": INK},
        hovertext=[f"{found[n].name}<br>{label(found[n].note)}" for n, _ in spots],
        hoverinfo="text",
        name="levels",
        showlegend=False,
        row=panel,
        col=1,
    )
    for n, lv in enumerate(found):
        for y, text in (
            (0.58, f"<b>{label(lv.name)}</b>"),
            (-0.85, _below(lv)),
        ):
            fig.add_annotation(
                x=n, y=y, text=text, showarrow=False, font={"size": 11, "color": INK},
                row=panel, col=1,
            )  # fmt: skip


def _below(level: Level) -> str:
    """Return what stands below a level: its load, what it may carry, what is left, and a note."""
    most = f" of {short(level.capacity_kw)} kW" if level.capacity_kw else ""
    lines = [f"{short(level.load_kw)} kW{most}", level.headroom, _wrapped(level.note)]
    return "<br>".join(line for line in lines if line)


def _ys(level: Level) -> tuple[float, ...]:
    return (SPLIT, -SPLIT) if level.paths > 1 else (0.0,)


def _letter(level: Level, y: float) -> str:
    return "" if level.paths == 1 else "A" if y > 0 else "B"


def _wrapped(text: str, width: int = 20) -> str:
    """Return a text on lines of about a width, safe for a figure."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(label(line) for line in lines)


def with_modules(found: list[Level], modules: dict[str, str]) -> list[Level]:
    """Return levels whose notes say which modules were bought, by the name of the level."""
    return [replace(lv, note=modules.get(lv.name, lv.note)) for lv in found]
