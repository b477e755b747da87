"""Cost: how the cost of ownership adds up, when it is paid, and what a GPU-hour costs."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import cost, unit_costs
from designlib.workbench.render import chapter
from designlib.workbench.view import View

ORDER: Final = 60
TITLE: Final = "Cost"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the waterfall, the cost by layer and date, and unit costs."""
    assert view.design is not None
    return chapter("cost", cost.section(view.design, view.catalog)) + chapter(
        "unit-costs", unit_costs.section(view.design, view.catalog)
    )
