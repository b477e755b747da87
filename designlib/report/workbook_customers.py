"""Workbook customers: sites, teams and rules on the data, for those designs that have them."""

from __future__ import annotations

from typing import Final

from designlib.design import Design
from designlib.explore.teams import chargeback
from designlib.report.sections.decision import SITES_LEAST
from designlib.report.sections.teams import has_teams
from designlib.report.workbook_grid import Column, Grid, in_money, sums

RULES_SHEET: Final = "Rules on the data"
TEAMS_SHEET: Final = "Teams"
RULES: Final = (
    Column("rule", "Rule"),
    Column("asked_by", "Asked by"),
    Column("kept_by", "Kept by"),
    Column("parts_removed", "Parts removed"),
    Column("items_added", "Items added"),
)
CHARGES: Final = (
    Column("team", "Team"),
    Column("workload", "Workload"),
    Column("present_value", "Present value [{}]", "money"),
)


def absent(design: Design) -> set[str]:
    """Return the sheets that have nothing to hold."""
    found = set() if design.tables.get("compliance") else {RULES_SHEET}
    return found if has_teams(design) else {*found, TEAMS_SHEET}


def write_rules(grid: Grid, design: Design) -> None:
    """Write how each rule on the data is kept, where there are any."""
    if RULES_SHEET in grid.sheets:
        grid.table(RULES_SHEET, RULES, design.tables["compliance"])


def write_teams(grid: Grid, design: Design) -> None:
    """Write what each team pays of each workload, where there are teams."""
    if TEAMS_SHEET in grid.sheets:
        found = chargeback(design).to_dict("records")
        paid = [{str(key): value for key, value in line.items()} for line in found]
        columns = in_money(CHARGES, design.currency)
        grid.table(TEAMS_SHEET, columns, paid)
        sums(grid, TEAMS_SHEET, columns, paid, ("present_value",))


def write_sites(grid: Grid, sheet: str, design: Design, row: int) -> int:
    """Write what stands at each site, where there are several; return the next free row."""
    rows = design.summary.get("sites") or []
    if len(rows) < SITES_LEAST:
        return row
    heads = ("Site", "GPUs", "Racks", "IT power [kW]", "Facility power [kW]")
    grid.write(sheet, row, 0, "Site by site", "section")
    grid.header(sheet, row + 1, (*heads, f"Purchases [{design.currency}]"), range(1, 6))
    forms = {"gpus": "count", "racks": "count", "it_kw": "tenth", "facility_kw": "tenth"}
    for r, site in enumerate(rows, row + 2):
        grid.write(sheet, r, 0, site["site"], "label")
        for c, (key, form) in enumerate((forms | {"capex": "money"}).items(), 1):
            grid.write(sheet, r, c, site[key], form)
    return row + 3 + len(rows)
