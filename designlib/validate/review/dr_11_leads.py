"""Lead times: whatever takes longest is ordered today at the earliest, and comes in time."""

from __future__ import annotations

from typing import Final

from designlib.validate import orders
from designlib.validate._evidence import bill
from designlib.validate.orders import WEEKS_PER_MONTH, weeks_to_service
from designlib.validate.review._case import Case, Number, Verdict, verdict_of

CHECK: Final = "DR-11"
TITLE: Final = "Long lead times are met"
RULE: Final = (
    "Power, cooling and servers are ordered early enough: no order had to go out before today, and"
    " every part is in service when it is needed"
)
REFERENCE: Final = (
    '"Designing Infrastructure for AI Workloads": the facility is often what takes longest'
)


def check(case: Case) -> Verdict:
    """Return the orders that are late, and which part heads the critical path."""
    lines = bill(case.design, cold=True)
    if not lines:
        return Verdict("not applicable", "nothing is bought")
    weeks = {
        x["part_id"]: weeks_to_service(case.catalog.part(x["part_id"]), x["site"], case.brief)
        for x in lines
    }
    longest = max(weeks, key=lambda part: weeks[part])
    first = min(lines, key=lambda x: x["order_by_month"])
    numbers = (
        Number(f"order to service of {longest}", weeks[longest], "weeks"),
        Number(f"first order ({first['part_id']})", first["order_by_month"], "months", 0.0),
    )
    found = orders.check(case.design, case.catalog)
    late = -min(0.0, first["order_by_month"])
    kept = (
        f"{first['part_id']} is ordered first, by month {first['order_by_month']:.1f}; {longest}"
        f" takes longest, {weeks[longest]:g} weeks"
    )
    begin = min(x["period_month"] for x in lines) + late
    start = case.brief.service_start_month
    changes = {"service_start_month": round(begin + 0.5)} if late and start is not None else {}
    fix = (
        f"begin {late:.1f} months ({late * WEEKS_PER_MONTH:.0f} weeks) later"
        if late
        else "order earlier"
    )
    return verdict_of(found, kept, numbers, fix=fix, changes=changes)
