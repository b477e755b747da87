"""Workloads: every field of every workload, and what each of them asks of the layers."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import operations, workloads
from designlib.schema.workloads import Shaped
from designlib.workbench.edits import examples
from designlib.workbench.fields import fields
from designlib.workbench.panels._fields import form
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 20
TITLE: Final = "Workloads"
NEEDS_DESIGN: Final = False


def show(view: View) -> Markup:
    """Return the form of one workload, and how all of them run in the design."""
    brief = view.brief
    picked = view.choice("workload", (w.id for w in brief.workloads))
    item = next(w for w in brief.workloads if w.id == picked)
    shaped = isinstance(item, Shaped)
    page = render(
        "workloads",
        workloads=[{"id": w.id, "name": w.name, "kind": w.kind} for w in brief.workloads],
        picked=picked,
        examples=examples(),
        fields=form(fields(item, f"workloads.{picked}", brief.currency)),
        shaped=shaped,
        llms=sorted(view.catalog.llms),
        llm=getattr(item, "llm", None),
    )
    if view.design is None:
        return page
    return Markup("").join(
        (
            page,
            chapter("operations", operations.section(view.design, view.catalog)),
            chapter("requirements", workloads.section(view.design, view.catalog)),
        )
    )
