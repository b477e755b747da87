"""Racks and floor: what stands where, what it draws there, and how it is powered and cooled."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from markupsafe import Markup

from designlib.report.sections import elevations, floor, power_and_cooling, racks
from designlib.workbench.render import chapter
from designlib.workbench.view import View

ORDER: Final = 80
TITLE: Final = "Racks and floor"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return racks, floor, elevations, power and cooling."""
    assert view.design is not None
    whole = racks.section(view.design, view.catalog)
    alone = replace(
        whole,
        title="Racks",
        figures=tuple(f for f in whole.figures if f.name == "racks"),
        tables=tuple(t for t in whole.tables if t.caption != "Networks"),
    )
    others = (("floor", floor), ("elevations", elevations), ("power", power_and_cooling))
    return Markup("").join(
        (
            chapter("racks", alone),
            *(chapter(key, part.section(view.design, view.catalog)) for key, part in others),
        )
    )
