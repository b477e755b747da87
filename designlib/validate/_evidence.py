"""Evidence: what a design, its brief and the catalog state, for the checks to count again."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any
from weakref import ref

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.physics import growth
from designlib.schema.words import servers_named

Row = dict[str, Any]

ROUNDING = 1e-6
"""Relative difference that rounding in another order may make; no real difference is as small."""
HOURS_PER_MONTH = 730.0
SPARES = "spares"
"""Layer of what lies on the shelf: it stands in no rack and draws nothing."""

LABOR = "moved-links"
"""Line of the work of re-plugging links where a fabric grows: no part, so nothing to look up."""


_read: list[tuple[ref[Design], Brief]] = []
"""The last design whose brief was read: every check asks for it again."""


def brief_of(design: Design) -> Brief:
    """Return the brief that a design answers."""
    if not _read or _read[0][0]() is not design:
        _read[:] = [(ref(design), Brief.from_dict(design.brief))]
    return _read[0][1]


def exceeds(amount: float, limit: float) -> bool:
    """Return whether an amount is above a limit by more than rounding."""
    return amount > limit + ROUNDING * max(1.0, abs(limit))


def differs(a: float, b: float) -> bool:
    """Return whether two amounts differ by more than rounding."""
    return abs(a - b) > ROUNDING * max(1.0, abs(a), abs(b))


def spec(part: Any, name: str) -> float:
    """Return a number of a part, 0 where it has none of that name."""
    quantity = getattr(part.specs, name, None)
    return 0.0 if quantity is None else float(quantity.value)


def until(rows: Iterable[Row], month: int) -> list[Row]:
    """Return the rows whose date of service has come by a month, and that have not left since."""
    return [row for row in rows if row["period_month"] <= month < (row.get("until_month") or inf)]


def bill(design: Design, *, cold: bool = False) -> list[Row]:
    """Return the parts of the bill; with ``cold`` also what lies on the shelf."""
    lines = (x for x in design.tables["bill_of_materials"] if x["part_id"] != LABOR)
    return [line for line in lines if cold or line["layer"] != SPARES]


def standing(design: Design, month: int, *, cold: bool = False) -> list[Row]:
    """Return the lines bought by a month, and as lines of their own what was there already."""
    uses = {"in service": "compute"} | ({"spare": SPARES} if cold else {})
    there = [
        {**row, "layer": uses[row["use"]], "line_id": ""}
        for row in design.tables.get("existing", [])
        if row["period_month"] == month and row["use"] in uses
    ]
    return until(bill(design, cold=cold), month) + there


def share(row: Row) -> float:
    """Return the share of its workload that a row of operations does; all, if it does not say."""
    figure = row["figures"].get("share")
    return 1.0 if figure is None else float(figure["value"])


def count(lines: Iterable[Row]) -> float:
    """Return the units of some lines."""
    return float(sum(line["count"] for line in lines))


def demand_dates(design: Design, brief: Brief) -> list[tuple[int, int]]:
    """Return each decision date with the month at whose demand its interval ends."""
    ends = (*design.dates[1:], brief.horizon_months)
    return list(zip(design.dates, ends, strict=True))


def grown(month: int, factor_24_months: float, shape: str = "geometric") -> float:
    """Return demand at a month over demand at the start."""
    if shape == "linear":
        return 1.0 + (factor_24_months - 1.0) * month / growth.GROWTH_MONTHS
    return growth.demand_factor(month, factor_24_months)


def granted(steps: Iterable[Any] | None, month: int, field: str) -> float | None:
    """Return what a list of steps grants at a month, None where it sets no limit."""
    if not steps:
        return None
    return max((float(getattr(s, field)) for s in steps if s.month <= month), default=0.0)


def gpu_servers(lines: Iterable[Row], catalog: Catalog) -> list[Row]:
    """Return the lines that are servers with GPUs."""
    servers = catalog.servers
    return [r for r in lines if r["part_id"] in servers and servers[r["part_id"]].gpu is not None]


def existing_servers(brief: Brief, part: str, site: str, month: int, catalog: Catalog) -> int:
    """Return the servers that the customer has already and that a part may stand for."""
    gpus = spec(catalog.servers[part], "gpus_count")
    return sum(
        lot.servers_count
        for lot in brief.existing
        if lot.site == site
        and lot.gpus_per_server_count == gpus
        and part in servers_named(lot.gpu, catalog)
        and (lot.retire_by_month is None or lot.retire_by_month > month)
    )
