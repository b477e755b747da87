"""Teams: what each team is guaranteed of the fleet, and its part of the total cost."""

from __future__ import annotations

from collections import defaultdict
from math import ceil, floor

import pandas as pd

from designlib.brief import Brief
from designlib.design import Design
from designlib.design.spread import spread
from designlib.schema.brief_blocks import Teams

GROWTH_MONTHS = 24


def quotas(design: Design) -> pd.DataFrame:
    """Return the guaranteed GPUs of a team at each date; together they never exceed the fleet.

    Parameters
    ----------
    design : Design
        A design whose brief names teams.

    Returns
    -------
    pandas.DataFrame, shape (dates, columns)
        ``period_month`` [mo], ``fleet_gpus``, ``teams``, ``quota_gpus`` of each team,
        ``guaranteed_gpus`` of all teams and ``free_gpus``, which may be borrowed where the brief
        allows it [1]; empty without teams.
    """
    brief = Brief.from_dict(design.brief)
    columns = ["period_month", "fleet_gpus", "teams", "quota_gpus", "guaranteed_gpus", "free_gpus"]
    rows = []
    for month in design.dates:
        if brief.teams is None:
            break
        fleet = sum(g["count"] for g in design.summary["gpus"] if g["period_month"] == month)
        teams = _teams_count(brief.teams, month)
        quota = floor(fleet * (brief.teams.guaranteed_quota_frac or 0.0) / teams)
        rows.append((month, fleet, teams, quota, quota * teams, fleet - quota * teams))
    return pd.DataFrame(rows, columns=columns)


def chargeback(design: Design) -> pd.DataFrame:
    """Return what each team pays of each workload; all together are the total cost of ownership.

    Parameters
    ----------
    design : Design
        Any design; without teams everything is charged to one.

    Returns
    -------
    pandas.DataFrame, shape (team and workload pairs, columns)
        ``team``, ``workload``, ``present_value`` [money].

    Notes
    -----
    What a workload costs is told by ``spread``. A workload that names no team is shared by all
    teams alike.
    """
    brief = Brief.from_dict(design.brief)
    owners = {w.id: w.team for w in brief.work()}
    paid: dict[tuple[str, str], float] = defaultdict(float)
    for (workload, month), amount in spread(design).items():
        teams = [owners[workload]] if owners[workload] else team_names(brief, month)
        for team in teams:
            paid[str(team), workload] += amount / len(teams)
    rows = [(team, workload, amount) for (team, workload), amount in sorted(paid.items())]
    return pd.DataFrame(rows, columns=["team", "workload", "present_value"])


def _teams_count(teams: Teams, month: int) -> int:
    """Return the teams at a month, which grow evenly to month 24."""
    now, later = teams.now_count, teams.month_24_count
    if later is None:
        return max(1, int(now))
    return max(1, ceil(now + (later - now) * min(month, GROWTH_MONTHS) / GROWTH_MONTHS))


def team_names(brief: Brief, month: int) -> list[str]:
    """Return the teams at a month: those that workloads name, then numbered ones."""
    named = sorted({w.team for w in brief.work() if w.team})
    if brief.teams is None:
        return named or ["everyone"]
    count = max(_teams_count(brief.teams, month), len(named))
    return [*named, *(f"team {n + 1}" for n in range(len(named), count))]


__all__ = ["chargeback", "quotas", "team_names"]
