"""Existing: which of the servers that are there already go on serving, as what, and until when."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.existing import USES, book_values, existing
from designlib.report.section import Section
from designlib.report.table import Table, table
from designlib.report.words import plural

ORDER: Final = 550


def uses(design: Design) -> Table:
    """Return how many serve, lie on the shelf or stand idle, from each date of a change on."""
    rows = existing(design)
    return table(
        "What becomes of the servers that are there already",
        "Servers | Site | From month #month | In service #count | Spares #count | Idle #count | "
        "Work that runs on them",
        [
            (
                r["name"],
                r["site"],
                r["period_month"],
                *(r[use] for use in USES),
                r["runs"] or "none",
            )
            for r in rows.to_dict("records")
        ],
        sheet="Existing",
    )


def lots(design: Design) -> Table:
    """Return the lots as the brief states them, with their value in the books."""
    return table(
        "What the brief says of them",
        "Lot | Site | Servers #count | Leaves by month #month | "
        f"Book value, {design.currency} #money",
        [
            (r["gpu"], r["site"], r["servers"], r["retire_by_month"], r["book_value"])
            for r in book_values(design).to_dict("records")
        ],
        sheet="Existing lots",
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what becomes of the servers that are there already, where there are any."""
    if not design.brief.get("existing"):
        return None
    return Section(
        "Servers that are there already",
        lead=(_lead(design),),
        tables=(*((uses(design),) if design.tables.get("existing") else ()), lots(design)),
        notes=(
            "They cost nothing to buy, and draw power, space, ports, support and staff while they "
            "serve. What they are worth in the books is spent whatever is decided, so it decides "
            "nothing and is no part of the costs above. One that stands idle draws nothing.",
        ),
    )


def _lead(design: Design) -> str:
    rows = existing(design)
    if rows.empty:
        return (
            "None of them can run any work of this brief; the reasons are among those of the "
            "candidates."
        )
    most = {use: int(rows.groupby(["site", "part_id"])[use].max().sum()) for use in USES}
    if not most["in service"]:
        return (
            f"{plural(most['idle'] + most['spare'], 'server')} of before will not serve: no design "
            "with them in service was found that costs less, power, space, ports and support "
            "counted. The certificate says how near to the least cost this is."
        )
    serving = plural(most["in service"], "server")
    return f"{serving} of before will go on serving, until retirement where a month is set for it."
