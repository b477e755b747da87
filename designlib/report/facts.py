"""Facts: what several sections of a report read from a design."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.words import percent

SPARE_LEAST = 0.0005
"""Room to grow that reads as none. [1]"""


def headline(design: Design, name: str) -> float:
    """Return a figure of the summary; nothing where the search was stopped before it was known."""
    return float(design.summary.get(name) or 0.0)


def gpus_at(design: Design, date: int) -> int:
    """Return the GPUs in service at a date."""
    rows = design.summary.get("gpus") or []
    return sum(int(g["count"]) for g in rows if g["period_month"] == date)


def running_per_year(design: Design) -> float:
    """Return the average yearly payments that are no purchases. [currency/yr]."""
    rows = [c for c in design.tables["cost"] if c["kind"] not in {"capex", "residual"}]
    months = (design.brief.get("tco_months") or 0) - min(design.dates, default=0)
    return 12 * sum(float(c["amount"]) for c in rows) / months if months > 0 else 0.0


def foreign(design: Design, catalog: Catalog) -> list[str]:
    """Return the parts in the racks of a design that a catalog does not have."""
    return sorted({unit["part_id"] for unit in design.tables["placement"]} - _ids(catalog))


def _ids(catalog: Catalog) -> set[str]:
    families = (catalog.servers, catalog.storage, catalog.switches, catalog.software)
    return {part for family in families for part in family}


def bottleneck(design: Design) -> str:
    """Return which layer fills up first, in one sentence."""
    tight = design.summary.get("bottleneck")
    if not tight:
        return "No layer limits growth: none of them is drawn on."
    layer = words.label(words.LAYERS, tight["layer"]).lower()
    what = tight.get("words") or words.label(words.RESOURCES, tight["resource"])
    growth = tight["growth_factor"]
    if growth is None or growth < 1 + SPARE_LEAST:
        room = "nothing is left, so any further growth starts with a purchase here"
    else:
        room = f"all workloads can still grow by {percent(growth - 1)} until it is full"
    return (
        f"At month {tight['period_month']} the bottleneck is {layer} "
        f"({_spoken(design, what, tight['place'])}): {room}."
    )


def _spoken(design: Design, what: str, place: str) -> str:
    """Return what fills up and where; a pool by the name of its servers, as a reader knows it."""
    held = (b for b in design.tables["bill_of_materials"] if b["layer"] == "compute")
    names = {b["pool"]: words.short_name(b["name"]) for b in held if b["pool"]}
    if place not in names:
        return f"{what} at {words.place(place)}"
    _, at, site = place.partition("@")
    return names[place] + (f" at {site}" if at else "")


def by_layer(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the rows of each layer, in the reading order."""
    layers: dict[str, list[dict[str, Any]]] = {}
    for entry in rows:
        layers.setdefault(entry["layer"], []).append(entry)
    return sorted(layers.items(), key=lambda item: words.by_layer(item[0]))
