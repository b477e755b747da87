"""Case: what a design review looks at, and the row that each of its checks gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, bill, brief_of, until
from designlib.validate.review._supply import Amount, amounts

Severity = Literal["pass", "warn", "fail", "not applicable"]
SEVERITIES: Final[tuple[Severity, ...]] = ("fail", "warn", "pass", "not applicable")
"""From bad to good."""


@dataclass(frozen=True)
class Number:
    """One figure of a finding; with a limit it is compared with it in the order of the words."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    def __str__(self) -> str:
        """Return the figure as a reader would write it."""
        told = f"{self.name} {_short(self.value)}"
        told += "" if self.unit == "1" else f" {self.unit}"
        return told if self.limit is None else f"{told} (limit {_short(self.limit)})"


def _short(value: float) -> str:
    """Return a number with four digits, or with all before its point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


@dataclass(frozen=True)
class Mended:
    """What the optimizer answers when it is asked for the cheapest design with a fault mended.

    Attributes
    ----------
    status : str
        ``optimal``, ``within_gap``, ``infeasible``, ``refused`` or how the search ended.
    extra_low, extra_high : float or None
        Present value beyond the design, from bound to objective; None where there is no design.
    capex_change : float or None
        What it buys for more than the bill under review.
    bought : tuple of str
        What it buys otherwise, such as "+1 part".
    reason : str
        Why there is no design.
    """

    status: str
    extra_low: float | None = None
    extra_high: float | None = None
    capex_change: float | None = None
    bought: tuple[str, ...] = ()
    reason: str = ""


Mend = Callable[[Mapping[str, Any]], Mended]
"""Changes of the brief, by dotted path -> the cheapest design under them, priced."""


@dataclass(frozen=True)
class Finding:
    """One row of a design review.

    Attributes
    ----------
    check, title : str
        Number of the check, such as ``DR-03``, and what it looks at.
    severity : str
        ``pass``, ``warn``, ``fail`` or ``not applicable``.
    words : str
        What was found, in one sentence.
    numbers : tuple of Number
        The figures that it rests on, with their units.
    rule, reference : str
        What should hold, and where the rule comes from.
    fix : str
        The cheapest mend by counting: units to add and their price; empty where none is needed.
    fix_price : float or None
        Price of the mend by counting, in the currency of the brief.
    changes : dict
        Changes of the brief that make the optimizer mend it; the brief as it is where empty.
    mended : Mended or None
        What the optimizer says; None where it was not asked.
    accepted : str
        The reason for which the customer accepts it; it is then a warning.
    """

    check: str
    title: str
    severity: Severity
    words: str
    numbers: tuple[Number, ...]
    rule: str
    reference: str
    fix: str = ""
    fix_price: float | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    mended: Mended | None = None
    accepted: str = ""


@dataclass(frozen=True)
class Verdict:
    """What one check found; the review adds its number, its rule and the mend."""

    severity: Severity
    words: str
    numbers: tuple[Number, ...] = ()
    fix: str = ""
    fix_price: float | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A design under review.

    Attributes
    ----------
    design : Design
        A saved design, or what a hand-written bill of materials would be as one.
    catalog : Catalog
        What its parts state.
    quoted : bool
        Whether the bill was written by hand: nothing proves it, and its racks are packed here.
    reference, free : Design or None
        For a quotation: the cheapest design of the same brief out of the same kinds of parts, and
        out of any parts.
    """

    design: Design
    catalog: Catalog
    quoted: bool = False
    reference: Design | None = None
    free: Design | None = None

    @cached_property
    def brief(self) -> Brief:
        """The brief that is answered."""
        return brief_of(self.design)

    @cached_property
    def last(self) -> int:
        """The last decision date. [mo]."""
        return max(self.design.dates)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Supply and draw of every resource, counted again from the bill, at every date."""
        return tuple(amounts(self.design, self.catalog))

    @cached_property
    def usual(self) -> dict[tuple[str, str], tuple[str, float]]:
        """Resource and place -> part that the reference uses there, and what one of it gives."""
        if self.reference is None:
            return {}
        told = amounts(self.reference, self.catalog)
        return {(a.resource, a.place): (a.part, a.each) for a in told if a.part}

    @cached_property
    def lines(self) -> list[Row]:
        """The lines of the bill at the last date, with what lies on the shelf."""
        return until(bill(self.design, cold=True), self.last)

    def of(self, *resources: str) -> list[Amount]:
        """Return the amounts of some resources at every date and place."""
        return [a for a in self.amounts if a.resource in resources]

    def rows(self, month: int | None = None) -> list[Row]:
        """Return how the work runs at a date, by default the last."""
        when = self.last if month is None else month
        return [r for r in self.design.tables["operations"] if r["period_month"] == when]

    def work(self, name: str) -> Any:
        """Return a workload or tier of the brief by its id."""
        every = (*self.brief.workloads, *self.brief.services())
        return next(w for w in every if w.id == name)


def figure(row: Row, name: str) -> float | None:
    """Return a predicted figure of a row of operations, None where there is none."""
    value = row["figures"].get(name, {}).get("value")
    return None if value is None else float(value)


def verdict_of(
    found: list[str],
    kept: str,
    numbers: tuple[Number, ...] = (),
    **mend: Any,
) -> Verdict:
    """Return a failure with the first of some sentences and how many more there are, or a pass."""
    if not found:
        return Verdict("pass", kept, numbers)
    more = f"; and {len(found) - 1} more" if len(found) > 1 else ""
    return Verdict("fail", found[0] + more, numbers, **mend)
