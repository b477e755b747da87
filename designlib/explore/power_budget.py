"""Power budget: from the utility to the rack, what each level may carry and what it carries."""

from __future__ import annotations

from math import inf, nan
from typing import Any, Final, NamedTuple

import pandas as pd

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.design.standing import stands
from designlib.explore.elevations import racks
from designlib.explore.halls import DOOR, Row, part_of, pue_of, spec
from designlib.physics.power_chain import chain_loss_kw, modules_left

LEVELS: Final = ("transformer", "switchgear", "generator", "ups", "busway")
"""Levels of a chain that a design may buy, from the utility down."""
IT_SIDE: Final = ("ups", "busway")
"""Levels that carry IT power; the others carry its cooling too."""
KW_PER_MW: Final = 1000.0

COLUMNS: Final = (
    "site", "period_month", "level", "owner", "part_id", "modules", "unit_kw", "redundancy",
    "capacity_kw", "nameplate_kw", "sustained_kw", "headroom_kw", "headroom_frac", "loss_kw",
)  # fmt: skip


def power_budget(design: Design, catalog: Catalog) -> pd.DataFrame:
    """Return every level of the power of each site at each date.

    Parameters
    ----------
    design : Design
        A design.
    catalog : Catalog
        The parts that it names.

    Returns
    -------
    pandas.DataFrame
        A row is a level: the utility, the modules of the chain that are bought, IT power, and the
        fullest rack (level ``rack``, whose capacity is what its strips carry with one path lost).
        ``nameplate_kw`` is the sum of the maxima, which sizes the chain; ``sustained_kw`` what is
        drawn on average, which is paid. ``capacity_kw`` is what is left with the redundancy gone,
        NaN where nobody states it; ``headroom_frac`` is headroom over capacity. ``loss_kw`` is
        given off by the modules at nameplate. [kW]
    """
    brief = Brief.from_dict(design.brief)
    fullest = racks(design, catalog)
    rows: list[Row] = []
    for site in brief.sites:
        for month in design.dates:
            rows += _levels(design, catalog, site, month)
            here = fullest[(fullest.site == site.id) & (fullest.period_month <= month)]
            rows += _rack(design, site, month, here)
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Loads(NamedTuple):
    """What a site draws at a date, as maximum and on average. [kW]."""

    it: tuple[float, float]
    facility: tuple[float, float]
    gpu: tuple[float, float]

    def of(self, level: str, ups: str) -> tuple[float, float]:
        """Return what a level carries, with the scope of the UPS."""
        if level == "ups" and ups != "everything":
            return self.it[0] - self.gpu[0], self.it[1] - self.gpu[1]
        return self.it if level in IT_SIDE else self.facility


def _loads(design: Design, catalog: Catalog, site: Any, month: int) -> _Loads:
    it, facility, gpu = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]
    for row in design.tables["placement"]:
        if row["site"] != site.id or not stands(row, month):
            continue
        part = part_of(catalog, row["part_id"])
        most = float(row["kw"] or 0.0)
        usual = (spec(part, "power_typical_kw") if part is not None else 0.0) or most
        pue = pue_of(catalog, site, row["rack_kind"])
        for n, kw in enumerate((most, usual)):
            it[n] += kw
            facility[n] += kw * pue
            gpu[n] += kw * (getattr(part, "gpu", None) is not None)
    fans = _fans_kw(design, catalog, site.id, month)
    whole = fans * float(site.pue.air)
    return _Loads(
        (it[0] + fans, it[1] + fans),
        (facility[0] + whole, facility[1] + whole),
        (gpu[0], gpu[1]),
    )


def _fans_kw(design: Design, catalog: Catalog, site: str, month: int) -> float:
    """Return what the fans of rear doors draw. [kW]."""
    doors = {d.id: spec(d, "parasitic_kw") for d in catalog.cooling.values() if d.kind == DOOR}
    return sum(
        doors.get(line["part_id"], 0.0) * float(line["count"] or 0.0)
        for line in design.tables["bill_of_materials"]
        if line["site"] == site and line["period_month"] <= month
    )


def _levels(design: Design, catalog: Catalog, site: Any, month: int) -> list[Row]:
    loads = _loads(design, catalog, site, month)
    owner = site.power_chain.owner
    redundancy = site.redundancy.power
    grid = _granted(site.utility_mw, month, "mw") * KW_PER_MW
    rows = [_row(site, month, "utility", owner, grid, *loads.facility)]
    for level in () if site.power_chain.exists else LEVELS:
        load, usual = loads.of(level, site.redundancy.ups)
        for part, count in _modules(design, catalog, site.id, month, level).items():
            unit = spec(catalog.power[part], "unit_kw")
            capacity = unit * modules_left(count, redundancy)
            row = _row(site, month, level, "customer", capacity, load, usual)
            row |= {"part_id": part, "modules": count, "unit_kw": unit, "redundancy": redundancy}
            efficiency = spec(catalog.power[part], "efficiency_frac")
            row["loss_kw"] = chain_loss_kw(load, [efficiency]) if efficiency else nan
            rows.append(row)
    granted = _granted(site.it_power_kw, month, "kw")
    return [*rows, _row(site, month, "IT", owner, granted, *loads.it)]


def _modules(design: Design, catalog: Catalog, site: str, month: int, level: str) -> dict[str, int]:
    """Return the modules of a level that are bought until a month, by part."""
    found: dict[str, int] = {}
    for line in design.tables["bill_of_materials"]:
        part = catalog.power.get(line["part_id"])
        if part is None or part.kind != level or line["site"] != site:
            continue
        if line["period_month"] <= month:
            found[part.id] = found.get(part.id, 0) + round(line["count"] or 0)
    return found


def _rack(design: Design, site: Any, month: int, here: pd.DataFrame) -> list[Row]:
    """Return the fullest rack of a date, with what its strips carry after the loss of a path."""
    units = [u for u in design.tables["placement"] if u["site"] == site.id and stands(u, month)]
    if not len(here) or not units:
        return []
    now = pd.DataFrame(units).groupby("rack").kw.sum()
    share = here.assign(now=here.rack.map(now)).assign(full=lambda f: f.now / f.failover_kw)
    top = share.sort_values("full").iloc[-1]
    row = _row(site, month, "rack", "customer", float(top.failover_kw), float(top.now), nan)
    row |= {"part_id": top["rack"], "modules": int(top.feeds), "unit_kw": float(top.feed_kw)}
    return [row | {"redundancy": "2N" if top.feeds == 2 else "N+1"}]


def _granted(steps: Any, month: int, field: str) -> float:
    """Return what the steps of a brief grant at a month; infinite where it states none."""
    if not steps:
        return inf
    return max((float(getattr(s, field)) for s in steps if s.month <= month), default=0.0)


def _row(
    site: Any, month: int, level: str, owner: str, capacity: float, most: float, usual: float
) -> Row:
    known = capacity < inf
    left = capacity - most if known else nan
    return {
        "site": site.id,
        "period_month": month,
        "level": level,
        "owner": owner,
        "part_id": "",
        "modules": 0,
        "unit_kw": nan,
        "redundancy": "",
        "capacity_kw": capacity if known else nan,
        "nameplate_kw": most,
        "sustained_kw": usual,
        "headroom_kw": left,
        "headroom_frac": left / capacity if known and capacity else nan,
        "loss_kw": nan,
    }
