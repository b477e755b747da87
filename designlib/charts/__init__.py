"""Charts: one question a file, answered by ``plot(design)``; the folder is the list."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

import plotly.graph_objects as go

from designlib.charts._bridge import steps_between
from designlib.charts._data import data, plain
from designlib.charts._front import front as pareto_front
from designlib.charts._service import budgets as service_budgets
from designlib.charts._service import throughput as service_throughput
from designlib.design import Design

__all__ = [
    "charts",
    "data",
    "pareto_front",
    "plain",
    "plot",
    "service_budgets",
    "service_throughput",
    "steps_between",
]


def charts() -> dict[str, Callable[[Design], go.Figure]]:
    """Return the function of every chart by its name, in alphabetical order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}").plot for name in names}


def plot(name: str, design: Design) -> go.Figure:
    """Return one chart of a design.

    Parameters
    ----------
    name : str
        A name of ``charts()``.
    design : Design
        The design to look at.

    Returns
    -------
    plotly.graph_objects.Figure
        With the answer as its title and, in ``layout.meta["alt"]``, the same in words.
    """
    known = charts()
    if name not in known:
        raise ValueError(f"no chart {name!r}; there are {', '.join(known)}")
    return known[name](design)
