"""Risks: what the figures of a design themselves say may go wrong, and what to do about it."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import words
from designlib.report.facts import SPARE_LEAST
from designlib.report.section import Point, Section
from designlib.report.sections.operations import exceeded
from designlib.report.table import Cell, table
from designlib.report.words import money_short, month, percent, plural

ORDER: Final = 1150

BEYOND_DOUBT = ("verified", "secondary")
"""Confidence of a price that somebody outside of this design has named."""

LEAD_TIMES = "procurement.lead_times_weeks."
"""Where the brief states lead times; a note on one of them is a part that comes too late."""

STALE = 12
"""Months after which a price is old, counted from the newest figure of the design. [mo]"""


def risks(design: Design) -> list[Point]:
    """Return the risks that the figures of the design show by themselves."""
    found = [
        _order_risk(design),
        _price_risk(design),
        _growth_risk(design),
        _promise_risk(design),
        _rules_risk(design),
    ]
    return [risk for risk in found if risk is not None] + _late_parts(design)


def _late_parts(design: Design) -> list[Point]:
    """Return what the register of lead times says of parts that somebody else has to bring."""
    rows = [a for a in design.tables["assumptions"] if a["path"].startswith(LEAD_TIMES)]
    return [Point("Parts of others", f"{words.capital(a['reason'])}.") for a in rows]


def _order_risk(design: Design) -> Point | None:
    bill = [b for b in design.tables["bill_of_materials"] if b["order_by_month"] is not None]
    if not bill:
        return None
    first = min(bill, key=lambda b: (b["order_by_month"], -b["extended"]))
    same = [b for b in bill if b["order_by_month"] - first["order_by_month"] < 0.05]
    value = money_short(sum(b["extended"] for b in same), design.currency)
    weeks = first["order_by_month"] * words.WEEKS_PER_MONTH
    when = (
        f"within {plural(int(weeks), 'week')} of the decision"
        if weeks >= 1
        else "on the day of the decision"
        if weeks >= 0
        else f"{plural(int(-weeks) + 1, 'week')} before it"
    )
    most = words.short_name(max(same, key=lambda b: b["extended"])["name"])
    return Point(
        "Time to order",
        f"Orders worth {value} must leave by month {month(first['order_by_month'])}, {when}; the "
        f"largest is {most}. A later order delays service at month {first['period_month']}.",
    )


def _price_risk(design: Design) -> Point | None:
    bill = design.tables["bill_of_materials"]
    total = sum(b["extended"] for b in bill)
    if not total:
        return None
    old = _stale(design)
    weak = [b for b in bill if b["confidence"] not in BEYOND_DOUBT]
    share = sum(b["extended"] for b in weak) / total
    if not weak:
        sure = "Every price comes from a source; none of them is an assumption."
        return Point("Prices", sure + old)
    most = max(weak, key=lambda b: b["extended"])
    return Point(
        "Prices",
        f"{percent(share)} of the capital is priced by assumption or without verification. The "
        f"largest such line is {words.short_name(most['name'])}, "
        f"{money_short(most['extended'], design.currency)}: ask for a quotation before the order."
        + old,
    )


def _stale(design: Design) -> str:
    """Return the sentence about prices that are a year older than the newest figure, or nothing."""
    bill = [b for b in design.tables["bill_of_materials"] if b["price_date"]]
    known = [_months(a["date"]) for a in design.tables["assumptions"] if a["date"]]
    newest = max([*known, *(_months(b["price_date"]) for b in bill)], default=0)
    old = {b["name"]: b["price_date"] for b in bill if newest - _months(b["price_date"]) > STALE}
    if not old:
        return ""
    name, when = min(old.items(), key=lambda item: (item[1], item[0]))
    many = f"{plural(len(old), 'price')} in the bill "
    are = "is" if len(old) == 1 else "are"
    return (
        f" {many}{are} older than {STALE} months; the oldest is {words.short_name(name)}, {when}."
    )


def _months(date: str) -> int:
    """Return a date as months; a text that is no date counts as the oldest."""
    year, _, rest = date.partition("-")
    return int(year) * 12 + int(rest[:2] or 12) if year.isdigit() else 0


def _growth_risk(design: Design) -> Point | None:
    tight = design.summary.get("bottleneck")
    if not tight or tight["growth_factor"] is None:
        return None
    spare = tight["growth_factor"] - 1
    room = f"room for {percent(spare)} more demand" if spare >= SPARE_LEAST else "no room"
    what = tight.get("words") or words.label(words.RESOURCES, tight["resource"])
    return Point(
        "Growth beyond the brief",
        f"At month {tight['period_month']} the tightest layer leaves {room} above the brief: "
        f"{words.label(words.LAYERS, tight['layer']).lower()} ({what}). Watch it first.",
    )


def _promise_risk(design: Design) -> Point | None:
    broken = exceeded(design)
    if not broken:
        return None
    first = broken[0]
    others = len(broken) - 1
    do = "does" if others == 1 else "do"
    more = f" So {do} {plural(others, 'more figure')}." if others else ""
    return Point(
        "Predicted performance",
        f"{first.workload}: {first.label.lower()} is predicted at {first.best}, but the range up "
        f"to {first.worst} crosses the limit of {first.limit}.{more} Measure before the order.",
    )


REGISTER: Final = {
    "Time to order": (
        "supply",
        "an order has not left by its month",
        "order first what takes longest; ask for a firm delivery date in the contract",
    ),
    "Prices": (
        "price",
        "a quotation differs from the price in the bill",
        "ask for quotations; enter them in the workbook and optimize again with them",
    ),
    "Growth beyond the brief": (
        "facility",
        "use of this resource passes what the design plans",
        "keep room for the next step: order before it is full",
    ),
    "Predicted performance": (
        "performance",
        "the measured figure is beyond the limit",
        "measure on one server before the order; keep the limit in the contract",
    ),
    "Rules on the data": (
        "compliance",
        "an audit finds a rule without evidence",
        "collect the evidence of the compliance matrix before the first data arrive",
    ),
    "Parts of others": (
        "supply",
        "the owner of the part names a later date",
        "ask for the order of the owner and its date now",
    ),
}
"""Kind of each risk, what tells that it comes true, and what to do against it."""


def section(design: Design, catalog: Catalog | None) -> Section:
    """Return all risks with their triggers and what to do against them."""
    return Section(
        "Risks",
        tables=(
            table(
                "Risks, what tells that they come true, and what to do",
                "Risk | What it is | Trigger | Mitigation",
                [
                    (Cell(r.title, REGISTER[r.title][0]), r.text, *REGISTER[r.title][1:])
                    for r in risks(design)
                ],
                sheet="Risks",
            ),
        ),
    )


def _rules_risk(design: Design) -> Point | None:
    rules = design.tables.get("compliance") or []
    if not rules:
        return None
    first = words.capital(rules[0]["rule"])
    return Point(
        "Rules on the data",
        f"{plural(len(rules), 'rule')} must be shown to hold, {first.lower()} first. The design "
        "keeps each by what it bought; the evidence is still to be collected.",
    )
