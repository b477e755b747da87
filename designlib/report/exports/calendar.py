"""Calendar: an all-day entry for each day by which something must be ordered.

Lines that are ordered from one vendor on one day share an entry.

References
----------
.. [1] B. Desruisseaux, "Internet calendaring and scheduling core object specification
       (iCalendar)", RFC 5545, 2009, https://www.rfc-editor.org/rfc/rfc5545.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from math import floor
from typing import Any, Final

from icalendar import Alarm, Calendar, Event, vText

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.faults import one_line

DAYS_PER_MONTH: Final = 365.2425 / 12
WARNING: Final = timedelta(days=-14)
"""When a calendar reminds of an order. [d]"""

Row = dict[str, Any]


def day_at(start: date, month: float) -> date:
    """Return the last whole day before so many months have passed since a day.

    Examples
    --------
    >>> day_at(date(2026, 1, 1), 6.0)
    datetime.date(2026, 7, 2)
    """
    return start + timedelta(days=floor(month * DAYS_PER_MONTH))


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return the calendar of the orders of a design, where month 0 is ``start``."""
    orders: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for line in design.tables["bill_of_materials"]:
        if line["order_by_month"] is not None and line["unit"] == "each":
            day = day_at(start, line["order_by_month"])
            orders[day, one_line(line["vendor"])].append(line)
    if not orders:
        return {}
    calendar = Calendar()
    calendar.add("prodid", "-//designlib//order-by dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", vText(f"Orders: {one_line(design.name)}"))
    for (day, vendor), lines in sorted(orders.items(), key=lambda item: item[0]):
        calendar.add_component(_event(design, start, day, vendor, lines))
    return {"orders.ics": calendar.to_ical().decode()}


def _event(design: Design, start: date, day: date, vendor: str, lines: list[Row]) -> Event:
    """Return the entry of one day and vendor; the same design gives the same one again."""
    event = Event()
    key = f"{design.name}|{day}|{vendor}|{[line['line_id'] for line in lines]}"
    event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@designlib")
    event.add("dtstamp", datetime.combine(start, time(), UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"Order from {vendor} by today: {_count(len(lines))}")
    wanted = [_words(line) for line in lines]
    total = sum(line["extended"] or 0.0 for line in lines)
    wanted.append(f"Together {total:,.0f} {design.currency}; month 0 is {start.isoformat()}.")
    event.add("description", "\n".join(wanted))
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Order from {vendor} in two weeks")
    alarm.add("trigger", WARNING)
    event.add_component(alarm)
    return event


def _count(lines: int) -> str:
    return f"{lines} line" if lines == 1 else f"{lines} lines"


def _words(line: Row) -> str:
    return (
        f"{line['line_id']}: {line['count']:,.0f} x {one_line(line['name'])}, "
        f"{one_line(line['site'])}, in service in month {line['period_month']}"
    )
