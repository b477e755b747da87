"""Explore: questions around a design, each answered by its own records or by optimizing again."""

from __future__ import annotations

from designlib.explore.difference import cheaper, diff
from designlib.explore.other_designs import alternatives
from designlib.explore.price_to_win import winning_price
from designlib.explore.priced_choices import choices, with_choices
from designlib.explore.reasons import why_not
from designlib.explore.sweeps import front, sweep
from designlib.explore.swings import sensitivity, with_sensitivity
from designlib.explore.teams import chargeback, quotas
from designlib.explore.trade_offs import axes, pareto

__all__ = [
    "alternatives",
    "axes",
    "chargeback",
    "cheaper",
    "choices",
    "diff",
    "front",
    "pareto",
    "quotas",
    "sensitivity",
    "sweep",
    "why_not",
    "winning_price",
    "with_choices",
    "with_sensitivity",
]
