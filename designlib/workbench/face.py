"""Face: the one widget of a workbench; it shows HTML and hands on what a user does."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final, cast

import anywidget
import traitlets
from plotly.offline import get_plotlyjs

PARTS: Final = ("head", "status", "rail", "stage")

# The bundle is a UMD module: with `exports` at hand it fills that instead of a global.
_LOADER: Final = """
const slot = globalThis.__designlibPlotly ??= {waiting: []};
if (!slot.plotly) {
  const module = {exports: {}};
  (function (module, exports, define) { %s
  }).call(globalThis, module, module.exports, undefined);
  slot.plotly = module.exports.newPlot ? module.exports : globalThis.Plotly;
  slot.waiting.splice(0).forEach((resolve) => resolve(slot.plotly));
}
export default { render({ el }) { el.style.display = "none"; } };
"""


def asset(name: str) -> str:
    """Return a file of the page."""
    return (files("designlib.workbench") / "assets" / name).read_text(encoding="utf-8")


class Face(anywidget.AnyWidget):
    """The page of a workbench; a browser that loads it again shows the present state."""

    _esm = asset("face.js")
    _css = asset("face.css")
    head = traitlets.Unicode("").tag(sync=True)
    status = traitlets.Unicode("").tag(sync=True)
    rail = traitlets.Unicode("").tag(sync=True)
    stage = traitlets.Unicode("").tag(sync=True)

    def listen(self, heard: Callable[[dict[str, Any]], None]) -> None:
        """Record who is told what a user does: a mapping with ``do`` and what belongs to it."""

        def receive(_: object, content: object, __: object) -> None:
            if isinstance(content, dict) and isinstance(content.get("do"), str):
                heard({str(k): v for k, v in content.items()})

        self.on_msg(receive)


@functools.cache
def loader() -> anywidget.AnyWidget:
    """Return the widget without a face that brings plotly.js, once for each kernel."""
    code = _LOADER % get_plotlyjs()
    kind = type("PlotlyLoader", (anywidget.AnyWidget,), {"_esm": code})
    return cast("anywidget.AnyWidget", kind())
