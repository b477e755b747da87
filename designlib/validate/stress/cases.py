"""Cases: the changes of a design and its brief under which its promises are counted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import SPARES, brief_of
from designlib.validate._promise import Promise

Plain = dict[str, Any]
FRAC: Final = 0.2
UNREAD: Final = ("candidates", "assumptions", "compliance", "balance", "cost")
"""Tables that the recounts under stress do not read."""
LATE_MONTHS: Final = 3
"""A delivery that is late by a quarter."""


@dataclass(frozen=True)
class Case:
    """A design under stress.

    Attributes
    ----------
    group, name : str
        Kind of stress, and the case in words.
    design : Design
        The design, changed.
    price : float or None
        What the case costs by itself, None where what it breaks is priced.
    replays : bool
        Whether a month has to be played again.
    note : str
        How the case was made.
    broken : tuple of Promise, optional
        What it breaks, where the case itself counts that.
    """

    group: str
    name: str
    design: Design
    price: float | None = None
    replays: bool = False
    note: str = ""
    broken: tuple[Promise, ...] | None = None


def cases_of(design: Design, catalog: Catalog) -> list[Case]:
    """Return the cases of a design: layers, demand, speed and deliveries."""
    return [
        *_layers(design),
        *_granted(design),
        *_demand(design),
        *_speed(design),
        *_late(design),
    ]


def bare(design: Design) -> Design:
    """Return a design without the tables that no recount reads, so that copies are quick."""
    return replace(design, tables={**design.tables, **{n: [] for n in UNREAD}})


def changed(design: Design, change: Callable[[Plain], None]) -> Design:
    """Return a copy of a design after a change of its plain content."""
    content = design.to_dict()
    change(content)
    return replace(design, **content)


def _lines(content: Plain, layer: str) -> list[Plain]:
    return [x for x in content["tables"]["bill_of_materials"] if x["layer"] == layer]


def _layers(design: Design) -> Iterator[Case]:
    """Yield each bought layer with a fifth less and a fifth more of every part."""
    lines = design.tables["bill_of_materials"]
    for layer in sorted({x["layer"] for x in lines} - {SPARES, "orchestration"}):
        capital = sum(x["extended"] for x in lines if x["layer"] == layer)
        for sign, word in ((-1, "less"), (1, "more")):

            def change(content: Plain, layer: str = layer, sign: int = sign) -> None:
                for line in _lines(content, layer):
                    n = line["count"]
                    less, more = floor(n * (1 - FRAC)), ceil(n * (1 + FRAC))
                    line["count"] = max(1, less) if sign < 0 else more

            yield Case(
                "layer", f"{layer}: {FRAC:.0%} {word}", changed(design, change),
                None if sign < 0 else FRAC * capital,
                note="every part of the layer, whole pieces; what stands in racks stays",
            )  # fmt: skip


def _granted(design: Design) -> Iterator[Case]:
    """Yield less and more of what a site grants: power, loop and positions."""
    for field, key in (("it_power_kw", "kw"), ("utility_mw", "mw")):
        for sign, word in ((-1, "less"), (1, "more")):

            def change(
                content: Plain, field: str = field, key: str = key, sign: int = sign
            ) -> None:
                for site in content["brief"]["sites"]:
                    for step in site.get(field) or ():
                        step[key] *= 1 + sign * FRAC

            if any(site.get(field) for site in design.brief["sites"]):
                name = "IT power" if key == "kw" else "utility power"
                yield Case("site", f"{name}: {FRAC:.0%} {word}", changed(design, change), note="")


SIZES: Final = (
    "peak_requests_s", "studies_per_day", "jobs_per_day", "runs_per_month_count", "runs_per_year",
    "items_per_month_count", "tokens_count",
)  # fmt: skip
"""Fields of a workload that say how much is asked; held GPUs are a size, no forecast."""


def _demand(design: Design) -> Iterator[Case]:
    def scale(by: Callable[[Plain], float]) -> Callable[[Plain], None]:
        def change(content: Plain) -> None:
            for w in content["brief"]["workloads"]:
                for field in SIZES:
                    if w.get(field):
                        w[field] *= 1 + by(w)
            _untold(content)

        return change

    if any(w.get("forecast_sd_frac") for w in design.brief["workloads"]):
        yield Case(
            "demand", "demand: one standard deviation more",
            changed(design, scale(lambda w: w.get("forecast_sd_frac") or 0.0)), replays=True,
            note="deviation of the forecast as the brief states it, at every date",
        )  # fmt: skip
    yield Case(
        "demand", f"demand: {FRAC:.0%} more", changed(design, scale(lambda w: FRAC)), replays=True,
        note="every rate of every workload, and the tokens of every planned run",
    )  # fmt: skip


def _speed(design: Design) -> Iterator[Case]:
    """Yield training at the low end of its band."""

    def change(content: Plain) -> None:
        for row in content["tables"]["operations"]:
            told = row["figures"].get("mfu")
            if told and told.get("low"):
                told["value"] = told["low"]
        _untold(content)

    if any(r["figures"].get("mfu") for r in design.tables["operations"]):
        yield Case(
            "speed", "MFU: low end of the band", changed(design, change), replays=True,
            note="the low figure of each job's MFU; 80 % of measurements are above it",
        )  # fmt: skip


def _untold(content: Plain) -> None:
    """Take away the times of runs: they are counted again, so none stands beside them any more."""
    for row in content["tables"]["operations"]:
        row["figures"].pop("hours_per_run", None)


def _late(design: Design) -> Iterator[Case]:
    """Yield the first and the largest delivery of each layer a quarter late."""
    lines = design.tables["bill_of_materials"]
    months = max(1, brief_of(design).tco_months - min(design.dates))
    idle = float(design.summary["tco"]) / months * LATE_MONTHS
    for layer in sorted({x["layer"] for x in lines} - {SPARES, "orchestration"}):
        value: dict[int, float] = defaultdict(float)
        for x in lines:
            value[x["period_month"]] += x["extended"] * (x["layer"] == layer)
        dates = [month for month in value if value[month]] or [min(value)]
        for month in sorted({min(dates), max(dates, key=lambda m: value[m])}):

            def change(content: Plain, layer: str = layer, month: int = month) -> None:
                late = {x["line_id"] for x in _lines(content, layer) if x["period_month"] == month}
                for table in ("bill_of_materials", "placement"):
                    for row in content["tables"][table]:
                        if row["line_id"] in late:
                            row["period_month"] += LATE_MONTHS
                            if "order_by_month" in row:
                                row["order_by_month"] += LATE_MONTHS

            yield Case(
                "delivery", f"{layer}: delivery of month {month} {LATE_MONTHS} months late",
                changed(design, change), idle,
                note="price: present value of the design a month, for the months without it",
            )  # fmt: skip
