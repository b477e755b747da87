"""Style: one look for all charts, and texts that cannot break out of it."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from designlib.units import stem_of, unit_of

INK: Final = "#1d2733"
MUTED: Final = "#5b6775"
GRID: Final = "#e4e8ee"
ACCENT: Final = "#b3261e"
BASE: Final = "#2f6690"
SOFT: Final = "#c9d6e2"

CYCLE: Final = (
    "#2f6690", "#d98324", "#3d8168", "#8a5a9e", "#b8475a", "#6b7f2a", "#4a9fb5", "#8c6d4f",
    "#7d8796", "#c2a02d",
)  # fmt: skip
"""Colors that stay apart in print and for most color-blind readers."""

QUANTITIES: Final = {"TB": "capacity", "GB/s": "throughput", "kW": "power", "kg": "load"}
ABBREVIATIONS: Final = {"it": "IT", "oob": "out-of-band", "ups": "UPS"}

FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"


def colors(names: list[str]) -> dict[str, str]:
    """Return one color for each name, in order; the cycle repeats when it is used up."""
    return {name: CYCLE[n % len(CYCLE)] for n, name in enumerate(dict.fromkeys(names))}


def label(text: object, limit: int = 60) -> str:
    """Return a text for a figure: no markup, cut to a readable length.

    Examples
    --------
    >>> label("<b>rack</b>")
    '&lt;b&gt;rack&lt;/b&gt;'
    >>> label("a very long name", limit=7)
    'a very…'
    """
    words = str(text)
    cut = words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def place(name: str) -> str:
    """Return a place as a reader says it; an id that is bound to a site names it after ``@``.

    Examples
    --------
    >>> place("pool@dal")
    'pool at dal'
    """
    return name.replace("@", " at ")


def words(resource: str, unit: str) -> str:
    """Return the name of a resource as it is spoken, with what its unit says about it.

    Examples
    --------
    >>> words("hot_tb", "TB"), words("it_kw", "kW"), words("server_hours", "h/month")
    ('hot capacity', 'IT power', 'server hours')
    """
    if unit_of(resource) != unit or unit not in QUANTITIES:
        stem, quantity = resource, ""
    else:
        stem, quantity = stem_of(resource), f" {QUANTITIES[unit]}"
    spoken = " ".join(ABBREVIATIONS.get(word, word) for word in stem.split("_"))
    return f"{spoken}{quantity}"


def money_unit(largest: float, currency: str) -> tuple[float, str]:
    """Return the divisor and the name of a unit in which an amount has one to three digits.

    Examples
    --------
    >>> money_unit(4_933_210, "USD")
    (1000000.0, 'million USD')
    """
    for divisor, word in ((1e9, "billion "), (1e6, "million "), (1e3, "thousand ")):
        if abs(largest) >= divisor:
            return divisor, f"{word}{currency}"
    return 1.0, currency


def short(value: float) -> str:
    """Return a number with three digits that count.

    Examples
    --------
    >>> short(1234.5), short(0.81234), short(104)
    ('1,234', '0.812', '104')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def finish(
    fig: go.Figure,
    *,
    title: str,
    alt: str,
    x: str = "",
    y: str = "",
    height: int = 360,
    width_min: int = 0,
) -> go.Figure:
    """Return a figure in the look of all charts.

    Parameters
    ----------
    fig : plotly.graph_objects.Figure
        With its traces.
    title : str
        The answer that the chart gives, without markup.
    alt : str
        What a reader who cannot see the chart must know, with its numbers.
    x, y : str
        Titles of the axes with their units in brackets; empty where subplots have their own.
    height : int
        Height in pixels; the width follows the page.
    width_min : int
        Width in pixels below which a page should scroll the chart instead of squeezing it.
    """
    keyed = bool(fig.layout.showlegend) or sum(t.showlegend is not False for t in fig.data) > 1
    top = 92 if keyed else 56
    left = 56 if fig.layout.margin.l is None else fig.layout.margin.l
    fig.update_layout(
        template="none",
        title={
            "text": label(title, 200), "x": 0, "xref": "paper", "y": 1, "yref": "container",
            "yanchor": "top", "pad": {"t": 12}, "font": {"size": 16, "color": INK},
        },
        font={"family": FONT, "size": 12, "color": INK},
        height=height,
        margin={"l": left, "r": 24, "t": top, "b": 56},
        showlegend=keyed,
        legend={
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1 - 40 / height,
            "yref": "container", "yanchor": "top", "traceorder": "normal", "font": {"size": 12},
        },
        hoverlabel={"align": "left", "namelength": -1},
        paper_bgcolor="white",
        plot_bgcolor="white",
        meta={"alt": alt, "width_min": width_min},
        uirevision="keep",
    )  # fmt: skip
    look = {
        "automargin": True, "gridcolor": GRID, "zerolinecolor": MUTED, "linecolor": MUTED,
        "ticks": "", "title_standoff": 10, "title_font_color": MUTED,
    }  # fmt: skip
    fig.update_xaxes(**look)
    fig.update_yaxes(**look)
    if x:
        fig.update_xaxes(title_text=x)
    if y:
        fig.update_yaxes(title_text=y)
    return fig


def nothing(title: str, x: str, y: str) -> go.Figure:
    """Return a chart that says that there is nothing to show."""
    fig = go.Figure()
    fig.add_annotation(text="nothing to show", x=0.5, y=0.5, xref="paper", yref="paper",
                       showarrow=False, font={"size": 14, "color": MUTED})  # fmt: skip
    return finish(fig, title=title, alt=f"{title}. There is nothing to show.", x=x, y=y, height=220)
