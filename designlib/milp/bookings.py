"""Bookings: what a layer writes into the books of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from designlib.milp.sums import times
from designlib.problem.built_tables import Series

Key = tuple[str, str, int, str]
"""Resource, place, date, day slice."""
Account = tuple[str, str, str]
"""Resource, place, day slice: the keys of all dates."""


class Entry(NamedTuple):
    """One booking of supply or draw."""

    layer: str
    amount: Any
    scales: bool
    capacity: Any = None
    """What the supply could be without buying more, where that is more than what is supplied."""


class Course(NamedTuple):
    """A draw over all dates: at each date so much of one quantity."""

    layer: str
    amounts: Series
    quantity: Any
    scales: bool

    def amount(self, t: int) -> Any:
        """Return the amount at a date."""
        return times(self.amounts[t], self.quantity)

    def at(self, t: int) -> Entry:
        """Return the draw at a date."""
        return Entry(self.layer, self.amount(t), self.scales)


@dataclass(frozen=True)
class Installed:
    """A stock of an item over the dates."""

    layer: str
    item: str
    pool: str
    stock: tuple[Any, ...]
    owned: tuple[Any, ...]


class Cost(NamedTuple):
    """What a quantity costs at one date, and the factor that makes it a present value."""

    layer: str
    kind: str
    t: int
    price: float
    quantity: Any
    factor: float

    @property
    def amount(self) -> Any:
        """Return the amount of money."""
        return self.price * self.quantity


@dataclass(frozen=True)
class Metered:
    """Power as metered over the year by typical use: of the IT equipment, and with its cooling."""

    site: str
    t: int
    it_kw: Any
    facility_kw: Any
