"""Explore: questions around a design, each answered by its own records or by optimizing again."""

from __future__ import annotations

from designlib.design.break_even import BreakEven, break_even
from designlib.design.phase_plan import phase_plan
from designlib.design.triggers import service_triggers, triggers
from designlib.design.unit_costs import cost_by_layer, cost_by_workload, unit_costs
from designlib.explore.demand import demands
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
    "BreakEven",
    "alternatives",
    "axes",
    "break_even",
    "chargeback",
    "cheaper",
    "choices",
    "cost_by_layer",
    "cost_by_workload",
    "demands",
    "diff",
    "front",
    "pareto",
    "phase_plan",
    "quotas",
    "sensitivity",
    "service_triggers",
    "sweep",
    "triggers",
    "unit_costs",
    "why_not",
    "winning_price",
    "with_choices",
    "with_sensitivity",
]
