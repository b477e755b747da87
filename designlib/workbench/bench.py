"""Bench: what a notebook does with a workbench, one line of Python for whatever a control does."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from designlib.brief import Brief
from designlib.design import Design
from designlib.optimize import Stopped
from designlib.workbench.core import Core
from designlib.workbench.knobs import written
from designlib.workbench.newest import Answer


class Workbench(Core):
    """A brief that can be turned by hand, and the design that answers it."""

    @property
    def design(self) -> Design:
        """Return the design of the present brief; waits for it, and raises why there is none."""
        return _design(self.newest.wait())

    def update(self, changes: Mapping[str, Any] | None = None, **turned: Any) -> Design:
        """Return the design of a changed brief.

        Parameters
        ----------
        changes : mapping, optional
            Dotted path -> value, as for ``Brief.with_changes``.
        **turned
            Name of a control -> value, such as ``electricity_hall=0.2`` or ``demand_A3=2``.
        """
        self._brief = self._brief.with_changes({**(changes or {}), **written(self.knobs, turned)})
        self._page.draw_rail()
        return _design(self.newest.run(self._brief))

    def reset(self) -> Design:
        """Return the design of the brief that the workbench was opened with."""
        return self._now(self._opened)

    def undo(self) -> Design:
        """Return the design of the brief before the present one."""
        return self._now(self.history.undo())

    def redo(self) -> Design:
        """Return the design of the brief that was undone last."""
        return self._now(self.history.redo())

    def _now(self, brief: Brief) -> Design:
        self._brief = brief
        known = self.history.design(brief)
        self._page.draw()
        found = self.newest.know(brief, known) if known else self.newest.run(brief)
        return _design(found)

    def __repr__(self) -> str:
        return f"<Workbench {self._brief.name}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self._page.bundle(repr(self), **kwargs)


def _design(answer: Answer) -> Design:
    if answer.design is None:
        raise answer.error or Stopped(answer.state, math.nan)
    return answer.design
