"""Sense checks: what is well formed in a brief and yet cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from designlib.faults import quoted
from designlib.schema.base import Found

if TYPE_CHECKING:
    from designlib.schema.brief import BriefFields

Keys = tuple[str | int, ...]
REPAIR_DAYS_MAX = 3650
"""Days after which a part is bought anew rather than repaired. [d]"""
HOURS_PER_DAY = 24
POWER = (("it_power_kw", "kw", "kW"), ("utility_mw", "mw", "MW"))


def sense_faults(brief: BriefFields) -> Iterator[Found]:
    """Yield what no customer can mean, each with the value that would be right."""
    checks = (_halls, _spelling, _region, _apart, _water, _steps, _repairs, _owned, _stated)
    for check in checks:
        yield from check(brief)


def _halls(brief: BriefFields) -> Iterator[Found]:
    for index, site in enumerate(brief.sites):
        for field, name, unit in POWER:
            steps = getattr(site, field)
            if steps is not None and not any(getattr(step, name) for step in steps):
                message = f"expected more than 0 {unit} at some month: a site without power runs"
                yield ("sites", index, field), f"{message} nothing"
        if site.rack_positions_count == 0:
            yield ("sites", index, "rack_positions_count"), "expected at least 1, found 0"


def _spelling(brief: BriefFields) -> Iterator[Found]:
    """Yield the names that differ from an earlier one in case only: one of them is a slip."""
    yield from _cases((("sites", n, "id"), site.id) for n, site in enumerate(brief.sites))
    classes = (
        (("workloads", n, "data_class"), w.data_class) for n, w in enumerate(brief.workloads)
    )
    yield from _cases((path, name) for path, name in classes if name is not None)


def _cases(named: Iterable[tuple[Keys, str]]) -> Iterator[Found]:
    first: dict[str, str] = {}
    for path, name in named:
        before = first.setdefault(name.lower(), name)
        if before != name:
            yield path, f"'{name}' differs from '{before}' in case only"


def _region(brief: BriefFields) -> Iterator[Found]:
    region = brief.compliance.residency if brief.compliance else None
    for index, site in enumerate(brief.sites):
        if region is not None and site.region not in (None, region):
            message = (
                f"expected {region}, which the data may not leave, found {quoted(site.region)}"
            )
            yield ("sites", index, "region"), message


def _apart(brief: BriefFields) -> Iterator[Found]:
    """Yield the promise that sites carry on after a loss where none takes over from another."""
    policy = brief.site_policy
    if policy is None or policy.mode != "independent" or len(brief.sites) == 1:
        return
    if policy.survive_loss_of_count and policy.surviving_load_frac:
        message = f"expected 0 for independent sites, found {policy.survive_loss_of_count}:"
        message = f"{message} none takes over the work of another; active_active sites do"
        yield ("site_policy", "survive_loss_of_count"), message


def _water(brief: BriefFields) -> Iterator[Found]:
    """Yield the sites that evaporate more than the brief allows; a limit is held by no guess."""
    most = None if brief.environment is None else brief.environment.wue_max_l_per_kwh
    for index, site in enumerate(brief.sites):
        if most is None:
            return
        path, has = ("sites", index, "wue_l_per_kwh"), site.wue_l_per_kwh
        if has is None:
            yield path, "required field is missing; environment.wue_max_l_per_kwh limits it"
        elif has > most:
            message = f"expected at most environment.wue_max_l_per_kwh = {most:g}, found {has:g}"
            yield path, f"{message}; dry heat rejection evaporates less"


def _steps(brief: BriefFields) -> Iterator[Found]:
    expansions = brief.budget.expansions
    if expansions and brief.budget.capex_total is None:
        message = "required field is missing; expansions add to it"
        yield ("budget", "capex_total"), message
    for index, step in enumerate(expansions):
        if step.month == 0:
            message = "expected a later month than 0: money for the first day belongs to"
            yield ("budget", "expansions", index, "month"), f"{message} capex_total"
    for index, phase in enumerate(brief.phases[1:], start=1):
        before = brief.phases[index - 1]
        if phase.need_month <= before.need_month and phase.id != before.id:
            message = f"months must rise, found {phase.need_month} after {before.need_month}"
            yield ("phases", index, "need_month"), message


def _repairs(brief: BriefFields) -> Iterator[Found]:
    told = brief.reliability
    path = ("reliability", "repair_days")
    if told.repair_days > REPAIR_DAYS_MAX:
        yield path, f"expected at most {REPAIR_DAYS_MAX} days, found {told.repair_days:g}"
    elif told.gpu_hours_per_interruption is not None:
        share = 1.0 if told.repair_share_frac is None else told.repair_share_frac
        away = HOURS_PER_DAY * told.repair_days * share
        if away > told.gpu_hours_per_interruption:
            message = f"a GPU that fails every {told.gpu_hours_per_interruption:g} h"
            yield path, f"{message} would be away for longer than it serves"


def _owned(brief: BriefFields) -> Iterator[Found]:
    start = brief.service_start_month
    for index, lot in enumerate(brief.existing):
        retired = lot.retire_by_month
        if start is not None and retired is not None and retired < start:
            message = f"expected at least service_start_month = {start}, found {retired}"
            yield ("existing", index, "retire_by_month"), message


def _stated(brief: BriefFields) -> Iterator[Found]:
    asked = brief.procurement
    if asked.performance_doubling_years is not None and asked.price_decline_frac_per_year:
        message = "says the same as price_decline_frac_per_year: state one of them"
        yield ("procurement", "performance_doubling_years"), message
    seen: set[tuple[str, str]] = set()
    for index, price in enumerate(brief.prices):
        key = (price.item, price.quantity)
        if key in seen:
            yield ("prices", index, "item"), f"{price.item} {price.quantity} is given twice"
        seen.add(key)
