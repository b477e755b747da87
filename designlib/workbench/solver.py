"""Solver: the two tiers of an answer, of one brief after the other."""

from __future__ import annotations

import threading

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.optimize import optimize
from designlib.workbench.newest import Progress, Resize, Solve


def tiers(brief: Brief, catalog: Catalog, gap: float) -> tuple[Solve, Resize | None]:
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

    def solve(asked: Brief, cancel: threading.Event, progress: Progress) -> Design:
        return optimize(asked, catalog, gap=gap, cancel=cancel, progress=progress)

    return solve, None
