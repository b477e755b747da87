"""Networks: how each is wired, who may use it, and a range of addresses for it."""

from __future__ import annotations

from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.address_plan import address_plan
from designlib.faults import FaultError
from designlib.report import words
from designlib.report.section import Section
from designlib.report.table import Cell, Table, table
from designlib.report.words import NONE, number

ORDER: Final = 605
SHEET: Final = "Networks"
OWN_NUMBERS: Final = "numbered by its fabric manager"


def plan(rows: list[dict[str, Any]]) -> Table:
    """Return one row for each network: wiring, zone and addresses."""
    return table(
        "Wiring, zones and addresses",
        "Network | Zone | Device ports #count | Rails of a leaf #count | Leaf ports down : up | "
        "Oversubscription # | Addresses #count | Range",
        [_row(r) for r in rows],
        sheet=SHEET,
    )


def _row(r: dict[str, Any]) -> tuple[Any, ...]:
    role = r["network"].partition(": ")[0]
    spines = r["up_per_leaf"] > 0
    return (
        Cell(words.capital(role), r["site"]),
        r["zone"] or NONE,
        r["ports"],
        r["rails_per_leaf"] if role == "compute" and r["rails_per_leaf"] else NONE,
        f"{r['down_per_leaf']} : {r['up_per_leaf']}" if spines else "no spine",
        f"{number(r['oversubscription'])} : 1",
        r["addresses"] or NONE,
        r["range"] or OWN_NUMBERS,
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return the networks with their zones; None without a catalog, or where none can be wired."""
    if catalog is None:
        return None
    try:
        rows: Any = address_plan(design, catalog).to_dict("records")
    except FaultError:  # the floor plan says which network cannot be wired, and why
        return None
    if not rows:
        return None
    return Section(
        "Zones and addresses",
        lead=(
            "Each network is a zone of its own. Its range of private addresses has room for twice "
            "the ports and switches of the last date; move it where your own plan has room.",
        ),
        tables=(plan(rows),),
    )
