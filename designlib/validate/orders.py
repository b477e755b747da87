"""Orders: nothing had to be ordered before today, and every part arrives in time.

Servers come in lots of the least size or more, and in whole scalable units.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.faults import FaultError
from designlib.schema.plant_parts import FAMILIES
from designlib.validate._evidence import Row, bill, brief_of, exceeds, gpu_servers, spec

WEEKS_PER_MONTH = 365.25 / 12 / 7


def check(design: Design, catalog: Catalog) -> list[str]:
    """Return a sentence for each line ordered too early, too late, or in too small a lot."""
    brief = brief_of(design)
    found = []
    for line in bill(design, cold=True):
        name = f"line {line['line_id']} ({line['part_id']})"
        if line["order_by_month"] < -1e-9:
            found.append(f"{name} had to be ordered {-line['order_by_month']:.1f} months ago")
        try:
            weeks = weeks_to_service(catalog.part(line["part_id"]), line["site"], brief)
        except FaultError as error:
            found.append(str(error))
            continue
        ready = line["order_by_month"] + weeks / WEEKS_PER_MONTH
        if exceeds(ready, line["period_month"]):
            found.append(
                f"{name} is in service at month {ready:.1f} at the earliest, not at"
                f" {line['period_month']}"
            )
    found += _units(gpu_servers(bill(design), catalog), brief)
    return found + _lots(gpu_servers(bill(design, cold=True), catalog), brief)


def weeks_to_service(part: Any, site_id: str, brief: Brief) -> float:
    """Return the time from order to service: what the brief states, else the catalog. [wk]."""
    buying = brief.procurement
    family = next(name for name, kind in FAMILIES.items() if isinstance(part, kind))
    lead, install = spec(part, "lead_weeks"), spec(part, "install_weeks")
    register = {str(k): float(v) for k, v in (buying.lead_times_weeks or {}).items()}
    kind = str(getattr(part, "kind", ""))
    lead = register.get(family, register.get(kind, lead))
    if family == "servers":
        lead = lead if buying.lead_weeks is None else buying.lead_weeks
        install = install if buying.install_weeks is None else buying.install_weeks
    door = next((s.rear_door for s in brief.sites if s.id == site_id), None)
    if kind == "rear-door" and kind not in register and family not in register:
        stated = None if door is None else door.lead_weeks
        lead = lead if stated is None else stated
    return float(lead + install)


def _units(lines: list[Row], brief: Brief) -> list[str]:
    """Return the orders of servers that are no whole number of scalable units, spares apart."""
    unit = brief.fleet.scalable_unit_servers_count or 1
    lots: dict[tuple[str, str, int], float] = defaultdict(float)
    for line in lines:
        lots[line["part_id"], line["site"], line["period_month"]] += line["count"]
    return [
        f"{n:g} {part} go into service at {site} in month {month}, a scalable unit has {unit}"
        for (part, site, month), n in lots.items()
        if n % unit
    ]


def _lots(lines: list[Row], brief: Brief) -> list[str]:
    """Return the orders of servers that are smaller than the least order."""
    least = brief.procurement.min_order_servers_count
    lots: dict[tuple[str, int], float] = defaultdict(float)
    for line in lines:
        lots[line["part_id"], line["period_month"]] += line["count"]
    return [
        f"{n:g} {part} are ordered for month {month}, the least order is {least}"
        for (part, month), n in lots.items()
        if n < least
    ]
