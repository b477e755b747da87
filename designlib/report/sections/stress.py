"""Stress: what breaks first when less comes, more is asked or something fails, and its price."""

from __future__ import annotations

from collections import Counter
from math import isinf
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.section import Section
from designlib.report.table import Cell, table
from designlib.report.words import capital, money, number, plural
from designlib.validate import readable
from designlib.validate.stress import Strained, strained

ORDER: Final = 360
SHEET: Final = "Stress"
HEADS: Final = (
    "Case | Breaks first | Promised # | Then # | Unit | Month # | Broken # | Price # | How"
)


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what each kind of stress breaks; None without the catalog that it is counted by."""
    if catalog is None or not design.dates or not design.tables["bill_of_materials"]:
        return None
    if readable.check(design, catalog):
        return None  # the promises above say what cannot be read
    found = strained(design, catalog, replays=False)
    return Section(
        "What breaks first under stress",
        lead=(_lead(found), _failures(found)),
        tables=(
            table(
                f"Every case, with the price of what closes the gap in {design.currency}",
                HEADS,
                [_row(one) for one in found],
                sheet=SHEET,
                folded="Show every case",
            ),
        ),
        notes=(
            "Each case changes the design or what is asked of it, and the same counts as above "
            "tell which promises no longer hold. A price is that of the parts that close the "
            "widest gap, at the prices of the bill; of a late delivery it is the present value of "
            "the design for the months without it; none is given where money buys nothing. "
            "`designlib validate --stress` also plays the months of the cases that change them.",
        ),
    )


def _lead(found: list[Strained]) -> str:
    """Return how many cases break nothing, and what most of the others break first."""
    broken = [one for one in found if one.broken and one.case.group != "failure"]
    shaken = sum(one.case.group != "failure" for one in found)
    if not broken:
        return f"None of {plural(shaken, 'case')} breaks a promise."
    first = Counter(one.broken[0].what.partition(",")[0] for one in broken).most_common(1)[0][0]
    return (
        f"{len(broken)} of {plural(shaken, 'case')} of more demand, less of a layer or a late"
        f" delivery break a promise; what breaks first most often: {first}."
    )


def _failures(found: list[Strained]) -> str:
    """Return the worst failure of one unit, in words."""
    lost = [one for one in found if one.case.group == "failure"]
    bad = [one for one in lost if one.broken]
    if not bad:
        return f"None of {plural(len(lost), 'failure')} of one unit breaks a promise."
    worst = max(bad, key=lambda one: (len(one.broken), -one.broken[0].margin))
    p = worst.broken[0]
    return (
        f"{len(lost) - len(bad)} of {plural(len(lost), 'failure')} of one unit break nothing. The"
        f" worst: {worst.case.name}; {p.where}: {p.what}, {_amount(p.recomputed)} of"
        f" {number(p.promised)} {p.unit}."
    )


def _amount(value: float) -> str:
    return "without end" if isinf(value) else number(value)


def _row(one: Strained) -> tuple[Any, ...]:
    p = one.broken[0] if one.broken else None
    return (
        Cell(capital(one.case.name), one.case.group),
        "nothing" if p is None else Cell(f"{p.where}: {p.what}", stands_out=True),
        "" if p is None else number(p.promised),
        "" if p is None else _amount(p.recomputed),
        "" if p is None else p.unit,
        "" if p is None or p.month is None else number(p.month),
        number(len(one.broken)),
        "" if one.price is None else money(one.price),
        one.case.note,
    )
