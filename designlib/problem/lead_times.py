"""Lead times: what the register of the brief says of parts that somebody else has to bring.

A part that the design buys is ordered in time or not at all: its lead time bounds the dates. A part
of a power chain that the hall or the landlord owns never makes a design infeasible, but where it
cannot arrive by the month at which it is counted on, the reader must know.
"""

from __future__ import annotations

from typing import Any

from designlib.problem.context import WEEKS_PER_MONTH, Context


def late_parts(ctx: Context) -> list[tuple[str, Any, str, str]]:
    """Return a note for each owned power part that an order of today brings too late."""
    site = ctx.site
    register = ctx.brief.procurement.lead_times_weeks or {}
    if not site.power_chain.exists:
        return []
    named = [int(step.month) for step in (*(site.utility_mw or ()), *(site.it_power_kw or ()))]
    found: list[tuple[str, Any, str, str]] = []
    for kind, weeks in register.items():
        if kind not in power_kinds(ctx):
            continue
        months = float(weeks) / WEEKS_PER_MONTH
        missed = [m for m in sorted(named) if 0 < m < months]
        if not missed:
            continue
        when = " and ".join(f"month {m}" for m in missed)
        reason = (
            f"a {kind} takes {weeks:g} weeks: ordered at month 0 it arrives at month "
            f"{months:.1f} and cannot meet the power of {when} at site {site.id}. "
            f"The {site.power_chain.owner} owns the power chain and must have ordered it already"
        )
        found.append((f"procurement.lead_times_weeks.{kind}", float(weeks), "weeks", reason))
    return found


def power_kinds(ctx: Context) -> set[str]:
    """Return the kinds of part of a power chain that the catalog has."""
    return {part.kind for part in ctx.catalog.power.values()}
