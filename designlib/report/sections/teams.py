"""Teams: what each team is guaranteed and what it pays, where the brief names teams."""

from __future__ import annotations

from typing import Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.explore.teams import chargeback, quotas
from designlib.report.section import Section
from designlib.report.table import Table, table
from designlib.report.words import month, number

ORDER: Final = 800


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
    heads = " | ".join(f"{w} #money" for w in paid.columns)
    return table(
        f"What each team pays over the years, {design.currency} in present value",
        f"Team | {heads} | Total #money",
        [
            (str(team), *mine, sum(mine))
            for team, mine in zip(paid.index, paid.to_numpy().tolist(), strict=True)
        ],
        ("All teams", *map(float, paid.sum()), float(paid.to_numpy().sum())),
    )


def section(design: Design, catalog: Catalog | None) -> Section | None:
    """Return what each team gets and pays, where the brief names teams."""
    found = teams(design)
    if not found:
        return None
    return Section(
        "Teams",
        tables=tuple(found),
        notes=(
            "Each workload bears the cost of the servers that it takes and, in proportion, of all "
            "that stands around them; what no team owns alone is shared alike. Together they pay "
            "the whole present value.",
        ),
    )
