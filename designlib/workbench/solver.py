"""Solver: the two tiers of an answer, of one brief after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.session import Session
from designlib.workbench.newest import Progress, Resize, Resized, Solve

LOOSE = 0.05
"""Gap of the design that a session opens with. [1]"""


def tiers(brief: Brief, catalog: Catalog, gap: float) -> tuple[Solve, Resize]:
    """Return what proves a design, and what finds one of the known structure at once.

    Parameters
    ----------
    brief : Brief
        The brief to begin with.
    catalog : Catalog
        What can be bought.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    """
    session = Session(brief, catalog, gap=gap)

    def solve(asked: Brief, cancel: threading.Event, progress: Progress) -> Design:
        found = session.prove(asked, progress=progress, cancel=cancel)
        if isinstance(found, Infeasible):
            raise found
        return found

    def resize(asked: Brief, first: Callable[[Design], None]) -> Resized | None:
        if not session.is_open:  # nothing is known yet: any good design is shown before its proof
            design = session.prove(asked, gap=max(gap, LOOSE))
            if isinstance(design, Infeasible):
                raise design
            return Resized(design, design.certificate["gap"])
        found = session.resize(asked, first=first)
        return None if found is None else Resized(found.design, found.within_frac)

    return solve, resize
