"""Diagnosis: why nothing fits, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from designlib.milp.missing import plain
from designlib.milp.requirements import Requirement

Depth = Literal["nothing", "shortfalls", "repairs", "why"]
"""How much is said where nothing fits: not more, what is short, also what mends it and what that
costs, also what excludes what.
"""


@dataclass(frozen=True)
class Shortfall:
    """A requirement of the brief that falls short, and by how much."""

    requirement: str
    path: str
    limit: float
    needed: float
    unit: str
    month: int = 0
    """Month from which the limit holds that is short."""

    def __str__(self) -> str:
        short = self.needed - self.limit
        return (
            f"{self.requirement}: {plain(self.limit)} {self.unit} given, "
            f"{plain(self.needed)} needed (short by {plain(short)} {self.unit})"
        )


@dataclass(frozen=True)
class Repair:
    """A change of one or more requirements that makes a design possible."""

    changes: tuple[Shortfall, ...]
    cost: float
    """Present value of the cheapest design found after the change. [currency]"""
    gap: float


@dataclass(frozen=True)
class Conflict:
    """Requirements that no design keeps together."""

    statements: tuple[Requirement, ...]
    too_early: bool = False
    """Whether the first date of the work is one of them: nothing can be there by then."""
    irreducible: bool = True
    """Whether it is proven that a design exists as soon as any one of them is let go."""


@dataclass(frozen=True)
class Diagnosis:
    """Why nothing fits."""

    shortfalls: tuple[Shortfall, ...]
    repairs: tuple[Repair, ...]
    missing: tuple[str, ...]
    """Sentences on resources that no limit of the brief can mend."""
    conflicts: tuple[Conflict, ...] = ()
