"""Sums: many terms at once, and products of known kinds, without the detours of operators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyomo.core.expr.numeric_expr import MonomialTermExpression, SumExpression
from pyomo.core.expr.numvalue import native_numeric_types


def times(number: float, variable: Any) -> Any:
    """Return a number times a variable."""
    return MonomialTermExpression((number, variable))


def total(terms: Iterable[Any]) -> Any:
    """Return the sum of numbers and expressions: a number where all of them are numbers."""
    parts = list(terms)
    if all(map(native_numeric_types.__contains__, map(type, parts))):
        return sum(parts)
    return SumExpression(parts)
