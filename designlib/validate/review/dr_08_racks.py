"""Racks: none draws more than one of its feeds gives, nor more than its cooling takes."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from designlib.validate import racks
from designlib.validate._evidence import spec, until
from designlib.validate.review._case import Case, Number, Verdict, verdict_of
from designlib.validate.review._gaps import gaps

CHECK: Final = "DR-08"
TITLE: Final = "Racks have power and cooling"
RULE: Final = (
    "Every rack stays within what its position can feed and cool, on one feed alone when the other"
    " is lost; what needs a liquid loop has one"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": power and cooling density neglected'
)
FEEDS: Final = 2


def check(case: Case) -> Verdict:
    """Return the racks that break a limit of height, weight, power, feed or cooling."""
    loads = _loads(case)
    if not loads:
        return Verdict("not applicable", "nothing stands in racks")
    found = list(dict.fromkeys(racks.check(case.design, case.catalog)))
    if case.quoted:  # cabinets that a quotation lacks are told with their price
        found = [m for m in found if "cabinets bought" not in m]
    short = [g for g in gaps(case) if g.resource in ("cabinets", "rack_pdus", "rear_doors")]
    found += [g.words(case.design.currency) for g in short]
    strips = [
        spec(case.catalog.power[x["part_id"]], "unit_kw")
        for x in case.lines
        if x["part_id"] in case.catalog.power
        and case.catalog.power[x["part_id"]].kind == "rack-pdu"
    ]
    worst = max(loads, key=lambda key: loads[key])
    numbers = [
        Number("fullest rack", loads[worst], "kW"),
        Number("racks", len(loads), "racks"),
    ]
    if strips:
        numbers.append(Number("one power strip carries", min(strips), "kW"))
        by_strip = [r for r, kw in loads.items() if kw > min(strips) and not _own(r, case)]
        found += [
            f"rack {rack} draws {loads[site, rack]:.1f} kW, one of its {FEEDS} feeds gives"
            f" {min(strips):.1f}"
            for site, rack in by_strip
        ]
    kept = f"the fullest of {len(loads)} racks draws {loads[worst]:.1f} kW, within every limit"
    fix = short[0].words(case.design.currency) if short else "move units to a rack with room"
    price = short[0].price if short else None
    return verdict_of(found, kept, tuple(numbers), fix=fix, fix_price=price)


def _loads(case: Case) -> dict[tuple[str, str], float]:
    """Return the most that each rack draws at any date, by site and name. [kW]."""
    most: dict[tuple[str, str], float] = defaultdict(float)
    for month in case.design.dates:
        now: dict[tuple[str, str], float] = defaultdict(float)
        for row in until(case.design.tables["placement"], month):
            now[row["site"], row["rack"]] += row["kw"] or 0.0
        most |= {rack: max(most[rack], kw) for rack, kw in now.items()}
    return most


def _own(rack: tuple[str, str], case: Case) -> bool:
    """Return whether a rack is a system of its own, which has its own feeds."""
    rows = [r for r in case.design.tables["placement"] if (r["site"], r["rack"]) == rack]
    servers = case.catalog.servers
    return any(r["part_id"] in servers and servers[r["part_id"]].rack_scale for r in rows)
