"""Stress: what breaks first when less comes, more is asked, or something fails, and its price.

Each case of this folder changes numbers of the design or its brief; the recounts then tell which
promises no longer hold. The price is that of the parts that would close the gap, at bill prices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite
from threading import Event
from typing import Any, Final

import pandas as pd

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate import recount
from designlib.validate._evidence import bill
from designlib.validate._promise import Promise
from designlib.validate.stress.cases import Case, bare, cases_of
from designlib.validate.stress.failures import failures_of

PLAYED: Final = "month"
RECOUNTS: Final = (
    "arrivals", "cabling", "control", "electric", PLAYED, "optics", "packing", "paths", "stores",
    "held", "surviving",
)  # fmt: skip
"""Recounts that a case may break; what compares with the optimizer's own figures is left out."""
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Strained:
    """What a case does to a design.

    Attributes
    ----------
    case : Case
        What was changed.
    broken : tuple of Promise
        Promises that no longer hold, worst first.
    price : float or None
        Price of the parts that close the widest gap, None where money is no answer.
    """

    case: Case
    broken: tuple[Promise, ...]
    price: float | None

    def row(self) -> dict[str, Any]:
        """Return the case as a table row."""
        first = self.broken[0] if self.broken else None
        return {
            "group": self.case.group,
            "case": self.case.name,
            "broken": len(self.broken),
            "breaks_first": "nothing" if first is None else f"{first.where}: {first.what}",
            "month": None if first is None else first.month,
            "promised": None if first is None else first.promised,
            "recomputed": None if first is None else first.row()["recomputed"],
            "unit": "" if first is None else first.unit,
            "price": self.price,
            "note": self.case.note,
        }


def strained(
    design: Design,
    catalog: Catalog,
    *,
    replays: bool = True,
    tell: Tell | None = None,
    cancel: Event | None = None,
) -> list[Strained]:
    """Return what every case breaks that is not broken without it.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog
        What could be bought.
    replays : bool
        Whether months are played again for the cases that change them: seconds each.
    tell : callable, optional
        Told the name of each case, its number and their sum as it begins.
    cancel : Event, optional
        Set, it ends the work after the case that runs.
    """
    quick = tuple(n for n in RECOUNTS if n != PLAYED)
    every = RECOUNTS if replays else quick
    before = {_key(p) for p in counted(design, catalog, every) if not p.kept}
    light = bare(design)
    todo, found = [*cases_of(light, catalog), *failures_of(light, catalog)], []
    for number, case in enumerate(todo, start=1):
        if cancel is not None and cancel.is_set():
            break
        if tell is not None:
            tell(f"stress: {case.name}", number, len(todo))
        found.append(_counted(case, design, catalog, every if case.replays else quick, before))
    return found


def _counted(
    case: Case,
    design: Design,
    catalog: Catalog,
    names: tuple[str, ...],
    before: set[tuple[str, str, str, int | None]],
) -> Strained:
    if case.broken is not None:
        return Strained(case, case.broken, case.price)
    rows = counted(case.design, catalog, names)
    broken = [p for p in rows if not p.kept and _key(p) not in before]
    broken.sort(key=lambda p: (p.margin, p.month or 0))
    price = case.price
    if broken and price is None:
        price = _price(broken[0], design)
    return Strained(case, tuple(broken), price)


def counted(design: Design, catalog: Catalog, names: tuple[str, ...]) -> list[Promise]:
    """Return the promises of some recounts."""
    known = recount.recounts()
    return [p for name in names if name in known for p in known[name](design, catalog)]


def _key(p: Promise) -> tuple[str, str, str, int | None]:
    return p.check, p.what, p.where, p.month


def table(
    design: Design,
    catalog: Catalog,
    *,
    replays: bool = True,
    tell: Tell | None = None,
    cancel: Event | None = None,
) -> pd.DataFrame:
    """Return the cases as a table.

    Parameters
    ----------
    design, catalog, replays, tell, cancel
        As of ``strained``.

    Returns
    -------
    DataFrame, shape (cases, 10)
        A row is a case: group, case, broken [1], breaks_first, month [months], promised,
        recomputed and unit of it, price (parts that close the gap, in the design's currency; None
        where money is no answer), note.
    """
    found = strained(design, catalog, replays=replays, tell=tell, cancel=cancel)
    return pd.DataFrame([one.row() for one in found])


def _price(first: Promise, design: Design) -> float | None:
    """Return the price of the parts that close the gap of a promise, at the prices of the bill."""
    lines = [x for x in bill(design) if _supplies(x, first)]
    capital = sum(x["extended"] for x in lines)
    have, need = sorted((abs(first.recomputed), abs(first.promised)))
    pieces = sum(x["count"] for x in lines)
    if not capital or not have or not pieces or not isfinite(need):
        return None
    more = need / have - 1.0
    return float(ceil(more * pieces - 1e-9) * capital / pieces)


LAYER_OF: Final = {
    "cabling": "network", "optics": "network", "paths": "network", "stores": "storage",
    "packing": "racks", "electric": "cooling", "control": "orchestration",
    "held": "compute", "month": "compute", "surviving": "compute",
}  # fmt: skip


def _supplies(line: dict[str, Any], p: Promise) -> bool:
    """Return whether more of a line closes the gap; what a site grants nobody sells."""
    if line["pool"] and line["pool"] in p.where:
        return True
    granted = p.check == "electric" and not p.what.endswith("with its spare gone")
    return line["layer"] == LAYER_OF.get(p.check) and not granted
