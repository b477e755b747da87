"""History: the briefs that were answered, in order, and the designs of the latest of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from designlib.brief import Brief
from designlib.design import Design

DESIGNS_MAX: Final = 12
"""Designs that are kept beside their briefs; an older brief is answered again. [1]"""


class History:
    """A line of briefs with a place in it.

    Parameters
    ----------
    briefs : iterable of Brief
        The line so far, at least one.
    place : int
        Index of the present one; negative from the end.
    """

    def __init__(self, briefs: Iterable[Brief], place: int = -1) -> None:
        self._briefs = list(briefs)
        self._place = place % len(self._briefs)
        self._designs: OrderedDict[str, Design] = OrderedDict()

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """Return the whole line."""
        return tuple(self._briefs)

    @property
    def place(self) -> int:
        """Return the index of the present brief."""
        return self._place

    @property
    def can_undo(self) -> bool:
        """Return whether there is a brief before the present one."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Return whether a brief was undone."""
        return self._place < len(self._briefs) - 1

    def record(self, brief: Brief, design: Design | None = None) -> None:
        """Record an answered brief; those that were undone are forgotten.

        Parameters
        ----------
        brief : Brief
            The brief.
        design : Design, optional
            Its proven design.
        """
        if brief.hash != self._briefs[self._place].hash:
            self._briefs[self._place + 1 :] = [brief]
            self._place += 1
        if design is not None:
            self._designs[brief.hash] = design
            self._designs.move_to_end(brief.hash)
            while len(self._designs) > DESIGNS_MAX:
                self._designs.popitem(last=False)

    def undo(self) -> Brief:
        """Return the brief before the present one, which it then is; the first stays the first."""
        self._place = max(0, self._place - 1)
        return self._briefs[self._place]

    def redo(self) -> Brief:
        """Return the brief that was undone last; the last stays the last."""
        self._place = min(len(self._briefs) - 1, self._place + 1)
        return self._briefs[self._place]

    def design(self, brief: Brief) -> Design | None:
        """Return the proven design of a brief, where it is remembered."""
        return self._designs.get(brief.hash)
