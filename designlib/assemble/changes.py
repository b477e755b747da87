"""Changes: what a brief has to say so that it grants what a design needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from designlib.brief import Brief

STEPS = {"it_power_kw": ("kw", 1.0), "utility_mw": ("mw", 1e-3), "max_gpus": ("count", 1.0)}
"""Field that grants by months -> name of the amount in a step, and its unit in ours."""
BUDGET, FLEET = "budget.capex_total", "fleet.max_gpus"
SHARE = "cloud_burst.peak_requests_max_frac"

Short = Mapping[str, Any]
"""A shortfall: path, limit, needed and month."""


def changes_of(brief: Brief, shortfalls: Iterable[Short]) -> dict[str, Any]:
    """Return the changes of a brief that grant what is short, for ``Brief.with_changes``.

    A field with steps by month is raised from the month on at which it is short, and later steps
    with it where they would be lower.
    """
    found: dict[str, Any] = {}
    for short in shortfalls:
        found.update(_change(brief, short, found))
    return found


def _change(brief: Brief, short: Short, so_far: Mapping[str, Any]) -> dict[str, Any]:
    path, needed, month = short["path"], short["needed"], int(short.get("month") or 0)
    field = path.rpartition(".")[2]
    if path == BUDGET and month:
        return _expansions(brief, short, month)
    if path == FLEET and (not brief.fleet.max_gpus or brief.phases):
        return _phases(brief, needed, month, so_far)
    if path == SHARE and brief.cloud_burst is not None:
        share = float(brief.cloud_burst.peak_requests_max_frac)
        return {path: min(1.0, share * needed / short["limit"])} if short["limit"] else {path: 1.0}
    if field not in STEPS:
        return {path: needed}
    name, unit = STEPS[field]
    steps = so_far.get(path) or [_plain(s) for s in value_at(brief, path) or ()]
    return {path: raised(steps, name, month, needed * unit)}


def raised(
    steps: Iterable[Mapping[str, Any]], name: str, month: int, amount: float
) -> list[dict[str, Any]]:
    """Return steps by month that grant an amount from the step on that holds at a month.

    Parameters
    ----------
    steps : iterable of mapping
        ``month`` and the amount by its name.
    name : str
        Name of the amount.
    month : int
        A month at which it is short.
    amount : float
        What is needed then.
    """
    known = sorted((dict(s) for s in steps), key=lambda s: s["month"])
    first = max((s["month"] for s in known if s["month"] <= month), default=None)
    if first is None:
        first = 0
        known.insert(0, {"month": 0, name: amount})
    whole = name == "count"
    for step in known:
        if step["month"] >= first:
            step[name] = max(step[name], amount)
        step[name] = int(step[name]) if whole else step[name]
    return known


def _expansions(brief: Brief, short: Short, month: int) -> dict[str, Any]:
    """Return more money for the last step that has begun at a month."""
    begun = [(e.month, n) for n, e in enumerate(brief.budget.expansions) if e.month <= month]
    if not begun:
        return {BUDGET: short["needed"]}
    n = max(begun)[1]
    more = short["needed"] - short["limit"]
    return {f"budget.expansions.{n}.capex_total": brief.budget.expansions[n].capex_total + more}


def _phases(brief: Brief, needed: float, month: int, so_far: Mapping[str, Any]) -> dict[str, Any]:
    """Return more GPUs for the phase that holds at a month, and for the fleet where it is less."""
    found: dict[str, Any] = {}
    phases = sorted(brief.phases, key=lambda p: p.need_month)
    begun = [p for p in phases if p.need_month <= month] or phases[:1]
    for phase in begun[-1:]:
        if phase.max_gpus_count is not None and phase.max_gpus_count < needed:
            found[f"phases.{phase.id}.max_gpus_count"] = int(needed)
    if brief.fleet.max_gpus:
        steps = so_far.get(FLEET) or [_plain(s) for s in brief.fleet.max_gpus]
        found[FLEET] = raised(steps, "count", month, needed)
    return found


def _plain(step: Any) -> dict[str, Any]:
    return dict(step.model_dump(mode="json"))


def value_at(brief: Brief, path: str) -> Any:
    """Return what stands at a dotted path of a brief, None where nothing does.

    Items of a list go by id or index.
    """
    here: Any = brief
    for key in path.split("."):
        if isinstance(here, tuple):
            named = [x for x in here if getattr(x, "id", None) == key]
            here = named[0] if named else here[int(key)] if key.isdecimal() else None
        else:
            here = getattr(here, key, None)
    return here
