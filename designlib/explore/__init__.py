"""Explore: questions around a design, each answered by its own records or by optimizing again."""

from __future__ import annotations

from designlib.explore.difference import cheaper, diff
from designlib.explore.priced_choices import choices, with_choices
from designlib.explore.reasons import why_not
from designlib.explore.sweeps import front, sweep
from designlib.explore.teams import chargeback, quotas

__all__ = [
    "chargeback",
    "cheaper",
    "choices",
    "diff",
    "front",
    "quotas",
    "sweep",
    "why_not",
    "with_choices",
]
