"""Scope: what a brief promises and no design weighs yet is refused, never ignored in silence."""

from __future__ import annotations

from typing import Any

from designlib.brief import Brief
from designlib.faults import Fault, FaultError

PROMISES: dict[str, str] = {}
"""Fields whose statement would be broken if a design ignored it."""

HINTS = {
    "budget.expansions.extra_gpus_frac": "the fleet grows as the workloads do, not by a set share",
    "site_policy.wan_carriers_count": "links to the outside are counted, what they cost is not",
}
"""Fields that a design may ignore at the customer's cost; each is listed as an assumption."""


def check_scope(brief: Brief) -> None:
    """Raise a FaultError that lists every promise of the brief that a design would not keep."""
    faults = [
        Fault("brief", None, path, f"{words}: can be written down, but no design weighs it yet")
        for path, words in PROMISES.items()
        if _stated(brief, path)
    ]
    if brief.network.topology == "dragonfly":
        message = "dragonflies are counted but not designed yet; say auto, fat-tree or single"
        faults.append(Fault("brief", None, "network.topology", message))
    if faults:
        raise FaultError(faults)


def hints(brief: Brief) -> list[tuple[str, Any, str, str]]:
    """Return what the brief states and the design does not use: path, value, unit, consequence."""
    return [(path, "stated", "", words) for path, words in HINTS.items() if _stated(brief, path)]


def _stated(brief: Brief, path: str) -> bool:
    """Return whether a brief says anything at a dotted path."""
    values: list[Any] = [brief]
    for name in path.split("."):
        found = [getattr(value, name, None) for value in values]
        values = [x for f in found for x in (f if isinstance(f, tuple) else (f,))]
    return any(value is not None for value in values)
