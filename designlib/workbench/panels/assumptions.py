"""Assumptions: on what the design rests that the brief does not state, and where it comes from."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import assumptions
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 150
TITLE: Final = "Assumptions"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the register of assumptions with its sources."""
    assert view.design is not None
    return render("filter", label="Show only what holds these words") + chapter(
        "assumptions", assumptions.section(view.design, view.catalog)
    )
