"""Relief: what a near miss of the brief needs, as a person would ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

_SAME = 1e-9


@dataclass(frozen=True)
class Relief:
    """What a near miss needs: a requirement of the brief moved from one value to another."""

    requirement: str
    path: str
    limit: float
    needed: float
    unit: str


def rounded_up(x: float) -> float:
    """Return a positive number rounded up to three digits, as a person would ask for it."""
    step = 10.0 ** (floor(log10(x)) - 2)
    return float(f"{ceil(x / step - _SAME) * step:.12g}")


def rounded_down(x: float) -> float:
    """Return a positive number rounded down to three digits, as a person would offer it."""
    step = 10.0 ** (floor(log10(x)) - 2)
    return float(f"{floor(x / step + _SAME) * step:.12g}")
