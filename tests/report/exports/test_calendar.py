"""Calendar: each line of the bill once, on its day, in the form of RFC 5545."""

import re
from collections import Counter
from datetime import date, timedelta

from icalendar import Calendar

from designlib.report.exports import calendar

START = date(2026, 3, 31)


def text_of(design, catalog, start=START) -> str:
    return calendar.export(design, catalog, start)["orders.ics"]


def test_every_order_is_there_once_on_its_day(design, catalog):
    events = Calendar.from_ical(text_of(design, catalog)).walk("VEVENT")
    found: Counter = Counter()
    days: dict[str, date] = {}
    for event in events:
        for line in re.findall(r"^(L\d+):", str(event["description"]), re.M):
            found[line] += 1
            days[line] = event["dtstart"].dt
    wanted = {
        line["line_id"]: line for line in design.tables["bill_of_materials"]
        if line["order_by_month"] is not None and line["unit"] == "each"
    }  # fmt: skip
    assert found == Counter(wanted.keys())
    for line, day in days.items():
        late = day - START - timedelta(days=365.2425 / 12 * wanted[line]["order_by_month"])
        assert timedelta(days=-1) < late <= timedelta()


def test_lines_are_folded_and_end_as_the_standard_says(design, catalog):
    raw = text_of(design, catalog).encode()
    assert raw.replace(b"\r\n", b"").find(b"\n") == -1
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")


def test_identifiers_are_unique_and_steady(design, catalog):
    text = text_of(design, catalog)
    ids = [str(e["uid"]) for e in Calendar.from_ical(text).walk("VEVENT")]
    assert len(ids) == len(set(ids))
    assert text == text_of(design, catalog)


def test_start_moves_every_day(one, catalog):
    first, later = (
        [e["dtstart"].dt for e in Calendar.from_ical(text_of(one, catalog, day)).walk("VEVENT")]
        for day in (START, START + timedelta(days=10))
    )
    assert [b - a for a, b in zip(first, later, strict=True)] == [timedelta(days=10)] * len(first)
