"""Network: the tiers of every fabric, its links, and how far it is oversubscribed."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.figures import charts_of
from designlib.report.section import Section
from designlib.report.sections.racks import fabrics
from designlib.workbench.render import chapter
from designlib.workbench.view import View

ORDER: Final = 90
TITLE: Final = "Network"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the diagram of the networks with their switches."""
    assert view.design is not None
    return chapter(
        "network",
        Section(
            "How everything is connected",
            figures=charts_of(view.design, "network", "oversubscription"),
            tables=(fabrics(view.design),),
        ),
    )
