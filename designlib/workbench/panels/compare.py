"""Compare: two designs side by side, the pinned ones and the present one, and what lies between."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.design import Design
from designlib.report import comparison
from designlib.report.section import Section
from designlib.report.table import table
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 130
TITLE: Final = "Compare"
NEEDS_DESIGN: Final = True
PRESENT: Final = "the present design"
HEADLINE: Final = {
    "capex": "Capital",
    "tco": "Present value",
    "it_kw": "IT power, kW",
    "facility_kw": "Facility power, kW",
    "racks": "Racks",
    "annual_energy_mwh": "Energy, MWh a year",
    "usd_per_gpu_hour": "Cost of a GPU-hour",
}


def show(view: View) -> Markup:
    """Return the pins, their figures side by side, and the way from one cost to the other."""
    designs = _designs(view)
    if len(designs) == 1:
        return render("compare", pins=[], first="", second="", names=[])
    first = view.choice("first", designs)
    second = view.choice("second", [n for n in (PRESENT, *designs) if n != first])
    page = render("compare", pins=list(view.pins), first=first, second=second, names=list(designs))
    page += chapter("side-by-side", _table(designs))
    a, b = designs[first], designs[second]
    if a.currency != b.currency:
        return page + render("waiting", told="Amounts of two currencies do not compare.")
    for key, section in comparison.sections(a, b).items():
        page += chapter(key, section)
    return page


def _designs(view: View) -> dict[str, Design]:
    assert view.design is not None
    return {**view.pins, PRESENT: view.design}


def _table(designs: dict[str, Design]) -> Section:
    heads = "Figure" + "".join(
        f" | {name.replace('|', '/').replace('#', '')} #figure" for name in designs
    )
    rows = [
        (words, *(d.summary.get(name) for d in designs.values()))
        for name, words in HEADLINE.items()
    ]
    bottlenecks = [(d.summary.get("bottleneck") or {}).get("words") for d in designs.values()]
    return Section(
        "Side by side",
        tables=(table("Headline figures", heads, [*rows, ("Bottleneck", *bottlenecks)]),),
    )
