"""Growth: what is drawn and supplied at each date."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.facts import gpus_at
from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.table import Table, table
from designlib.report.words import money, month, number

ORDER: Final = 500

GROWING = (
    ("Servers", "servers"),
    ("IT power, kW", "it_kw"),
    ("Fast storage, TB", "hot_tb"),
    ("Object storage, TB", "object_tb"),
    ("Racks", "positions"),
)


def growth(design: Design) -> Table:
    """Return draw and supply of what grows, date by date."""
    known = {r["resource"] for r in design.tables["balance"]}
    shown = [(title, resource) for title, resource in GROWING if resource in known]
    rows = [
        (
            month(date),
            number(gpus_at(design, date)),
            *(_of(*_totals(design, resource, date)) for _, resource in shown),
            money(_bought(design, date) or None),
        )
        for date in design.dates
    ]
    heads = "".join(f" | {title} #" for title, _ in shown)
    return table(
        "Draw and supply at each date",
        f"Month | GPUs #{heads} | Purchases, {design.currency} #",
        rows,
    )


def _of(draw: float, supply: float) -> str:
    return f"{number(draw)} of {number(supply)}"


def _bought(design: Design, date: int) -> float:
    bill = design.tables["bill_of_materials"]
    return sum(float(b["extended"]) for b in bill if b["period_month"] == date)


def _totals(design: Design, resource: str, date: int) -> tuple[float, float]:
    """Return draw and supply over all places, each place at its tightest slice and case."""
    places: dict[str, tuple[float, float]] = {}
    for r in design.tables["balance"]:
        if r["resource"] == resource and r["period_month"] == date:
            here = (r["draw"] or 0.0, r["supply"] or 0.0)
            places[r["place"]] = max(places.get(r["place"], here), here)
    return sum(d for d, _ in places.values()), sum(s for _, s in places.values())


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return how the fleet grows with the demand."""
    return Section(
        "Growth",
        figures=charts_of(design, "growth", "fleet"),
        tables=(growth(design),),
    )
