"""Sensitivity: how far each input moves the cost of the best design, optimized anew at each end.

A tornado that only prices one design again overstates what an input costs, because a cheaper design
may exist at its new value. Here every bar end is an optimum of its own, with its certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.demand import scaled_demand
from designlib.explore.sweeps import one_answer

Progress = Callable[[dict[str, Any]], None]

PRICED: Final[Mapping[str, tuple[str, ...]]] = {
    "Prices of GPU servers": ("gpus", "servers"),
    "Prices of networks": ("switches", "optics"),
    "Prices of storage": ("storage",),
    "Prices of cooling and power": ("cooling", "power"),
    "Prices of software and staff": ("software",),
    "Prices of rented capacity": ("cloud",),
}
"""Name of an input -> families of the catalog whose prices it moves to the ends of their bands."""


@dataclass(frozen=True)
class Driver:
    """One input with its two ends, each as changes of the brief."""

    name: str
    low_words: str
    high_words: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]


def drivers(brief: Brief, catalog: Catalog, *, swing_frac: float = 0.2) -> tuple[Driver, ...]:
    """Return the inputs of a brief that a tornado moves.

    Parameters
    ----------
    brief : Brief
        The brief.
    catalog : Catalog
        Its prices, each with a band.
    swing_frac : float
        Share by which an input without a band is moved, an assumption of whoever asks. [1]

    Returns
    -------
    tuple of Driver
        Prices go to the ends of their own bands; demand, growth, electricity, price decline and
        the cost of capital go down and up by the swing.
    """
    return (*_prices(brief, catalog), *_stated(brief, swing_frac))


def sensitivity(
    design: Design,
    catalog: Catalog | None = None,
    *,
    swing_frac: float = 0.2,
    gap: float = 5e-3,
    time_limit_s: float | None = 60.0,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Return what the best design costs at both ends of each input.

    Parameters
    ----------
    design : Design
        The design to compare with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    swing_frac : float
        Share by which an input without a band of its own is moved. [1]
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.
    progress : callable, optional
        Called after each end with ``stage``, ``done``, ``total`` and ``message``.

    Returns
    -------
    list of dict
        Row: one end of one input. ``driver``, ``end`` (low or high), ``change`` in words,
        ``status``, ``reason`` where there is no design, ``objective``, ``bound``, and
        ``change_low`` and ``change_high``: between these the cost moves against the design.
        [currency] The widest input first; one that cannot be met at an end stands before all.
    """
    parts = catalog or Catalog.load()
    brief = Brief.from_dict(design.brief)
    known = drivers(brief, parts, swing_frac=swing_frac)
    ends = [(d, end) for d in known for end in ("low", "high")]
    rows = []
    for n, (driver, end) in enumerate(ends):
        changes = driver.low if end == "low" else driver.high
        words = driver.low_words if end == "low" else driver.high_words
        found, status, reason = one_answer(brief, changes, parts, gap, time_limit_s)
        row = {"driver": driver.name, "end": end, "change": words, "status": status}
        rows.append({**row, "reason": reason, **_against(design, found)})
        if progress is not None:
            event = {"stage": "sensitivity", "done": n + 1, "total": len(ends)}
            progress({**event, "message": f"{driver.name}: {words}"})
    return _widest_first(rows)


def with_sensitivity(design: Design, rows: list[dict[str, Any]]) -> Design:
    """Return the design that also carries its tornado, for its report."""
    return replace(design, summary={**design.summary, "sensitivity": rows})


def _against(design: Design, found: Design | None) -> dict[str, float | None]:
    """Return cost and bound of a design, and between which amounts the optimum has moved."""
    if found is None:
        return dict.fromkeys(("objective", "bound", "change_low", "change_high"))
    base, other = design.certificate, found.certificate
    return {
        "objective": other["objective"],
        "bound": other["bound"],
        "change_low": other["bound"] - base["objective"],
        "change_high": other["objective"] - base["bound"],
    }


def _widest_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    costs: dict[str, list[float | None]] = {}
    for row in rows:
        costs.setdefault(row["driver"], []).append(row["objective"])

    def width(row: dict[str, Any]) -> float:
        known = [c for c in costs[row["driver"]] if c is not None]
        return float("inf") if len(known) < 2 else max(known) - min(known)

    return sorted(rows, key=lambda row: -width(row))


def _prices(brief: Brief, catalog: Catalog) -> Iterator[Driver]:
    """Yield the families of parts whose prices have bands; what the brief states is not moved."""
    rate = brief.fx.usd_per_unit if brief.fx else 1.0
    stated = [price.model_dump(mode="json") for price in brief.prices]
    known = {(price.item, price.quantity) for price in brief.prices}
    for name, families in PRICED.items():
        items = {i for family in families for i in getattr(catalog, family)}
        rows = [p for k, p in catalog.prices.items() if p.item in items and k not in known]
        rows = [p for p in rows if p.low < p.high]
        if not rows or (families == ("cloud",) and brief.cloud_burst is None):
            continue
        ends = [
            {
                "prices": [
                    *stated,
                    *(
                        {"item": p.item, "quantity": p.quantity, "value": getattr(p, end) / rate}
                        for p in rows
                    ),
                ]
            }
            for end in ("low", "high")
        ]
        yield Driver(name, "low prices", "high prices", *ends)


def _stated(brief: Brief, swing: float) -> Iterator[Driver]:
    """Yield what the brief states as one number, moved down and up by the swing."""
    words = (f"{-swing:+.0%}", f"{swing:+.0%}")
    down, up = 1 - swing, 1 + swing

    def both(name: str, change: Callable[[float], dict[str, Any]]) -> Driver:
        return Driver(name, *words, change(down), change(up))

    yield both("Demand of all workloads", lambda f: scaled_demand(brief, f))
    growing = [w for w in brief.workloads if getattr(w, "growth_factor_24_months", 1.0) != 1.0]
    if growing:
        yield both(
            "Growth beyond today's demand",
            lambda f: {
                f"workloads.{w.id}.growth_factor_24_months": 1 + (w.growth_factor_24_months - 1) * f
                for w in growing
            },
        )
    sites = [s for s in brief.sites if s.electricity_per_kwh]
    if sites:
        yield both(
            "Electricity",
            lambda f: {
                f"sites.{s.id}.electricity_per_kwh": s.electricity_per_kwh * f for s in sites
            },
        )
    if brief.wacc_frac:
        yield both("Cost of capital", lambda f: {"wacc_frac": brief.wacc_frac * f})
    decline = brief.procurement.price_decline_frac_per_year
    if decline:
        path = "procurement.price_decline_frac_per_year"
        yield both("Yearly price decline", lambda f: {path: decline * f})
