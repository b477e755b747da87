"""Sites: when a site is lost, the others carry the promised share of every service's peak.

What a site can carry is counted from its replicas: the requests that their batches hold in flight
(Little's law), and what it rents.
"""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, brief_of, demand_dates, exceeds, grown
from designlib.validate._sites import ANY, duties, losses, rented_frac, surviving_frac


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each loss of sites that the others do not make up for."""
    brief = brief_of(design)
    found = []
    for w in brief.services():
        if ANY in duties(brief, w):
            continue
        for month, end in demand_dates(design, brief):
            now = [
                r
                for r in design.tables["operations"]
                if (r["workload"], r["period_month"]) == (w.id, month)
            ]
            for gone in losses(brief):
                found += _lost(brief, w, [r for r in now if r["site"] not in gone], gone, end)
    return list(dict.fromkeys(found))


def _lost(brief: Brief, w: Any, rows: list[Row], gone: frozenset[str], end: int) -> list[str]:
    """Return what is missing when some sites are gone."""
    peak = w.peak_requests_s * grown(end, w.growth_factor_24_months, w.growth_shape)
    need = peak * surviving_frac(brief)
    can = sum(carries(brief, w, row, peak) for row in rows)
    if not exceeds(need, can):
        return []
    return [
        f"{w.id}: without {' and '.join(sorted(gone))} the other sites carry {can:,.1f} requests/s,"
        f" {need:,.1f} are promised at month {end}"
    ]


def carries(brief: Brief, w: Any, row: Row, peak: float) -> float:
    """Return the requests a second that one row of operations carries. [requests/s].

    Parameters
    ----------
    brief : Brief
        Policy of the sites.
    w : Inference
        The service.
    row : dict
        How it runs at a site: replicas, batch and time per token.
    peak : float
        All arrivals at the peak. [requests/s]
    """
    tpot = float(row["figures"].get("tpot_p95", {}).get("value") or 0.0)
    work: float = w.output_tokens * tpot
    rented: float = rented_frac(row) * duties(brief, w).get(row["site"], 0.0) * peak
    if not work or rented_frac(row) >= 1.0:
        return rented
    replicas = float(row["replicas"] or 0.0)
    served: float = replicas * float(row["batch"] or 0.0) / work
    rate = row["figures"].get("rate_per_replica", {}).get("value")
    if rate is not None:  # long prompts fill a replica before its slots are full
        served = min(served, replicas * float(rate))
    return rented + served
