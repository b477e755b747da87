"""Communication: GPUs wait little for the network, and tensor and expert groups stay in it."""

from __future__ import annotations

from typing import Final

from designlib.validate._evidence import Row
from designlib.validate.review._case import Case, Number, Severity, Verdict, figure, verdict_of
from designlib.validate.review._jobs import degrees, domain, jobs

CHECK: Final = "DR-06"
TITLE: Final = "The network is not underestimated"
RULE: Final = (
    "Communication that math does not hide stays below 15 % of a step, never above 30 %, and tensor"
    " and expert parallel groups stay inside one scale-up domain"
)
REFERENCE: Final = (
    '"Enterprise AI Architecture for Production Workloads": networking underestimated, and compute'
    " designed without its communication pattern"
)
WARN_FRAC, FAIL_FRAC = 0.15, 0.30
INSIDE: Final = ("TP", "EP")


def check(case: Case) -> Verdict:
    """Return the largest exposed share of a step, and the groups that leave their domain."""
    told = {
        r["workload"]: share
        for r in jobs(case)
        if (share := figure(r, "exposed_communication")) is not None
    }
    wide = [m for row in jobs(case) for m in _outside(row, case)]
    if not told and not wide:
        return Verdict("not applicable", "no job states how it is laid out")
    numbers = tuple(
        Number(f"exposed communication of {w}", share, "1", WARN_FRAC) for w, share in told.items()
    )
    if wide:
        fix = "lower the degree to the scale-up domain, or take a server with a larger one"
        return verdict_of(wide, "", numbers, fix=fix)
    name = max(told, key=lambda w: told[w])
    words = f"{name} waits for the network {told[name]:.1%} of each step"
    if told[name] <= WARN_FRAC:
        return Verdict("pass", words, numbers)
    severity: Severity = "fail" if told[name] > FAIL_FRAC else "warn"
    fix = "a faster compute fabric, or a layout that talks less between servers"
    return Verdict(severity, words, numbers, fix, None, {"network.oversubscription": 1.0})


def _outside(row: Row, case: Case) -> list[str]:
    most = domain(row, case)
    return [
        f"{row['workload']} runs {name}{n}, its scale-up domain has {most:g} GPUs"
        for name, n in degrees(row).items()
        if name in INSIDE and most and n > most
    ]
