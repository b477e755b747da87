"""Growth: what is drawn and supplied at each date, what is ordered when, and what triggers it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import growth, phases, triggers
from designlib.workbench.render import chapter
from designlib.workbench.view import View

ORDER: Final = 70
TITLE: Final = "Growth and phases"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return growth, the phase plan and the triggers of later orders."""
    assert view.design is not None
    shown = (("growth", growth), ("phases", phases), ("triggers", triggers))
    return Markup("").join(
        chapter(key, part.section(view.design, view.catalog)) for key, part in shown
    )
