"""Summary: what the design is, how sure it is, and what changed since the one before it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from markupsafe import Markup

from designlib.report.sections import certificate, decision
from designlib.workbench.changes import changes
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 10
TITLE: Final = "Summary"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return headline figures, the bottleneck, the proof, what changed and what to buy."""
    assert view.design is not None
    page = replace(decision.section(view.design, view.catalog), points=())
    changed = changes(view.before, view.design) if view.before else None
    return Markup("").join(
        (
            render("summary", lead=decision.lead(view.design)),
            chapter("changed", changed),
            chapter("decision", page, title="The design"),
            chapter("certificate", certificate.section(view.design, view.catalog)),
        )
    )
