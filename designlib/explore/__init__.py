"""Explore: questions around a design, each answered by its own records or by optimizing again."""

from __future__ import annotations

from designlib.design.break_even import BreakEven, break_even
from designlib.design.phase_plan import phase_plan
from designlib.design.triggers import service_triggers, triggers
from designlib.design.unit_costs import cost_by_layer, cost_by_workload, unit_costs
from designlib.explore.difference import cheaper, diff
from designlib.explore.priced_choices import choices, with_choices
from designlib.explore.reasons import why_not
from designlib.explore.sweeps import front, sweep
from designlib.explore.teams import chargeback, quotas

__all__ = [
    "BreakEven",
    "break_even",
    "chargeback",
    "cheaper",
    "choices",
    "cost_by_layer",
    "cost_by_workload",
    "diff",
    "front",
    "phase_plan",
    "quotas",
    "service_triggers",
    "sweep",
    "triggers",
    "unit_costs",
    "why_not",
    "with_choices",
]
