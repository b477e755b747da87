"""Brute world: a design under construction, and the paths of stock that are worth trying."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import ceil

from designlib.problem.tables import Problem, Series, Site

EPS = 1e-7
Stock = tuple[float, ...]
Key = tuple[str, str]


@dataclass
class World:
    """A design under construction: what it costs so far and what it draws so far."""

    p: Problem
    cost: float = 0.0
    spent: float = 0.0
    draws: dict[Key, Stock] = field(default_factory=dict)
    choice: tuple[str, ...] = ()
    servers: dict[str, Stock] = field(default_factory=dict)
    kept: dict[str, Stock] = field(default_factory=dict)
    """Kind -> servers in service that were owned before."""
    built: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rates(self) -> Site:
        """Return what the only site charges."""
        return self.p.sites[self.p.everywhere]

    def twin(self, *notes: str) -> World:
        """Return a copy that can be changed without touching this one."""
        other = copy(self)
        other.draws, other.notes = dict(self.draws), self.notes + notes
        return other

    def draw(self, resource: str, place: str, amounts: Stock) -> None:
        old = self.draws.get((resource, place), (0.0,) * len(amounts))
        self.draws[resource, place] = tuple(a + b for a, b in zip(old, amounts, strict=True))

    def monthly(self, amounts: Stock) -> None:
        self.cost += sum(a * b for a, b in zip(self.p.annuity, amounts, strict=True))

    def power(self, max_kw: Stock, typical_kw: Stock, pue: float) -> None:
        for r in self.p.it_resources:
            self.draw(r, self.p.everywhere, max_kw)
        for r in self.p.facility_resources:
            self.draw(r, self.p.everywhere, times(pue, max_kw))
        self.monthly(times(self.rates.energy_per_kw_month * pue, typical_kw))
        self.monthly(times(self.rates.space_per_kw_month, max_kw))

    def install(
        self,
        item: str,
        stock: Stock,
        *,
        owned: Series = (),
        powered: bool = True,
        cold: bool = False,
    ) -> None:
        """Pay for a stock of an item and draw what it draws."""
        it, have = self.p.items[item], 0.0
        for t, n in enumerate(stock):
            bought = n - (owned[t] if owned else 0.0) - have
            assert bought >= -EPS, "nothing is sold"
            have += bought
            self.spent += it.unit_price[t] * bought
            self.cost += (it.unit_price[t] * it.capex_factor[t] - it.residual[t]) * bought
        self.monthly(times(it.support_per_month, stock))
        if cold:
            return
        self.monthly(times(it.license_per_month, stock))
        for r, amount in it.draws.items():
            self.draw(r, self.p.everywhere, times(amount, stock))
        if powered:
            self.power(times(it.max_kw, stock), times(it.typical_kw, stock), self.rates.service_pue)
            self.draw("air_kw", self.p.everywhere, times(it.max_kw, stock))

    def need(self, resource: str, place: str) -> Stock:
        """Take a draw off the books: the caller supplies it."""
        return self.draws.pop((resource, place), (0.0,) * len(self.p.dates))


def times(factor: float, stock: Stock) -> Stock:
    return tuple(factor * x for x in stock)


def up(stock: Stock) -> tuple[int, ...]:
    """Return whole units that cover a stock and never shrink."""
    out, most = [], 0
    for x in stock:
        most = max(most, ceil(x - EPS))
        out.append(most)
    return tuple(out)


def paths(low: tuple[int, ...], high: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Return every series of whole numbers between two series that never shrinks."""
    for path in product(*(range(a, b + 1) for a, b in zip(low, high, strict=True))):
        if all(a <= b for a, b in pairwise(path)):
            yield path


def waits(p: Problem, item: str) -> bool:
    """Return whether a unit of an item is never cheaper when bought earlier than needed."""
    it, n = p.items[item], len(p.dates)
    net = [it.unit_price[t] * it.capex_factor[t] - it.residual[t] for t in range(n)]
    assert all(x >= 0 for x in net), f"{item} is worth more than it costs"
    budget = any(x.resource == "capex" for x in p.limits)
    later = range(it.first_date, n - 1)
    return all(
        net[t] >= net[t + 1] and (not budget or it.unit_price[t] >= it.unit_price[t + 1])
        for t in later
    )


def stocks(
    p: Problem, items: list[str], need: Stock, first: int, most: int = 10**6
) -> Iterator[tuple[int, ...]]:
    """Return every stock of whole units worth trying that covers a need from a first date on."""
    low = up(need)
    if low[-1] > most or any(low[:first]):
        return
    if all(waits(p, i) for i in items):
        yield low
        return
    yield from paths(low, tuple(low[-1] if t >= first else 0 for t in range(len(low))))
