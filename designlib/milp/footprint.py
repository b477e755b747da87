"""Footprint: energy, carbon and water of a solved model, read from its meters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyomo.environ as pyo

from designlib.milp.ledger import Ledger

Row = dict[str, Any]
HOURS_PER_YEAR = 8760.0
MONTHS_PER_YEAR = 12
KILO = 1000.0


def footprint(ledger: Ledger) -> list[Row]:
    """Return energy, carbon and water of each site from each date to the next."""
    p = ledger.problem
    it: dict[tuple[str, int], float] = defaultdict(float)
    facility: dict[tuple[str, int], float] = defaultdict(float)
    for x in ledger.metered:
        it[x.site, x.t] += float(pyo.value(x.it_kw))
        facility[x.site, x.t] += float(pyo.value(x.facility_kw))
    rows: list[Row] = []
    for (site, t), kw in it.items():
        years, rates = p.interval_months[t] / MONTHS_PER_YEAR, p.sites[site]
        rows.append(
            {
                "site": site,
                "period_month": p.dates[t],
                "it_energy_mwh": kw * HOURS_PER_YEAR * years / KILO,
                "facility_energy_mwh": facility[site, t] * HOURS_PER_YEAR * years / KILO,
                "carbon_t": facility[site, t] * rates.carbon_t_per_kw_year * years,
                "water_m3": kw * rates.water_m3_per_kw_year * years,
            }
        )
    return sorted(rows, key=lambda row: (row["site"], row["period_month"]))
