"""Controls: a widget for each knob shows the brief, and tells when a user turned it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import ipywidgets as widgets

from designlib.brief import Brief
from designlib.workbench.knobs import Knob

# A text field has an accessible name and takes exact values; a slider of ipywidgets has neither.
_STYLE: Final = {"description_width": "280px"}
_WIDTH: Final = "420px"
# A bounded field needs an upper bound; no price, power or count of a brief comes near it.
_MOST: Final = 2**50
_ROWS_MAX: Final = 8


class Controls:
    """The widgets of all knobs.

    Parameters
    ----------
    knobs : sequence of Knob
        What can be turned.
    turned : callable
        Called with the changes of the brief when a user turned one knob.
    """

    def __init__(self, knobs: Sequence[Knob], turned: Callable[[dict[str, Any]], None]) -> None:
        self._turned, self._showing = turned, False
        self._knobs = tuple(knobs)
        self.widgets = {knob.name: _widget(knob) for knob in knobs}
        for knob in knobs:
            self.widgets[knob.name].observe(self._observer(knob), "value")

    def show(self, brief: Brief) -> None:
        """Draw the values of a brief; this does not turn a knob."""
        self._showing = True
        try:
            for knob in self._knobs:
                self.widgets[knob.name].value = knob.read(brief)
        finally:
            self._showing = False

    def _observer(self, knob: Knob) -> Callable[[dict[str, Any]], None]:
        def observe(event: dict[str, Any]) -> None:
            if not self._showing:
                self._turned(knob.write(event["new"]))

        return observe


def _widget(knob: Knob) -> widgets.Widget:
    layout = widgets.Layout(width=_WIDTH)
    if knob.kind == "words":
        return widgets.SelectMultiple(
            options=knob.choices,
            rows=min(len(knob.choices), _ROWS_MAX),
            description=knob.label,
            style=_STYLE,
            layout=layout,
        )
    form = widgets.BoundedIntText if knob.kind == "count" else widgets.BoundedFloatText
    return form(
        min=0, max=_MOST, step=knob.step, description=knob.label, style=_STYLE, layout=layout
    )
