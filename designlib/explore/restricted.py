"""Restricted: what the cheapest design costs where an option has no rivals, layer by layer.

Two designs are compared by their certificates: the bound of one against the objective of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.explore.difference import money_between
from designlib.faults import FaultError
from designlib.optimize import Stopped, optimize

Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Forced:
    """A brief and a catalog in which an option has no rivals."""

    words: str
    parts: tuple[str, ...]
    brief: Brief
    catalog: Catalog


def serving(design: Design) -> list[dict[str, Any]]:
    """Return the servers in service that were there already."""
    return [r for r in design.tables.get("existing", []) if r["use"] == "in service"]


@dataclass(frozen=True)
class Search:
    """How each search may run."""

    gap: float
    time_limit_s: float | None
    progress: Progress | None

    def best(self, brief: Brief, catalog: Catalog) -> Design:
        """Return the cheapest design; a refusal is told in short."""
        return optimize(
            brief,
            catalog,
            gap=self.gap,
            time_limit_s=self.time_limit_s,
            progress=self.progress,
            repairing=True,
        )


def price(design: Design, forced: Forced, catalog: Catalog, search: Search) -> list[str]:
    """Return what the option costs where it has no rivals, compared on certificates."""
    words = forced.words
    try:
        base = design
        if design.certificate.get("catalog_hash") != catalog.hash:
            # Prices or parts have changed since: only designs over one catalog can be compared.
            base = search.best(Brief.from_dict(design.brief), catalog)
        other = search.best(forced.brief, forced.catalog)
    except Infeasible as error:
        return [f"{words}, no design meets the brief: {'; '.join(error.conflict)}."]
    except FaultError as error:
        return [f"{words}: {'; '.join(fault.message for fault in error.faults)}."]
    except Stopped as error:
        stop = f"the search ended without a design ({error.status}): nothing is proven"
        return [f"{words}, {stop}."]
    taken = [*other.tables["bill_of_materials"], *serving(other)]
    if forced.parts and not any(line["part_id"] in forced.parts for line in taken):
        return [f"{words}, the cheapest design still does without it."]
    return [
        f"{words}, the cheapest design costs {money_between(base, other)}.",
        *by_layer(base, other),
        *_binds(other),
    ]


def by_layer(base: Design, other: Design) -> list[str]:
    """Return where the money of two designs differs, the layer that differs most first."""
    amounts: dict[str, float] = defaultdict(float)
    for sign, each in ((-1, base), (1, other)):
        for row in each.tables["cost"]:
            amounts[row["layer"]] += sign * row["present_value"]
    moved = [(layer, x) for layer, x in amounts.items() if abs(x) >= 1]
    moved.sort(key=lambda pair: -abs(pair[1]))
    told = ", ".join(f"{layer} {x:+,.0f}" for layer, x in moved)
    return [f"By layer, in {base.currency} of present value: {told}."] if told else []


def _binds(design: Design) -> list[str]:
    """Return what would be full first in a design."""
    tight = design.summary.get("bottleneck")
    if not tight:
        return []
    full = f"when all work grows {tight['growth_factor']:.2f} times"
    return [f"What then binds: {tight.get('words') or tight['resource']}, full {full}."]
