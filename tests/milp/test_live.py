"""A model that is patched bounds what the same model handed over anew bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designlib.milp.live import Live
from tests.milp.hard_problem import hard_problem
from tests.milp.random_problems import random_problem
from tests.toy_problem import everything


def dearer(p, factor):
    """Return a problem with other prices, rates and limits, and the same rows and columns."""
    items = {
        i: replace(x, unit_price=tuple(factor * y for y in x.unit_price))
        for i, x in p.items.items()
    }
    limits = tuple(replace(x, value=tuple(v * (2 - 1 / factor) for v in x.value)) for x in p.limits)
    candidates = {
        o: replace(c, held={s: tuple(factor * x for x in h) for s, h in c.held.items()})
        for o, c in p.candidates.items()
    }
    annuity = tuple(x * factor for x in p.annuity)
    return replace(p, items=items, limits=limits, candidates=candidates, annuity=annuity)


@pytest.mark.parametrize("p", [everything(), hard_problem(), *map(random_problem, range(12))])
def test_patched_equals_rebuilt(p):
    live = Live()
    for factor in (1.0, 1.01, 1.05, 1.3, 1.0):
        changed = dearer(p, factor)
        bound = live.bound(changed)
        fresh = Live().bound(changed)
        assert (bound is None) == (fresh is None)
        assert fresh is None or bound == pytest.approx(fresh, rel=1e-7)


def test_a_changed_price_patches_and_a_changed_structure_does_not():
    live, p = Live(), hard_problem()
    live.bound(p)
    live.bound(replace(p, annuity=tuple(1.1 * x for x in p.annuity)))
    assert live.patched == 1
    fewer = hard_problem(workloads=15)
    assert live.bound(fewer) == pytest.approx(Live().bound(fewer), rel=1e-7)
    assert live.patched == 1
