"""One date: the last date of a problem alone, which shows soon what can never fit.

Whatever fits at all dates fits at the last one, where the work is largest as a rule. What earlier
dates leave behind is free to be there or not, and money is not counted: what the last date alone
would cost says nothing of all.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from designlib.problem.asked_tables import BUDGET
from designlib.problem.tables import Problem

FREE = 1e12
"""Stands for a budget without end. [currency]"""


def last_date(problem: Problem) -> Problem:
    """Return the problem of the last date alone, without its budget: a relaxation of the whole."""
    last = len(problem.dates) - 1
    free = (FREE,) * len(problem.dates)
    limits = (replace(x, value=free) if x.resource == BUDGET else x for x in problem.limits)
    alone: Problem = _sliced(replace(problem, limits=tuple(limits), dropped=()), last)
    return replace(alone, dates=problem.dates[-1:], bought_when_needed=False, bought_at_once=False)


def _sliced(table: Any, t: int) -> Any:
    """Return a table whose series have one date only, and with it all tables in it."""
    if isinstance(table, dict):
        return {name: _sliced(x, t) for name, x in table.items()}
    if isinstance(table, tuple):
        return tuple(_sliced(x, t) for x in table)
    if not is_dataclass(table) or isinstance(table, type):
        return table
    changes = {}
    for part in fields(table):
        value = getattr(table, part.name)
        if part.type == "Series":
            changes[part.name] = value[t : t + 1]
        elif part.type == "dict[str, Series]":
            changes[part.name] = {name: x[t : t + 1] for name, x in value.items()}
        elif part.name == "first_date":
            changes[part.name] = int(value > t)
        elif part.name != "figures" and (isinstance(value, dict | tuple) or is_dataclass(value)):
            changes[part.name] = _sliced(value, t)
    return replace(table, **changes)
