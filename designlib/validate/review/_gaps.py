"""Gaps: what a bill lacks against what the brief needs, with the fewest units that fill it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from designlib.brief import Brief
from designlib.catalog import Catalog
from designlib.validate._evidence import Row
from designlib.validate.bill import price_today
from designlib.validate.review._case import Case
from designlib.validate.review._supply import Amount

WORDS = {
    "servers": "servers of pool", "read_gb_s": "of read at", "write_gb_s": "of write at",
    "hot_tb": "on the fast tier of", "object_tb": "on the object tier of",
    "ports": "ports of fabric", "links": "links of fabric", "switches": "switches of fabric",
    "spares": "spare servers of", "control_servers": "control servers at", "cabinets": "racks at",
    "rack_pdus": "rack power strips at", "rear_doors": "rear doors at", "it_kw": "of IT power at",
    "positions": "rack positions at",
}  # fmt: skip
"""Resource -> how a sentence goes on after the amount."""
ONE = (
    ("switches", "switch"), ("servers", "server"), ("ports", "port"), ("links", "link"),
    ("rack power strips", "rack power strip"), ("rack positions", "rack position"),
    ("rear doors", "rear door"), ("racks", "rack"),
)  # fmt: skip
"""What several pieces are called, and one."""
BY_PIECE = frozenset(WORDS) - {"read_gb_s", "write_gb_s", "hot_tb", "object_tb", "it_kw"}


@dataclass(frozen=True)
class Gap:
    """One thing that a bill lacks.

    Attributes
    ----------
    layer, resource, unit, place : str
        What is missing and where.
    month : int
        First date at which it is. [mo]
    supply, draw, lacking : float
        What is there, what is needed, and the most that is missing at any date.
    part : str
        Part to add; empty where nothing that can be bought fills it.
    units : int
        How many of it.
    price : float or None
        Their price, in the currency of the brief; None where there is none.
    """

    layer: str
    resource: str
    unit: str
    place: str
    month: int
    supply: float
    draw: float
    lacking: float
    part: str
    units: int
    price: float | None

    def words(self, currency: str, name: str = "bill") -> str:
        """Return the gap and its fix as one sentence."""
        much = f"{self.lacking:,.4g}"
        much += "" if self.resource in BY_PIECE else f" {self.unit}"
        words = WORDS[self.resource]
        if much == "1":
            words = next((words.replace(many, one) for many, one in ONE if many in words), words)
        told = f"this {name} lacks {much} {words} {self.place}"
        told += f" from month {self.month}"
        if not self.part:
            return f"{told}; no part fills it"
        price = "no price known" if self.price is None else f"{self.price:,.0f} {currency}"
        return f"{told}; fix: +{self.units} {self.part}, {price}"


def gaps(case: Case) -> tuple[Gap, ...]:
    """Return what the bill lacks, the dearest fix first; each resource once, at its worst date."""
    worst: dict[tuple[str, str], Amount] = {}
    first: dict[tuple[str, str], int] = {}
    for a in case.amounts:
        key = a.resource, a.place
        if not a.lacking:
            continue
        first.setdefault(key, a.month)
        if key not in worst or a.lacking > worst[key].lacking:
            worst[key] = a
    # Ports that lack because switches do are told once.
    kept = {k: a for k, a in worst.items() if k[0] != "ports" or ("switches", k[1]) not in worst}
    found = [_gap(a, first[k], case) for k, a in kept.items()]
    return tuple(sorted(found, key=lambda g: (-(g.price or 0.0), g.resource, g.place)))


def _gap(a: Amount, month: int, case: Case) -> Gap:
    part = a.part or _part_of(a, case)
    units = a.units
    if part and not a.part:
        units = max(1, ceil(a.lacking / _gives(a, part, case) - 1e-9))
    price = price_of(part, case.brief, case.catalog, case.lines) if part else None
    return Gap(
        layer=a.layer,
        resource=a.resource,
        unit=a.unit,
        place=a.place,
        month=month,
        supply=a.supply,
        draw=a.draw,
        lacking=a.lacking,
        part=part,
        units=units,
        price=None if price is None else units * price,
    )


def _part_of(a: Amount, case: Case) -> str:
    """Return the part that the cheapest design uses where the bill has none, or an empty text."""
    return case.usual.get((a.resource, a.place), ("", 1.0))[0]


def _gives(a: Amount, part: str, case: Case) -> float:
    return case.usual.get((a.resource, a.place), (part, 1.0))[1]


def price_of(part: str, brief: Brief, catalog: Catalog, lines: list[Row]) -> float | None:
    """Return what one more of a part costs: as the bill prices it, else as the catalog does."""
    told = [x["net_price"] for x in lines if x["part_id"] == part and x["net_price"]]
    if told:
        return float(told[0])
    return price_today(part, brief, catalog) if catalog.has_price(part) else None
