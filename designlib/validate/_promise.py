"""Promise: one row of a validation; what is promised, what was counted again, and the margin."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Final, Literal

Sense = Literal["at least", "at most", "equal", "told"]
"""How the counted figure has to lie to the promised one; what is only told cannot be broken."""

EXACT: Final = 1e-6
"""Relative difference that rounding in another order may make."""
CLOSE: Final = 0.01
"""Relative difference that two codes may have where one law gives one answer."""

COLUMNS: Final = (
    "check", "what", "where", "month", "sense", "promised", "recomputed", "unit", "margin", "kept",
    "tolerance", "low", "high", "law",
)  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """One promise of a design, counted again.

    Attributes
    ----------
    check : str
        File of ``validate`` that counted it.
    what, where : str
        What is promised, and of which place, part or workload.
    promised, recomputed : float
        The promise and the figure counted again, in ``unit``.
    unit : str
        Unit of both.
    sense : str
        ``at least`` and ``at most`` are limits, ``equal`` is a figure to be met, ``told`` is
        a figure that nothing is promised of.
    month : int or None
        Date. [months]
    law : str
        How it was counted, and by whose law.
    tolerance : float
        Relative difference that breaks nothing. [1]
    spread : float
        Half of the 95 % confidence interval of a simulated figure, in ``unit``.
    """

    check: str
    what: str
    where: str
    promised: float
    recomputed: float
    unit: str
    sense: Sense
    month: int | None = None
    law: str = ""
    tolerance: float = EXACT
    spread: float = 0.0

    @property
    def margin(self) -> float:
        """Return how far the figure is on the safe side, over the promise; negative if beyond."""
        if self.sense == "told":
            return inf
        gap = self.recomputed - self.promised
        if not gap:
            return 0.0
        size = abs(self.promised) or 1.0
        if self.sense == "equal":
            return -abs(gap) / size
        return (gap if self.sense == "at least" else -gap) / size

    @property
    def kept(self) -> bool:
        """Return whether the promise holds within its tolerance and confidence."""
        if self.sense == "told":
            return True
        # Amounts below one count as one, so that rounding near nothing breaks no promise.
        allowed = self.tolerance * max(1.0, abs(self.promised)) + self.spread
        gap = self.recomputed - self.promised
        if self.sense == "equal":
            return abs(gap) <= allowed
        return (-gap if self.sense == "at least" else gap) <= allowed

    def sentence(self) -> str:
        """Return the promise as one sentence for a reader."""
        when = "" if self.month is None else f"month {self.month}: "
        about = f" +- {self.spread:.3g}" if self.spread else ""
        word = {"at least": "at least ", "at most": "at most "}.get(self.sense, "")
        return (
            f"{when}{self.where}: {self.what} is {self.recomputed:,.6g}{about} {self.unit},"
            f" {word}{self.promised:,.6g} is promised"
        )

    def row(self) -> dict[str, Any]:
        """Return the promise as a table row; what is not a finite number becomes None."""
        told = self.sense == "told"
        return {
            "check": self.check,
            "what": self.what,
            "where": self.where,
            "month": self.month,
            "sense": self.sense,
            "promised": None if told else _finite(self.promised),
            "recomputed": _finite(self.recomputed),
            "unit": self.unit,
            "margin": _finite(self.margin),
            "kept": self.kept,
            "tolerance": self.tolerance,
            "low": _finite(self.recomputed - self.spread),
            "high": _finite(self.recomputed + self.spread),
            "law": self.law,
        }


def _finite(value: float) -> float | None:
    return float(value) if isfinite(value) else None
