"""Checks: every promise counted again by other code than the optimizer's, and known mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup

from designlib.report.sections import promises, review
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View, proof_of

ORDER: Final = 140
TITLE: Final = "Checks"
NEEDS_DESIGN: Final = True


def show(view: View) -> Markup:
    """Return the promises with their margins as soon as they are counted, and the review."""
    assert view.design is not None
    found = view.found.get("checks")
    if found is None or found.subject != subject(view) or not found.parts:
        return render("waiting", told="Counting every promise again …")
    return chapter("promises", found.parts[0]) + chapter(
        "review", review.section(view.design, view.catalog)
    )


def subject(view: View) -> str:
    """Return what the counting is about: one proven design."""
    return proof_of(view.design)


def ask(view: View, tell: Callable[[Any], None], stopped: Callable[[], bool]) -> str:
    """Return nothing to add, after telling the promises of the design, counted again."""
    assert view.design is not None
    tell(promises.section(view.design, view.catalog))
    return ""
