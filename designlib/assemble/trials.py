"""Trials: each repair of a refusal is held to the one proof there is: a design with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designlib.assemble.refuse import farther, joined
from designlib.design import Infeasible
from designlib.faults import FaultError
from designlib.milp.diagnosis import Depth

FARTHER = (1.5, 3.0)
"""What a promise is moved beyond the least that physics asks, where that takes too much. [1]"""

Row = dict[str, Any]
CostOf = Callable[[Row, Depth], float | None]
"""Changes of the brief -> cost of the design with them; None where a limit ended the search. It
raises what ``designlib.optimize.search`` raises where there is no design; the depth says how much
is then looked for."""


def verified(refused: Infeasible, cost_of: CostOf) -> Infeasible:
    """Return a refusal whose repairs were each tried, the cheapest verified one first.

    One that was tried and mends nothing is left out; where a limit ended the search it is kept.
    """
    repairs = []
    for row in refused.repairs:
        tried = row if row["verified"] else _least_tried(row, cost_of)
        repairs += [tried] if tried is not None else []
    return Infeasible(
        conflict=refused.conflict,
        shortfalls=refused.shortfalls,
        repairs=sorted(repairs, key=lambda r: (not r["verified"], r["cost"] or 0.0)),
        candidates=refused.candidates,
        brief=refused.brief,
        sets=refused.sets,
    )


def _least_tried(repair: Row, cost_of: CostOf) -> Row | None:
    """Return a repair that frees the brief: as it is, moved farther, or with other limits moved.

    None where it asks for what no design gives, or for more than limits of the brief.
    """
    moved = (farther(repair, factor) for factor in FARTHER)
    for row in (repair, *(x for x in moved if x is not None)):
        try:
            return _tried(row, cost_of, "nothing")
        except (Infeasible, FaultError):
            continue
    try:
        return _tried(repair, cost_of, "repairs")
    except Infeasible as error:
        more = next((row for row in error.repairs if row["verified"]), None)
        return None if more is None else joined(repair, more)
    except FaultError:
        return None


def _tried(repair: Row, cost_of: CostOf, depth: Depth) -> Row:
    """Return a repair with what the design then costs; as it was where a limit ended the search."""
    cost = cost_of(repair["changes"], depth)
    return repair if cost is None else {**repair, "cost": cost, "verified": True}
