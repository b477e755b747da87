"""Facility holds: racks, power, cooling and cables of any design; and what is left of lost sites.

Everything is counted anew from the tables of the design, its brief and the catalog.
"""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.cooling_budget import cooling_budget
from designlib.explore.floor import split
from designlib.explore.power_budget import power_budget
from tests.explore.racks_hold import racks_hold

SLACK = 1e-6
SECONDS_PER_HOUR = 3600.0


def facility_holds(design: Design, catalog: Catalog) -> None:
    """Assert that racks, levels of power, paths of heat and cables are within what they may."""
    racks_hold(design, catalog)
    for budget in (power_budget(design, catalog), cooling_budget(design, catalog)):
        assert len(budget)
        assert (budget.headroom_kw.dropna() >= -SLACK).all()
    for cables in split(design, catalog):
        assert cables.longest_m <= cables.reach_m, cables


def survives_a_lost_site(design: Design, catalog: Catalog, share: float) -> None:
    """Assert that without any one site the others serve a share of every service's peak.

    What a replica serves is what its batch holds in flight over the time of an answer (Little's
    law), and no more than the rate at which it reads the prompts in time; GPUs and cores that the
    replicas of a site take must stand in its racks.
    """
    brief = Brief.from_dict(design.brief)
    ends = dict(zip(design.dates, (*design.dates[1:], brief.horizon_months), strict=True))
    for gone in [site.id for site in brief.sites]:
        for month, end in ends.items():
            left = [
                row
                for row in design.tables["operations"]
                if row["period_month"] == month and row["site"] != gone
            ]
            _racks_hold_them(design, catalog, left, month)
            for w in brief.work():
                mine = [row for row in left if row["workload"] == w.id]
                served = sum(_served(w, row) for row in mine)
                wanted = share * _peak(w) * w.growth_factor_24_months ** (end / 24)
                assert served >= wanted * (1 - SLACK), (w.id, gone, month, served, wanted)


def _peak(w: Any) -> float:
    """Return the requests, or studies, of a second at the peak. [1/s]."""
    if w.kind == "image-inference":
        return float(w.studies_per_day * w.peak_factor / w.busy_hours / SECONDS_PER_HOUR)
    return float(w.peak_requests_s)


def _served(w: Any, row: dict[str, Any]) -> float:
    """Return the requests, or studies, of a second that a row of the operations serves. [1/s]."""
    figures = {name: f["value"] for name, f in row["figures"].items()}
    if w.kind == "image-inference":
        return float(row["replicas"] / w.gpu_seconds_per_study)
    if w.kind == "cpu-inference":
        return float(row["replicas"] / figures["core_seconds_per_request"])
    rented = float(figures.get("rented_frac", 0.0)) * _peak(w)
    in_flight = row["replicas"] * row["batch"] / (w.output_tokens * figures["tpot_p95"])
    return min(float(in_flight), float(row["replicas"] * figures["rate_per_replica"])) + rented


def _racks_hold_them(
    design: Design, catalog: Catalog, rows: list[dict[str, Any]], month: int
) -> None:
    """Assert that the GPUs of the remaining sites are enough for all that runs there at once."""
    for site in {row["site"] for row in rows}:
        stands = sum(
            catalog.servers[u["part_id"]].specs.gpus_count.value
            for u in design.tables["placement"]
            if u["site"] == site
            and u["part_id"] in catalog.servers
            and u["period_month"] <= month < (u.get("until_month") or month + 1)
        )
        taken = sum(row["gpus"] or 0.0 for row in rows if row["site"] == site)
        assert taken <= stands, (site, month, taken, stands)
