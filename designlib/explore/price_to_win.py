"""Winning price: the price at which a part that lost would be bought, tried on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.design import Design, Infeasible
from designlib.explore.force import only_servers, without_rivals
from designlib.faults import Fault, FaultError
from designlib.optimize import Stopped, optimize

Progress = Callable[[dict[str, Any]], None]
Optimize = Callable[[Brief, Catalog], Design]

WIDTH: Final = 0.02
"""Share of the catalog's price between the two prices at which the search for them ends. [1]"""
TRIES_MAX: Final = 12


@dataclass(frozen=True)
class WinningPrice:
    """Between which prices of a part it enters the best design; each was optimized."""

    part_id: str
    today: float
    """Price for which the part is not bought. [currency]"""
    bought_at: float | None
    """Highest price tried at which the best design has the part; None where free is too dear."""
    refused_at: float
    """Lowest price tried at which the best design goes without it. [currency]"""
    currency: str

    def __str__(self) -> str:
        """Return the answer as a sentence."""
        if self.bought_at is None:
            return f"{self.part_id} would not be bought even as a gift: what it needs costs more."
        return (
            f"{self.part_id} is bought at {self.bought_at:,.0f} {self.currency} and no longer at "
            f"{self.refused_at:,.0f}; today it costs {self.today:,.0f}."
        )


def winning_price(
    design: Design,
    part_id: str,
    catalog: Catalog | None = None,
    *,
    gap: float = 1e-3,
    time_limit_s: float | None = 60.0,
    progress: Progress | None = None,
) -> WinningPrice | None:
    """Return the purchase price at which a part that a design goes without would be bought.

    The design in which the part has no rivals gives the first guess: what that design costs more,
    spread over what it spends on the part. Then the free brief is optimized at prices on both
    sides until they are close.

    Parameters
    ----------
    design : Design
        A design that does not hold the part.
    part_id : str
        A part with a purchase price.
    catalog : Catalog, optional
        What can be bought; the shipped catalog by default.
    gap, time_limit_s : float
        Gap [1] and time [s] at which each search may stop.
    progress : callable, optional
        Called after each price with ``stage``, ``done``, ``total`` and ``message``.

    Returns
    -------
    WinningPrice or None
        None where no design at all can use the part, or a search ended without one.

    Raises
    ------
    FaultError
        The catalog has no purchase price of that part, or the design holds it already.
    """
    parts = catalog or Catalog.load()
    if _bought(design, part_id):
        raise FaultError([Fault("<design>", None, part_id, "is in the design at today's price")])
    brief = Brief.from_dict(design.brief)
    today = _price(brief, parts, part_id)

    def best(asked: Brief, offered: Catalog) -> Design:
        return optimize(asked, offered, gap=gap, time_limit_s=time_limit_s, repairing=True)

    def wins(price: float) -> bool:
        return _bought(best(_at(brief, part_id, price), parts), part_id) > 0

    def told(n: int, price: float) -> None:
        if progress is not None:
            event = {"stage": "winning price", "done": n + 1, "total": TRIES_MAX}
            progress({**event, "message": f"{part_id} at {price:,.0f}"})

    try:
        guess = _guess(design, brief, parts, part_id, today, best)
        if guess is None:
            return None
        bought_at, refused_at = bracket(wins, today, guess, told=told)
    except (Infeasible, Stopped):
        return None
    return WinningPrice(part_id, today, bought_at, refused_at, brief.currency)


def _price(brief: Brief, catalog: Catalog, part_id: str) -> float:
    for price in brief.prices:
        if (price.item, price.quantity) == (part_id, "purchase"):
            return float(price.value)
    rate = brief.fx.usd_per_unit if brief.fx else 1.0
    return float(catalog.price(part_id).value) / rate


def _at(brief: Brief, part_id: str, price: float) -> Brief:
    """Return the brief with the price of a part stated."""
    kept = [
        p.model_dump(mode="json")
        for p in brief.prices
        if (p.item, p.quantity) != (part_id, "purchase")
    ]
    stated = {"item": part_id, "quantity": "purchase", "value": price}
    return brief.with_changes({"prices": [*kept, stated]})


def _bought(design: Design, part_id: str) -> float:
    """Return how many units of a part a design buys."""
    lines = design.tables["bill_of_materials"]
    return float(sum(line["count"] for line in lines if line["part_id"] == part_id))


def _guess(
    design: Design, brief: Brief, catalog: Catalog, part_id: str, today: float, best: Optimize
) -> float | None:
    """Return about the price at which the part would win; None where nothing can use it."""
    forced: tuple[Brief, Catalog] | None = None
    if part_id in catalog.servers:
        forced = only_servers(brief, [part_id]), catalog
    elif (smaller := without_rivals(catalog, part_id)) is not None:
        forced = brief, smaller
    if forced is None:
        return today / 2
    try:
        other = best(*forced)
    except (Infeasible, FaultError):
        return today / 2  # it may still serve beside others
    units = _bought(other, part_id)
    if not units:
        return None
    extra = other.certificate["objective"] - design.certificate["objective"]
    return float(max(0.0, min(today, today - extra / units)))


def bracket(
    wins: Callable[[float], bool],
    today: float,
    guess: float,
    *,
    width: float = WIDTH,
    tries: int = TRIES_MAX,
    told: Callable[[int, float], None] = lambda n, price: None,
) -> tuple[float | None, float]:
    """Return two close prices, one at which a part is bought and one at which it is not.

    Parameters
    ----------
    wins : callable
        Price -> whether the part is bought at it.
    today : float
        A price at which it is not. [currency]
    guess : float
        Where to begin. [currency]
    width : float
        Share of today's price within which the two have to be. [1]
    tries : int
        Most prices that are tried. [1]
    told : callable
        Called with the number and the price of each try.

    Returns
    -------
    tuple of (float or None, float)
        The highest price tried at which it is bought, None where even a gift is not, and the lowest
        tried at which it is not. [currency]
    """
    bought_at: float | None = None
    refused_at, next_ = today, min(guess, today * (1 - width))
    near = width * today * 0.9
    for n in range(tries):
        if wins(next_):
            bought_at = next_
        else:
            refused_at = next_
        told(n, next_)
        low = 0.0 if bought_at is None else bought_at
        if refused_at - low <= width * today or refused_at <= 0:
            break
        if bought_at is None:
            # The free optimum may use a few units where the forced one uses many: go down fast.
            next_ = 0.0 if n > 1 else max(0.0, refused_at - near * 4**n)
        elif n <= 1:
            next_ = min(refused_at, bought_at + near)
        else:
            next_ = (bought_at + refused_at) / 2
    return bought_at, refused_at
