"""Balance: no layer is bought far beyond the one that fills up first."""

from __future__ import annotations

from math import inf, isfinite
from typing import Final

from designlib.validate.review._case import Case, Number, Severity, Verdict
from designlib.validate.review._gaps import gaps
from designlib.validate.review._supply import Amount

CHECK: Final = "DR-01"
TITLE: Final = "Layers are balanced"
RULE: Final = (
    "All layers are sized together: the roomiest layer that is bought may have at most a few times"
    " the room of the one that fills up first, and that one is named"
)
REFERENCE: Final = (
    '"AI Architecture Design: Infrastructure Decisions for Enterprise AI Workloads": layers bought'
    " one by one"
)
WARN_RATIO, FAIL_RATIO = 2.0, 4.0
"""Growth of the roomiest layer over that of the tightest; limits of this review. [1]"""
NOT_SIZED: Final = frozenset({
    "spares", "it_kw", "positions", "cabinets", "rack_pdus", "rear_doors", "control_servers",
    "switches",
})  # fmt: skip
"""What is bought by the piece, or belongs to the hall, says nothing about balance."""


def check(case: Case) -> Verdict:
    """Return whether the layers have room of the same order, and which is the tightest."""
    tight = tightest(case)
    if len(tight) < 2:
        return Verdict("not applicable", "fewer than two layers are drawn on")
    least = min(tight.values(), key=lambda a: a.growth)
    most = max(tight.values(), key=lambda a: a.growth)
    ratio = most.growth / least.growth if least.growth else inf
    idle = idle_spend(case, tight)
    numbers = [Number(f"growth until {a.layer} is full", a.growth, "1") for a in tight.values()]
    if isfinite(ratio):
        numbers.append(Number("roomiest over tightest layer", ratio, "1", FAIL_RATIO))
    numbers.append(Number("purchases that lie idle", idle, case.design.currency))
    named = f"{least.layer} ({least.resource} of {least.place}) fills up first"
    short = gaps(case)
    if any(a.lacking for a in tight.values()):
        told = short[0].words(case.design.currency)
        words = f"{named}: it lacks {least.lacking:,.4g} {least.unit} already"
        return Verdict("fail", words, tuple(numbers), told, short[0].price)
    words = f"{named}, {most.layer} ({most.resource}) has {ratio:.1f} times its room"
    if ratio > WARN_RATIO:
        severity: Severity = "fail" if ratio > FAIL_RATIO else "warn"
        # One layer at its least system cannot be bought smaller: the optimizer knows.
        return Verdict(severity, words, tuple(numbers), f"buy less of the {most.layer} layer")
    return Verdict("pass", words, tuple(numbers))


def tightest(case: Case) -> dict[str, Amount]:
    """Return the resource of each bought layer that fills up first at the last date."""
    found: dict[str, Amount] = {}
    for a in case.amounts:
        if a.month != case.last or a.resource in NOT_SIZED or not a.draw:
            continue
        if a.layer not in found or a.growth < found[a.layer].growth:
            found[a.layer] = a
    return found


def idle_spend(case: Case, tight: dict[str, Amount]) -> float:
    """Return what is spent on room that no layer draws at the last date."""
    total = 0.0
    for layer, a in tight.items():
        spent = sum(x["extended"] or 0.0 for x in case.lines if x["layer"] == layer)
        total += spent * max(0.0, 1.0 - 1.0 / a.growth) if a.growth else 0.0
    return total
