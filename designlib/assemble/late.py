"""Late: what cannot be there when the work begins, and when it can."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from designlib.problem.tables import Problem

Row = dict[str, Any]
_NOISE = 1e-9


def late_parts(p: Problem) -> dict[str, tuple[float, str]]:
    """Return what takes longer than to the first date, whichever part is taken.

    Returns
    -------
    dict of str to (float, str)
        Words -> months from order to service of the part that takes the least, and its id.
    """
    needed = {
        "GPU servers": _least(p, [[i] for i in p.kinds if not p.kinds[i].owned]),
        "racks": _least(p, [list(rack.items) for rack in p.racks.values()]),
    }
    for tier in sorted({store.tier for store in p.stores.values()}):
        mine = [[s] for s, store in p.stores.items() if store.tier == tier]
        needed[f"{tier} storage"] = _least(p, mine)
    for group in sorted({f.exclusive_group for f in p.fabrics.values()}):
        mine = [
            [*f.steps[0].counts, *f.link_items]
            for f in p.fabrics.values()
            if f.exclusive_group == group and f.steps
        ]
        needed[f"the {group} network"] = _least(p, mine)
    first = p.dates[0]
    return {words: x for words, x in needed.items() if x is not None and x[0] > first + _NOISE}


def _least(p: Problem, ways: Iterable[list[str]]) -> tuple[float, str] | None:
    """Return the least time among ways to get something, each as late as its last part."""
    times = [
        max(((p.items[i].order_months, p.items[i].part_id) for i in way), default=(0.0, ""))
        for way in ways
    ]
    return min(times) if times else None


def late_sentence(p: Problem) -> str:
    """Return why nothing can run when the work begins."""
    late = sorted(late_parts(p).items(), key=lambda pair: -pair[1][0])
    first = f"start of service: the work begins at month {p.dates[0]}"
    if not late:
        return f"{first}, and what it needs comes later than the dates of the work"
    parts = "; ".join(f"{words} take {months:.1f} ({part})" for words, (months, part) in late)
    return f"{first}, but from order to service, in months and at the least, {parts}"


def later_starts(p: Problem) -> list[Row]:
    """Return the months at which the work may begin instead, the earliest first."""
    late = max((months for months, _ in late_parts(p).values()), default=0.0)
    longest = max((item.order_months for item in p.items.values()), default=0.0)
    months = sorted({ceil(x - _NOISE) for x in (late, longest) if x > p.dates[0]})
    return [
        {
            "requirement": "start of service",
            "path": "service_start_month",
            "limit": p.dates[0],
            "needed": month,
            "unit": "month",
            "month": 0,
        }
        for month in months
    ]
