r"""Missing: which layer runs out of what, where no limit of the brief is to blame.

.. math::
    stock_{i,t} &\le owned_{i,t} && \text{nothing\_bought: a layer may buy nothing}

Every balance of one layer may fall short, and the least shortage says what is missing.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from designlib.milp.build import build
from designlib.milp.engine import Settings, solve
from designlib.milp.resources import RESOURCES
from designlib.problem.tables import Problem

_NOISE = 1e-6


def plain(x: float) -> str:
    """Return a number as a person writes it: no exponent, at most three decimals."""
    return f"{x:,.3f}".rstrip("0").rstrip(".")


def missing_without(p: Problem, settings: Settings, layer: str = "") -> tuple[str, ...]:
    """Return what falls short, and in which layer, when nothing of one layer may be bought.

    Parameters
    ----------
    p : Problem
        The problem.
    settings : Settings
        How to solve.
    layer : str
        Layer whose purchases are forbidden; empty for none.
    """
    m, ledger = build(p, elastic=True)
    m.nothing_bought = pyo.ConstraintList()
    for book in ledger.installed:
        for stock, owned in zip(book.stock, book.owned, strict=True):
            if book.layer == layer and not isinstance(stock, (int, float)):
                m.nothing_bought.add(stock <= owned)
    m.present_value.deactivate()
    layer_of = {key: RESOURCES[key[0]].layer for key in m.BALANCE}
    scale = {key: _size(p, key[0]) for key in m.BALANCE}
    m.shortage_total = pyo.Objective(expr=sum(m.shortage[key] / scale[key] for key in m.BALANCE))
    layers = set(layer_of.values())
    # Less work mends every shortage: compute is to blame only where no other layer alone is.
    alone = [_short(m, {one}, layer_of, settings) for one in sorted(layers - {"compute"})]
    named = [sentence for found in alone for sentence in found or ()]
    if not named and "compute" in layers:
        named = list(_short(m, {"compute"}, layer_of, settings) or ())
    if named:
        return tuple(named)
    together = _short(m, layers, layer_of, settings)
    if together is None:
        return ("no combination of candidates is possible, whatever is bought",)
    return together


def _short(
    m: Any, layers: set[str], layer_of: dict[Any, str], settings: Settings
) -> tuple[str, ...] | None:
    """Return what falls short when only these layers may; None where that is no way out."""
    for key in m.BALANCE:
        if layer_of[key] in layers:
            m.shortage[key].unfix()
        else:
            m.shortage[key].fix(0)
    if solve(m, settings).objective is None:
        return None
    worst: dict[tuple[str, str], float] = {}
    for key in m.BALANCE:
        x = float(pyo.value(m.shortage[key]))
        if x > _NOISE:
            worst[key[0], key[1]] = max(worst.get((key[0], key[1]), 0.0), x)
    return tuple(
        f"{RESOURCES[r].layer}: {RESOURCES[r].shortage} at {a} "
        f"short by {plain(x)} {RESOURCES[r].unit}"
        for (r, a), x in worst.items()
    )


def _size(p: Problem, resource: str) -> float:
    """Return the size at which a shortage of a resource counts as one."""
    amounts = [max(c.draws[resource]) for c in p.candidates.values() if resource in c.draws]
    amounts += [max(d.value) for d in p.demands if d.resource == resource]
    return max([x for x in amounts if x > 0], default=1.0)
