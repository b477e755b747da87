"""Balance: supply and draw of every resource at a date, the bottleneck, and who draws."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import balance
from designlib.report.words import RESOURCES, label
from designlib.workbench.draws import draws
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 40
TITLE: Final = "Balance"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the chart and the table of the balance, and what draws on one resource."""
    design = view.design
    assert design is not None
    resources = {r["resource"]: None for r in design.tables["balance"] if r["draw"]}
    tight = (design.summary.get("bottleneck") or {}).get("resource", "")
    offered = sorted(resources, key=lambda name: (name != tight, label(RESOURCES, name).lower()))
    dates = [str(d) for d in reversed(design.dates)]
    picked, date = view.choice("resource", offered), view.choice("date", dates)
    asked = render(
        "pick",
        choices=[
            ("resource", "Who draws on", picked, [(r, label(RESOURCES, r)) for r in offered]),
            ("date", "At month", date, [(d, d) for d in dates]),
        ],
    )
    drawn = draws(design, picked, int(date)) if picked else None
    return Markup("").join(
        (
            chapter("balance", balance.section(design, view.catalog)),
            asked,
            chapter("draws", drawn),
        )
    )
