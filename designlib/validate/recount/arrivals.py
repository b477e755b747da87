"""Arrivals: every line of the bill is ordered no earlier than today and arrives in time."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, brief_of
from designlib.validate._promise import Promise
from designlib.validate.orders import WEEKS_PER_MONTH, weeks_to_service

CHECK: Final = "arrivals"


def promises(design: Design, catalog: Catalog) -> list[Promise]:
    """Return the latest arrival and the earliest order of each layer, site and date."""
    brief = brief_of(design)
    groups: dict[tuple[str, str, int], list[Row]] = {}
    for line in bill(design, cold=True):
        key = (line["layer"], line["site"], line["period_month"])
        groups.setdefault(key, []).append(line)
    found = []
    for (layer, site, month), lines in sorted(groups.items()):
        ready = {
            x["line_id"]: x["order_by_month"]
            + weeks_to_service(catalog.part(x["part_id"]), site, brief) / WEEKS_PER_MONTH
            for x in lines
        }
        last = max(lines, key=lambda x: ready[x["line_id"]])
        first = min(lines, key=lambda x: x["order_by_month"])
        where = f"{site}, {layer}"
        found += [
            Promise(
                CHECK, f"service of the last part, {last['part_id']}", where, month,
                ready[last["line_id"]], "months", "at most", month,
                "order plus lead and installation: the brief's, else the catalog's",
            ),
            Promise(
                CHECK, f"order of the first part, {first['part_id']}", where, 0.0,
                first["order_by_month"], "months", "at least", month,
                "nothing is ordered before the day of the decision",
            ),
        ]  # fmt: skip
    return found
