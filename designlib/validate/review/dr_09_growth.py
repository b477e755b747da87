"""Growth: no layer is full before the second year of the plan."""

from __future__ import annotations

from typing import Final

from designlib.physics import growth
from designlib.validate._evidence import demand_dates
from designlib.validate.review._case import Case, Number, Severity, Verdict
from designlib.validate.review._gaps import gaps

CHECK: Final = "DR-09"
TITLE: Final = "Growth is covered"
RULE: Final = (
    "No layer is exhausted within 12 months, and none within 24; purchases that are already dated"
    " count from the date of their service"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": initial capacity without a plan for'
    " growth"
)
FAIL_MONTHS, WARN_MONTHS = 12, 24


def check(case: Case) -> Verdict:
    """Return the first month in which a layer is short, or the month up to which none is."""
    ends = dict(demand_dates(case.design, case.brief))
    short = sorted(gaps(case), key=lambda g: g.month)
    covered = max(ends.values())
    numbers = (
        Number("months planned", case.brief.horizon_months, "months"),
        Number("months covered", short[0].month if short else covered, "months", FAIL_MONTHS),
        Number("fastest growth in 24 months", _fastest(case), "times"),
    )
    if short:
        g = short[0]
        words = f"{g.layer} ({g.resource} of {g.place}) is full at month {g.month}"
        severity: Severity = "fail" if g.month < FAIL_MONTHS or case.quoted else "warn"
        told = g.words(case.design.currency)
        return Verdict(severity, words, numbers, told, g.price)
    if covered < WARN_MONTHS:
        severity = "fail" if covered < FAIL_MONTHS else "warn"
        words = f"the plan ends at month {covered}: nothing is known of month {WARN_MONTHS}"
        fix = f"plan to month {WARN_MONTHS}"
        return Verdict(severity, words, numbers, fix, None, {"horizon_months": WARN_MONTHS})
    return Verdict("pass", f"every layer lasts to month {covered}", numbers)


def _fastest(case: Case) -> float:
    factors = [float(getattr(w, "growth_factor_24_months", 1.0)) for w in case.brief.work()]
    rates = [growth.growth_per_month(f) for f in factors if f > 0]
    return (1.0 + max(rates, default=0.0)) ** WARN_MONTHS
