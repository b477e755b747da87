"""Spares: with the cold spares, enough servers are up as often as the brief promises.

Servers away for repair are Poisson with mean servers times repair time over time between
repairs.

References
----------
.. [1] R. E. Barlow, F. Proschan, "Mathematical theory of reliability", Wiley, 1965: spares of
       independent units under repair are Poisson (Palm's theorem).
"""

from __future__ import annotations

from math import exp

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import SPARES, brief_of, count, gpu_servers, spec, standing

HOURS_PER_DAY = 24.0


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each kind and date with too few spares."""
    brief = brief_of(design)
    promised = brief.reliability.enough_servers_probability
    found = []
    for month in design.dates:
        lines = gpu_servers(standing(design, month, cold=True), catalog)
        for part, site in sorted({(line["part_id"], line["site"]) for line in lines}):
            mine = [x for x in lines if (x["part_id"], x["site"]) == (part, site)]
            spares = count(line for line in mine if line["layer"] == SPARES)
            away = _away(
                count(mine) - spares, spec(catalog.servers[part], "gpus_count"), brief, catalog
            )
            enough = _poisson_at_most(round(spares), away)
            if enough < promised - 1e-9:
                found.append(
                    f"month {month}: {spares:g} spares of {part} suffice {enough:.2%} of the time"
                    f" at {site},"
                    f" {promised:.2%} is promised"
                )
    return found


def _away(servers: float, gpus: float, brief: Brief, catalog: Catalog) -> float:
    """Return the mean number of servers away for repair."""
    rel = brief.reliability
    hours, share = rel.gpu_hours_per_interruption, rel.repair_share_frac
    if hours is None:
        hours = float(catalog.constant("gpu", "gpu_hours_per_interruption").value)
    if share is None:
        share = float(catalog.constant("server", "repair_share_frac").value)
    repairs_per_hour = servers * gpus * share / hours
    return repairs_per_hour * rel.repair_days * HOURS_PER_DAY


def _poisson_at_most(k: int, mean: float) -> float:
    """Return the probability that a Poisson number is at most k."""
    term = total = exp(-mean)
    for n in range(1, k + 1):
        term *= mean / n
        total += term
    return total
