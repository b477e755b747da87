"""Workbench: turn a brief by hand in a notebook and see the design that answers it."""

from __future__ import annotations

from pathlib import Path

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.faults import FaultError
from designlib.workbench.bench import Workbench
from designlib.workbench.session_file import Session, is_session, own_file, read_session

__all__ = ["Workbench", "workbench"]


def workbench(
    brief: Brief | str | Path, catalog: Catalog | None = None, *, gap: float = 1e-3
) -> Workbench:
    """Return a workbench that shows itself in a notebook.

    In a notebook it saves itself beside the notebook after every answer, so that a killed kernel
    loses nothing: the next workbench of this brief offers to go on.

    Parameters
    ----------
    brief : Brief, str or Path
        The brief to begin with, its file, or the file of a session to go on with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    """
    if not isinstance(brief, Brief) and is_session(brief):
        session = read_session(brief)
        return Workbench(
            session.opened, catalog, gap=gap, session=session, autosave=own_file(session.opened)
        )
    opened = brief if isinstance(brief, Brief) else Brief.load(brief)
    own = own_file(opened)
    return Workbench(opened, catalog, gap=gap, autosave=own, kept=_left_behind(own))


def _left_behind(own: Path | None) -> Session | None:
    """Return the session that an earlier kernel of this notebook saved, where it did any work."""
    if own is None or not own.is_file():
        return None
    try:
        found = read_session(own)
    except FaultError:
        return None
    return found if len(found.briefs) > 1 or found.pins else None
