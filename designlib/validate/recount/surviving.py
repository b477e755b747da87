"""Surviving: every service carries its peak, whole and with each promised loss of sites.

References
----------
.. [1] J. D. C. Little, "A proof for the queuing formula L = lambda W", Operations Research 9,
       1961: a replica whose batch is full carries its batch over the time that an answer takes.
"""

from __future__ import annotations

from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of, demand_dates, grown
from designlib.validate._promise import Promise
from designlib.validate._sites import losses, surviving_frac
from designlib.validate.recount._names import operations
from designlib.validate.sites import carries

CHECK: Final = "surviving"
LAW: Final = "requests that full batches hold over the time of an answer (Little)"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return what the replicas of each service carry at the peak, with and without each site."""
    brief = brief_of(design)
    return [
        _carried(design, brief, catalog, w, when, gone)
        for w in brief.services()
        for when in demand_dates(design, brief)
        if any(row["replicas"] for row in operations(design, when[0]) if row["workload"] == w.id)
        for gone in (frozenset[str](), *losses(brief))
    ]


def _carried(
    design: Design,
    brief: Brief,
    catalog: Catalog,
    w: Any,
    when: tuple[int, int],
    gone: frozenset[str],
) -> Promise:
    month, end = when
    rows = [
        row
        for row in operations(design, month)
        if row["workload"] == w.id and row["site"] not in gone
    ]
    peak = w.peak_requests_s * grown(end, w.growth_factor_24_months, w.growth_shape)
    lost = f" without {' and '.join(sorted(gone))}" if gone else ""
    return Promise(
        CHECK, f"peak carried{lost}", w.id, peak * (surviving_frac(brief) if gone else 1.0),
        sum(carries(brief, catalog, w, row, peak) for row in rows), "requests/s", "at least",
        month, LAW,
    )  # fmt: skip
