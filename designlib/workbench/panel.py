"""Panel: controls change the brief, a search answers it, views show the answer."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import Any, Final

import ipywidgets as widgets

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.charts import charts
from designlib.design import Design
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize
from designlib.workbench import pages
from designlib.workbench.as_code import as_code
from designlib.workbench.controls import Controls
from designlib.workbench.knobs import knobs
from designlib.workbench.newest import Answer, Newest, Progress, Solve
from designlib.workbench.plotview import PlotView, loader

_DELAY_S: Final = 0.3
_FIRST_CHART: Final = "balance"


class Workbench:
    """A brief that can be turned by hand, and the design that answers it.

    It holds nothing but the present brief and its answer: whatever a control does, ``update`` does.

    Parameters
    ----------
    brief : Brief
        The brief to begin with.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap : float
        Relative distance between cost and bound at which a search may stop. [1]
    solve : callable, optional
        Brief, cancel event and progress -> design; ``optimize`` by default.
    """

    def __init__(
        self,
        brief: Brief,
        catalog: Catalog | None = None,
        *,
        gap: float = 1e-3,
        solve: Solve | None = None,
    ) -> None:
        catalog = catalog or Catalog.load()
        self._opened = self._brief = brief
        self._knobs = {knob.name: knob for knob in knobs(brief, catalog)}
        self._controls = Controls(tuple(self._knobs.values()), self._ask)
        self._charts = charts()
        self._newest = Newest(solve or _solver(catalog, gap), self._show, _DELAY_S)
        self._build()
        self._controls.show(brief)
        self._newest.submit(brief)

    @property
    def brief(self) -> Brief:
        """Return the present brief."""
        return self._brief

    @property
    def design(self) -> Design:
        """Return the design of the present brief; waits for it, and raises why there is none."""
        return _design(self._newest.wait())

    def update(self, changes: Mapping[str, Any] | None = None, **turned: Any) -> Design:
        """Return the design of a changed brief.

        Parameters
        ----------
        changes : mapping, optional
            Dotted path -> value, as for ``Brief.with_changes``.
        **turned
            Name of a control -> value, such as ``electricity_hall=0.2`` or ``demand_A3=2``.
        """
        asked = dict(changes or {})
        for name, value in turned.items():
            if name not in self._knobs:
                raise TypeError(f"no control {name!r}; there are {', '.join(self._knobs)}")
            asked |= self._knobs[name].write(value)
        self._brief = self._brief.with_changes(asked)
        self._controls.show(self._brief)
        return _design(self._newest.run(self._brief))

    def reset(self) -> Design:
        """Return the design of the brief that the workbench was opened with."""
        self._brief = self._opened
        return self.update()

    def _ask(self, changes: dict[str, Any]) -> None:
        try:
            self._brief = self._brief.with_changes(changes)
        except FaultError as faults:
            self._newest.refuse(self._brief, faults)
        else:
            self._newest.submit(self._brief)

    def _build(self) -> None:
        self._status, self._outcome, self._tables, self._code = (widgets.HTML() for _ in range(4))
        self._plot = PlotView()
        self._chart = widgets.Dropdown(
            options=[(name.replace("_", " ").capitalize(), name) for name in self._charts],
            value=_FIRST_CHART,
            description="Chart",
        )
        self._chart.observe(lambda _: self._draw(self._newest.answer), "value")
        fitting = widgets.Layout(width="auto")
        cancel = widgets.Button(description="Cancel the search", layout=fitting)
        cancel.on_click(lambda _: self._newest.cancel())
        reset = widgets.Button(description="Back to the first brief", layout=fitting)
        reset.on_click(lambda _: self._back())
        left = widgets.VBox(
            [*self._controls.widgets.values(), widgets.HBox([cancel, reset]), self._status],
            layout=widgets.Layout(flex="0 0 450px", overflow="visible"),
        )
        right = widgets.VBox(
            [self._outcome, self._chart, self._plot, self._tables, self._code],
            layout=widgets.Layout(flex="1 1 480px", min_width="320px"),
        )
        # Side by side where there is room, one below the other where there is not.
        both = widgets.Layout(display="flex", flex_flow="row wrap", width="100%")
        self.panel = widgets.VBox([loader(), widgets.HBox([left, right], layout=both)])
        self.panel.add_class("designlib-workbench")

    def _back(self) -> None:
        self._brief = self._opened
        self._controls.show(self._brief)
        self._newest.submit(self._brief)

    def _show(self, answer: Answer) -> None:
        if answer.final:
            self._outcome.value = pages.outcome(answer)
            self._tables.value = "" if answer.design is None else pages.tables(answer.design)
            self._code.value = pages.code(as_code(self._opened, answer.brief))
            self._draw(answer)
        # Last: whoever waits for this generation finds everything else in place.
        self._status.value = pages.status_line(answer)

    def _draw(self, answer: Answer | None) -> None:
        design = answer.design if answer else None
        self._chart.layout.display = self._plot.layout.display = "none" if design is None else ""
        if design is not None:
            self._plot.show(self._charts[self._chart.value](design))

    def __repr__(self) -> str:
        return f"<Workbench {self._brief.name}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {**self.panel._repr_mimebundle_(**kwargs), "text/plain": repr(self)}


def _design(answer: Answer) -> Design:
    if answer.design is None:
        raise answer.error or Stopped(answer.state, math.nan)
    return answer.design


def _solver(catalog: Catalog, gap: float) -> Solve:
    def solve(brief: Brief, cancel: threading.Event, progress: Progress) -> Design:
        return optimize(brief, catalog, gap=gap, cancel=cancel, progress=progress)

    return solve
