"""Stress: each layer alone gives 20 % less and 20 % more, and what breaks is named."""

from __future__ import annotations

from typing import Final

from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import gaps, price_of
from designlib.validate.review._supply import Amount
from designlib.validate.review.dr_01_balance import tightest

CHECK: Final = "DR-12"
TITLE: Final = "No single weak layer"
RULE: Final = (
    "A layer that gives a fifth less than planned is not made up for by any other: each is shaken"
    " by 20 % alone, and what then runs short is mended or accepted"
)
REFERENCE: Final = (
    '"Designing Infrastructure for AI Workloads": get one layer wrong and the others cannot'
    " compensate"
)
SHOCK_FRAC: Final = 0.2


def check(case: Case) -> Verdict:
    """Return which layers are short with 20 % less of them, and what the room would cost."""
    tight = tightest(case)
    if not tight:
        return Verdict("not applicable", "no layer is drawn on")
    numbers = tuple(
        Number(f"{a.layer} left with 20 % less ({a.resource})", a.growth * (1 - SHOCK_FRAC), "1", 1)
        for a in tight.values()
    ) + tuple(
        Number(f"{a.layer} left with 20 % more ({a.resource})", a.growth * (1 + SHOCK_FRAC), "1", 1)
        for a in tight.values()
    )
    now = [a for a in tight.values() if a.lacking]
    if now:
        a = now[0]
        words = f"{a.layer} lacks {a.lacking:,.4g} {a.unit} of {a.resource} before any shock"
        short = gaps(case)[0]
        return Verdict("fail", words, numbers, short.words(case.design.currency), short.price)
    weak = [a for a in tight.values() if a.growth * (1 - SHOCK_FRAC) < 1 - 1e-9]
    if not weak:
        return Verdict("pass", "every layer may give 20 % less", numbers)
    names = ", ".join(f"{a.layer} ({a.resource})" for a in weak)
    words = f"with 20 % less, {names} would not carry the work at month {case.last}"
    dearest = [_room(a, case, SHOCK_FRAC) for a in weak]
    told = "; ".join(fix for fix, _ in dearest if fix)
    prices = [price for _, price in dearest if price is not None]
    fix = f"{told}; or accept it: --accept {CHECK}=REASON"
    return Verdict("warn", words, numbers, fix, sum(prices) if prices else None)


def _room(a: Amount, case: Case, shock_frac: float) -> tuple[str, float | None]:
    """Return the units that a layer needs to carry the work after a shock, and their price."""
    lacking = a.draw / (1 - shock_frac) - a.supply
    units = max(1, -int(-lacking // a.each)) if a.part else 0
    if not units:
        return "", None
    each = price_of(a.part, case.brief, case.catalog, case.lines)
    price = None if each is None else units * each
    told = f", {price:,.0f} {case.design.currency}" if price is not None else ""
    return f"+{units} {a.part} for {a.layer}{told}", price
