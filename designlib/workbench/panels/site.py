"""Site and policy: what the halls offer and charge, and the rules that the design keeps."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from designlib.report.sections import rules
from designlib.workbench.fields import Field, fields
from designlib.workbench.panels._fields import form
from designlib.workbench.render import chapter, render
from designlib.workbench.view import View

ORDER: Final = 30
TITLE: Final = "Site and policy"
NEEDS_DESIGN: Final = False
BLOCKS: Final = {
    "budget": "Budget",
    "fleet": "What may be bought",
    "reliability": "Reliability",
    "network": "Network",
    "storage": "Storage",
    "procurement": "Procurement",
    "policies": "Policies",
    "environment": "Carbon and water",
    "site_policy": "Several sites",
    "teams": "Teams",
    "growth": "Drivers of growth",
}
"""Block of a brief -> heading over its fields."""
WHOLE: Final = "The case"


def show(view: View) -> Markup:
    """Return the form of one site and of the rules that hold for the whole brief."""
    brief = view.brief
    picked = view.choice("site", (site.id for site in brief.sites))
    site = next(s for s in brief.sites if s.id == picked)
    found = fields(site, f"sites.{picked}", brief.currency)
    asked = render(
        "pick",
        choices=[("site", "Site", picked, [(s.id, s.id) for s in brief.sites])],
    )
    page = render("site", pick=asked, hall=form(found), rules=form(_rules(view)))
    if view.design is None:
        return page
    return page + chapter("rules", rules.section(view.design, view.catalog))


def _rules(view: View) -> list[Field]:
    brief = view.brief
    found = [f for f in fields(brief, "", brief.currency, WHOLE) if f.group == WHOLE]
    for name, title in BLOCKS.items():
        block = getattr(brief, name)
        if block is not None:
            found += fields(block, name, brief.currency, title)
    return found
