"""Carriers: how many links each site needs to the outside, and what happens when one is lost."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.carriers import carriers
from designlib.report.section import Section
from designlib.report.table import Table, table
from designlib.report.words import plural

ORDER: Final = 660


def links(design: Design, catalog: Catalog) -> Table:
    """Return the links of each site to the outside."""
    return table(
        "Links of each site to the outside",
        "Site | Carriers #count | Peak traffic, Gbit/s #figure | One link, Gbit/s #figure | "
        "Links of each carrier #count | All links #count | Routers #count",
        carriers(design, catalog).itertuples(index=False, name=None),
        sheet="Carriers",
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the links to the outside, where the brief says how many carriers bring them."""
    if catalog is None or not (design.brief.get("site_policy") or {}).get("wan_carriers_count"):
        return None
    found = carriers(design, catalog)
    if found.empty:
        return None
    count = int(found.carriers.min())
    lost = (
        "without any one of them, or any one router, the others carry the whole peak"
        if count > 1
        else "when it fails, the site is cut off: two carriers on separate ways would carry on"
    )
    return Section(
        "Links to the outside",
        lead=(f"{plural(count, 'carrier')} at each site: {lost}.",),
        tables=(links(design, catalog),),
        notes=(
            "The traffic is what a site may have to carry at the horizon, also when another site "
            "is lost. What carriers and border routers cost is in no price list here and is no "
            "part of the cost: ask for quotations.",
        ),
    )
