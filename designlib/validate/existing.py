"""Existing: no more serves of what is there already than the brief states, and none after it left.

What serves once serves until it retires; nothing that stood idle comes back.
"""

from __future__ import annotations

from collections import defaultdict

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import brief_of, existing_servers

USES = ("in service", "spare", "idle")


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each part, site and date whose servers are not those of the brief."""
    brief, rows = brief_of(design), design.tables.get("existing", [])
    found = []
    counts: dict[tuple[str, str, int], int] = defaultdict(int)
    serving: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        part, site, month = row["part_id"], row["site"], row["period_month"]
        if part not in catalog.servers or row["use"] not in USES:
            found.append(f"{row['count']} {part} at {site} are {row['use']}: not understood")
            continue
        counts[part, site, month] += row["count"]
        if row["use"] == "in service":
            serving[part, row["pool"]][month] += row["count"]
    for (part, site, month), n in sorted(counts.items()):
        most = existing_servers(brief, part, site, month, catalog)
        if n > most:
            found.append(
                f"month {month}: {n} {part} of what was there already are counted at {site},"
                f" the brief has {most}"
            )
    for (part, pool), by_month in sorted(serving.items()):
        series = [by_month[month] for month in design.dates]
        if series != sorted(series, reverse=True):
            found.append(f"{part} that was there already comes into service late in pool {pool}")
    return found
