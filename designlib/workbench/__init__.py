"""Workbench: turn a brief by hand in a notebook and see the design that answers it."""

from __future__ import annotations

from pathlib import Path

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.workbench.panel import Workbench

__all__ = ["Workbench", "workbench"]


def workbench(
    brief: Brief | str | Path, catalog: Catalog | None = None, *, gap: float = 1e-3
) -> Workbench:
    """Return a workbench that shows itself in a notebook.

    Parameters
    ----------
    brief : Brief, str or Path
        The brief to begin with, or its file.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    """
    opened = brief if isinstance(brief, Brief) else Brief.load(brief)
    return Workbench(opened, catalog, gap=gap)
