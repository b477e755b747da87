"""Mend: the cheapest design under some changes of a brief, and what it costs and buys beyond one.

The optimizer looks for it; nothing is guessed. What a quotation needs is found the same way: the
cheapest design of the brief out of the parts that are quoted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.explore.force import only_servers, without_rivals
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize


@dataclass(frozen=True)
class Remedy:
    """What the optimizer found.

    Attributes
    ----------
    status : str
        Of the design, or ``infeasible``, ``refused`` or how the search ended.
    design : Design or None
        The cheapest design, where there is one.
    extra_low, extra_high : float or None
        Present value beyond the design at hand: from the bound of one to the objective of the
        other; None where that proves nothing.
    capex_change : float or None
        Purchases beyond those at hand.
    bought : tuple of str
        Parts that it has more or fewer of, such as "+1 part".
    reason : str
        Why there is no design.
    """

    status: str
    design: Design | None = None
    extra_low: float | None = None
    extra_high: float | None = None
    capex_change: float | None = None
    bought: tuple[str, ...] = ()
    reason: str = ""


def mend(
    design: Design,
    changes: Mapping[str, Any],
    catalog: Catalog,
    *,
    gap: float = 1e-2,
    time_limit_s: float | None = 60.0,
) -> Remedy:
    """Return the cheapest design of the same brief under some changes, priced against a design.

    Parameters
    ----------
    design : Design
        The design at hand.
    changes : mapping
        Dotted paths of the brief with their values; the brief as it is where empty.
    catalog : Catalog
        What can be bought.
    gap, time_limit_s : float
        Gap [1] and time [s] at which the search may stop.
    """
    try:
        asked = Brief.from_dict(design.brief).with_changes(changes)
        found = optimize(asked, catalog, gap=gap, time_limit_s=time_limit_s)
    except Infeasible as error:
        return Remedy("infeasible", reason="; ".join(error.conflict))
    except FaultError as error:
        return Remedy("refused", reason="; ".join(fault.message for fault in error.faults))
    except Stopped as error:
        return Remedy(error.status, reason=str(error))
    return against(design, found)


def against(design: Design, found: Design) -> Remedy:
    """Return what a design costs and buys beyond another."""
    objective, bound = (design.certificate.get(k) for k in ("objective", "bound"))
    low = high = None
    if objective is not None and bound is not None:
        low = found.certificate["bound"] - objective
        high = max(low, found.certificate["objective"] - bound)
    change = _spent(found) - _spent(design)
    return Remedy(found.status, found, low, high, change, tuple(_bought(design, found)))


def reference(
    brief: Brief,
    parts: Iterable[str],
    catalog: Catalog,
    *,
    gap: float = 1e-2,
    time_limit_s: float | None = 2 * 60.0,
) -> tuple[Design, str]:
    """Return the cheapest design out of the kinds of parts that are quoted, and what was let go.

    Parameters
    ----------
    brief : Brief
        What is asked.
    parts : iterable of str
        Parts of a quotation; of each that has rivals the rivals are left out.
    catalog : Catalog
        What can be bought.
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.

    Returns
    -------
    tuple of (Design, str)
        The design, and a sentence where the quoted parts alone make none, else an empty text.

    Raises
    ------
    Infeasible
        No design exists, with whatever parts.
    """
    quoted = sorted(set(parts))
    servers = [i for i in quoted if i in catalog.servers and catalog.servers[i].gpu is not None]
    narrow = catalog
    for part in quoted:
        # Two quoted parts that are rivals both stay: neither excludes the other.
        fewer = without_rivals(narrow, part)
        if fewer is not None and all(_has(fewer, p) for p in quoted):
            narrow = fewer
    narrow_brief = only_servers(brief, servers) if servers else brief
    # From all that is quoted, over its servers alone, to whatever does the work.
    tried = [(narrow_brief, narrow), (narrow_brief, catalog), (brief, catalog)]
    said = ["", "of the quoted parts only the servers were kept", "no quoted part was kept"]
    why = ""
    for n, (asked, offered) in enumerate(tried):
        try:
            found = optimize(asked, offered, gap=gap, time_limit_s=time_limit_s)
        except (Infeasible, FaultError, Stopped) as error:
            if n == len(tried) - 1:
                raise
            why = why or _reason(error)
            continue
        return found, f"the quoted kinds of parts make no design ({why}): {said[n]}" if n else ""
    raise AssertionError("the last of the searches returns or raises")


def _reason(error: Exception) -> str:
    """Return why a search found nothing, in one line."""
    conflict = error.conflict if isinstance(error, Infeasible) else ()
    return "; ".join(conflict) or str(error).splitlines()[0]


def _has(catalog: Catalog, part: str) -> bool:
    """Return whether a catalog has a part, and where it is a switch, every role of it."""
    families = (catalog.servers, catalog.switches, catalog.storage, catalog.cooling, catalog.power)
    return part in catalog.optics or part in catalog.software or any(part in f for f in families)


def _spent(design: Design) -> float:
    return sum(x["extended"] or 0.0 for x in design.tables["bill_of_materials"])


def _bought(design: Design, found: Design) -> list[str]:
    counts: dict[str, float] = defaultdict(float)
    for sign, each in ((-1, design), (1, found)):
        for line in each.tables["bill_of_materials"]:
            counts[line["part_id"]] += sign * line["count"]
    return [f"{n:+g} {part}" for part, n in sorted(counts.items()) if abs(n) > 0]
