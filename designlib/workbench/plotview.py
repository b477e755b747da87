"""Plot view: a plotly figure in a notebook whose page loads plotly.js once, from the kernel."""

from __future__ import annotations

import functools
import re
from html import unescape
from typing import Any, Final, cast

import anywidget
import traitlets
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

SLOT: Final = "globalThis.__designlibPlotly ??= {waiting: []}"

# The bundle is a UMD module: with `exports` at hand it fills that instead of a global.
_LOADER: Final = """
const slot = %(slot)s;
if (!slot.plotly) {
  const module = {exports: {}};
  (function (module, exports, define) { %(plotly)s
  }).call(globalThis, module, module.exports, undefined);
  slot.plotly = module.exports.newPlot ? module.exports : globalThis.Plotly;
  slot.waiting.splice(0).forEach((resolve) => resolve(slot.plotly));
}
export default { render({ el }) { el.style.display = "none"; } };
"""

_VIEW: Final = """
const slot = %(slot)s;
const loaded = () => slot.plotly
  ? Promise.resolve(slot.plotly)
  : new Promise((resolve) => slot.waiting.push(resolve));

// A design is confidential: no button may send it anywhere.
const CONFIG = { displaylogo: false, responsive: true, showSendToCloud: false };

async function render({ model, el }) {
  const box = document.createElement("div");
  box.setAttribute("role", "figure");
  const heading = document.createElement("h3");
  el.append(heading, box);
  const plotly = await loaded();
  let queue = Promise.resolve();
  const draw = () => {
    const revision = model.get("revision");
    queue = queue.then(async () => {
      // While the page was busy newer figures may have come: only the last one is drawn.
      if (revision !== model.get("revision")) return;
      const figure = JSON.parse(model.get("figure"));
      heading.textContent = model.get("heading");
      box.setAttribute("aria-label", model.get("label"));
      await plotly.react(box, figure.data, figure.layout, CONFIG);
      box.dataset.painted = revision;
    });
  };
  model.on("change:revision", draw);
  draw();
  const observer = new ResizeObserver(() => {
    if (box.dataset.painted) plotly.Plots.resize(box);
  });
  observer.observe(el);
  return () => { observer.disconnect(); model.off("change:revision", draw); plotly.purge(box); };
}
export default { render };
"""


class PlotView(anywidget.AnyWidget):
    """A figure that can be replaced; a page that is loaded again shows the present one."""

    _esm = _VIEW % {"slot": SLOT}
    figure = traitlets.Unicode('{"data": [], "layout": {}}').tag(sync=True)
    heading = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("Chart").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def show(self, figure: Any) -> None:
        """Draw another figure.

        Parameters
        ----------
        figure : plotly.graph_objects.Figure
            What to draw; ``layout.meta["alt"]`` says the same in words.
        """
        drawn = figure.to_plotly_json()
        # As a heading of the page the title wraps; inside the figure a narrow page cuts it off.
        heading = drawn["layout"].pop("title", {}).get("text", "")
        with self.hold_sync():
            self.figure = to_json_plotly(drawn)
            self.heading, self.label = _without_tags(heading), drawn["layout"]["meta"]["alt"]
            self.revision += 1


@functools.cache
def loader() -> anywidget.AnyWidget:
    """Return the widget without a face that brings plotly.js, once for each kernel."""
    code = _LOADER % {"slot": SLOT, "plotly": get_plotlyjs()}
    kind = type("PlotlyLoader", (anywidget.AnyWidget,), {"_esm": code})
    return cast("anywidget.AnyWidget", kind())


def _without_tags(text: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", text))
