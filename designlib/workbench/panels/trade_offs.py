"""Trade-offs: what less power, or a tighter promise, costs; every point is a design to open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from designlib.charts import pareto_front
from designlib.design import Design
from designlib.explore import axes, pareto
from designlib.explore.sweeps import figures_of
from designlib.explore.trade_offs import Axis
from designlib.report.section import Figure, Section
from designlib.report.words import number
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 110
TITLE: Final = "Trade-offs"
NEEDS_DESIGN: Final = True
GAP: Final = 1e-2
TIME_LIMIT_S: Final = 30.0
AGAINST: Final = {
    "objective": ("Cost in present value", "money"),
    "capex": ("Capital", "money"),
    "facility_kw": ("Facility power", "kW"),
    "racks": ("Racks", "racks"),
    "gpus": ("GPUs", "GPUs"),
}
"""Figure of a design -> its words and its unit."""


@dataclass(frozen=True)
class Point:
    """One design of a front."""

    level: float
    design: Design | None
    base: dict[str, Any]
    """The brief that it changes."""
    changes: dict[str, Any]


class _Enough(Exception):
    """The front is not wanted any more."""


def show(view: View) -> Markup:
    """Return the axes to choose, and the front as far as it is known."""
    assert view.design is not None
    known = axes(view.design)
    picked = view.choice("axis", known)
    against = view.choice("against", AGAINST)
    found = view.found.get("trade_offs")
    page = render(
        "trade_offs",
        axes=[(name, f"{axis.words} [{axis.unit}]") for name, axis in known.items()],
        picked=picked,
        figures=[(name, words) for name, (words, _) in AGAINST.items()],
        against=against,
        message=found.message if found else "",
        running=bool(found and found.running),
        points=_rows(found.parts, view.design.currency) if found else [],
    )
    if found is None or not found.parts:
        return page
    return page + chapter("front", _front(found.parts, against, view.design.currency))


def _front(parts: tuple[Any, ...], against: str, currency: str) -> Section:
    axis: Axis = parts[0]
    words, unit = AGAINST[against]
    points = [
        {"x": p.level, "y": float(figures_of(p.design)[against]), "key": str(n)}
        for n, p in enumerate(parts[1:])
        if p.design is not None
    ]
    for p in points:
        p["best"] = not any(
            q["x"] <= p["x"] and q["y"] <= p["y"] and (q["x"] < p["x"] or q["y"] < p["y"])
            for q in points
        )
    drawn = pareto_front(points, axis.words, axis.unit, words, unit.replace("money", currency))
    return Section("The front", figures=(Figure("front", drawn),))


def _rows(parts: tuple[Any, ...], currency: str) -> list[dict[str, Any]]:
    axis: Axis | None = parts[0] if parts else None
    rows = []
    for n, p in enumerate(parts[1:]):
        told = figures_of(p.design)
        rows.append(
            {
                "key": n,
                "level": f"{number(p.level)} {axis.unit}" if axis else "",
                "cost": f"{told['objective']:,.0f} {currency}" if p.design else "no design",
                "gpus": number(told["gpus"]) if p.design else "",
                "it_kw": number(told["it_kw"]) if p.design else "",
                "open": p.design is not None,
            }
        )
    return rows


def subject(view: View) -> str:
    """Return the axis and the brief of the front that a user asked for; else nothing."""
    return view.chosen.get("front", "")


def ask(view: View, tell: Callable[[Any], None], stopped: Callable[[], bool]) -> str:
    """Return how it ended, after telling the axis and then each design of the front."""
    assert view.design is not None
    axis = axes(view.design)[view.choice("axis", axes(view.design))]
    tell(axis)
    base = view.brief.to_dict()

    def progress(event: dict[str, Any]) -> None:
        level = axis.levels[event["done"] - 1]
        tell(Point(level, event["design"], base, axis.changes(level)))
        if stopped():
            raise _Enough

    try:
        pareto(view.design, axis.name, view.catalog, gap=GAP, time_limit_s=TIME_LIMIT_S,
               progress=progress)  # fmt: skip
    except _Enough:
        return "Stopped; what was found stays."
    return ""
