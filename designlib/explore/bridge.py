"""Bridge: the way from the cost of one design to that of another, step by step, without a rest."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, fsum

from designlib.design import Design
from designlib.explore.difference import same_currency


@dataclass(frozen=True)
class Step:
    """What one kind of cost of one layer changes.

    Attributes
    ----------
    layer, kind : str
        As in the cost table of a design.
    before, after : float
        Present value in each design. [currency]
    change : int
        After less before, in whole units; all changes together are exactly the difference.
    """

    layer: str
    kind: str
    before: float
    after: float
    change: int


@dataclass(frozen=True)
class Bridge:
    """The cost of two designs in present value, in whole units of the currency, and what differs.

    Attributes
    ----------
    before, after : int
        Cost of each design. [currency]
    steps : tuple of Step
        What changed, by layer and kind; ``before`` and all changes add up to ``after`` exactly.
    """

    before: int
    after: int
    steps: tuple[Step, ...]


def bridge(a: Design, b: Design) -> Bridge:
    """Return the way from the cost of one design to that of another.

    Parameters
    ----------
    a, b : Design
        The designs, before and after; two currencies raise ``ValueError``.

    Returns
    -------
    Bridge
        Changes are rounded by the largest remainder, so that the whole numbers a reader sees add up
        to the difference that a reader sees. What did not change is left out.
    """
    same_currency(a, b)
    one, two = _books(a), _books(b)
    keys = sorted({*one, *two})
    exact = [fsum((*two.get(k, ()), *(-x for x in one.get(k, ())))) for k in keys]
    before, after = (round(fsum(x for book in held.values() for x in book)) for held in (one, two))
    changes = _rounded(exact, after - before)
    return Bridge(
        before,
        after,
        tuple(
            Step(*key, fsum(one.get(key, ())), fsum(two.get(key, ())), change)
            for key, change in zip(keys, changes, strict=True)
            if change
        ),
    )


def _books(design: Design) -> dict[tuple[str, str], list[float]]:
    """Return the present values of each layer and kind. [currency]."""
    found: dict[tuple[str, str], list[float]] = {}
    for row in design.tables["cost"]:
        found.setdefault((row["layer"], row["kind"]), []).append(row["present_value"])
    return found


def _rounded(exact: list[float], total: int) -> list[int]:
    """Return whole numbers next to the exact ones that add up to a total.

    Those furthest above their whole part are rounded up, as in the method of Hamilton.
    """
    low = [floor(x) for x in exact]
    rest = total - sum(low)
    order = sorted(range(len(exact)), key=lambda n: low[n] - exact[n])
    for n in order[: max(rest, 0)]:
        low[n] += 1
    for n in order[len(order) + min(rest, 0) :]:
        low[n] -= 1
    return low
