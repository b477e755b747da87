"""Plot view: every chart can be shown with its text alternative; plotly.js comes once."""

import json

from designlib.charts import charts
from designlib.workbench.plotview import PlotView, loader
from tests.toy_design import toy_design


def test_every_chart_is_shown_with_its_words():
    view = PlotView()
    for number, plot in enumerate(charts().values(), start=1):
        figure = plot(toy_design())
        view.show(figure)
        assert view.revision == number
        assert view.label == figure.layout.meta["alt"]
        drawn = json.loads(view.figure)
        assert len(drawn["data"]) == len(figure.data)
        # What has nothing to draw says so in its place.
        assert drawn["data"] or drawn["layout"]["annotations"]
        # The title is a heading of the page, where it wraps.
        assert view.heading
        assert "title" not in drawn["layout"]
        assert "<" not in view.heading


def test_plotly_is_loaded_once():
    assert loader() is loader()
    assert len(loader()._esm) > 1e6


def test_nothing_is_sent_anywhere():
    assert "showSendToCloud: false" in PlotView._esm
