"""Customers: sites, teams and rules on the data, for those designs that have them."""

from __future__ import annotations

from designlib.design import Design
from designlib.explore.teams import chargeback, quotas
from designlib.report import words
from designlib.report.grid import Cell, Group, Table, columns, row, table
from designlib.report.words import money, month, number

SITES_LEAST = 2
"""Sites from which on a table sets them side by side. [1]"""


def sites(design: Design) -> Table | None:
    """Return what stands at each site; None where there is only one."""
    rows = design.summary.get("sites") or []
    if len(rows) < SITES_LEAST:
        return None
    return table(
        f"Site by site at month {max(design.dates, default=0)}",
        f"Site | GPUs # | Racks # | IT power, kW # | Facility power, kW # | {design.currency} #",
        [
            (
                s["site"],
                *(number(s[name]) for name in ("gpus", "racks", "it_kw", "facility_kw")),
                money(s["capex"]),
            )
            for s in rows
        ],
    )


def rules(design: Design) -> Table | None:
    """Return how each rule on the data is kept; None where the brief states none."""
    rows = design.tables.get("compliance") or []
    if not rows:
        return None
    return table(
        "Who asks, how the design keeps the rule, and what it removed and added",
        "Rule | Kept by | Parts removed | Items added",
        [
            (
                Cell(words.capital(r["rule"]), f"asked by {r['asked_by']}"),
                words.capital(r["kept_by"]),
                r["parts_removed"],
                r["items_added"],
            )
            for r in rows
        ],
    )


def has_teams(design: Design) -> bool:
    """Return whether the brief names teams, by number or by workload."""
    named = any(w.get("team") for w in design.brief.get("workloads", []))
    return bool(design.dates and (design.brief.get("teams") or named))


def teams(design: Design) -> list[Table]:
    """Return the quotas of the teams and what each pays; none where the brief names no teams."""
    if not has_teams(design):
        return []
    return [t for t in (_quotas(design), _chargeback(design)) if t is not None]


def _quotas(design: Design) -> Table | None:
    rows = quotas(design)
    if rows.empty:
        return None
    return table(
        "Guaranteed GPUs of the teams; together they never exceed the fleet",
        "Month | GPUs in service # | Teams # | Guaranteed to each # | To all # | Free to borrow #",
        [(month(first), *map(number, rest)) for first, *rest in rows.to_numpy().tolist()],
    )


def _chargeback(design: Design) -> Table:
    paid = chargeback(design).pivot_table(
        index="team", columns="workload", values="present_value", fill_value=0.0
    )
    heads = " | ".join(f"{w} #" for w in paid.columns)
    return Table(
        f"What each team pays over the years, {design.currency} in present value",
        columns(f"Team | {heads} | Total #"),
        (
            Group(
                "",
                tuple(
                    row(str(team), *(money(x) for x in mine), money(sum(mine)))
                    for team, mine in zip(paid.index, paid.to_numpy().tolist(), strict=True)
                ),
            ),
        ),
        row("All teams", *(money(x) for x in paid.sum()), money(float(paid.to_numpy().sum()))),
    )
