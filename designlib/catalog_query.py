"""Catalog query: pick parts by what they state, take a field of each, and set two side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.catalog_table import described, part_rows, price_row
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.tables import Price

PRICE: Final = "price"
CONDITION: Final = re.compile(r"\s*([a-z0-9_]+)\s*(>=|<=|!=|>|<|=)\s*(.+?)\s*")


@dataclass(frozen=True)
class Condition:
    """One condition on a field, such as ``hbm_gb>=141`` or ``vendor=AMD``."""

    field: str
    sign: str
    value: str

    def holds(self, found: object) -> bool:
        """Return whether a value meets the condition; nothing meets none."""
        if found is None or found == "":
            return False
        left, right = _number(found), _number(self.value)
        if self.sign in {"=", "!="}:
            same = left == right if left is not None and right is not None else _same(found, self)
            return same == (self.sign == "=")
        if left is None or right is None:
            return False
        over, equal = left > right, left == right
        return {">": over, ">=": over or equal, "<": not (over or equal), "<=": not over}[self.sign]


def _same(found: object, condition: Condition) -> bool:
    # A list is told with semicolons: one of its items is enough.
    return condition.value.lower() in {word.strip().lower() for word in str(found).split(";")}


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def conditions(texts: Iterable[str]) -> list[Condition]:
    """Return conditions from their texts; raise a FaultError for each that cannot be read."""
    found, faults = [], []
    for text in texts:
        match = CONDITION.fullmatch(text)
        if match is None:
            message = "expected FIELD, one of >= <= != > < =, and a value, such as hbm_gb>=100"
            faults.append(Fault("<catalog>", None, "--where", f"{message}; found {quoted(text)}"))
        else:
            found.append(Condition(*match.groups()))
    for condition in found:
        if condition.sign not in {"=", "!="} and _number(condition.value) is None:
            message = f"{condition.field}: expected a number, found {quoted(condition.value)}"
            faults.append(Fault("<catalog>", None, "--where", message))
    if faults:
        raise FaultError(faults)
    return found


def select(
    catalog: Catalog,
    family: str | None = None,
    where: Sequence[Condition] = (),
    columns: Sequence[str] = (),
) -> dict[str, list[Part]]:
    """Return the parts that meet every condition, by family.

    Parameters
    ----------
    catalog : Catalog
        Where to look.
    family : str, optional
        One family only.
    where : sequence of Condition
        Conditions on ``id``, a describing field, a figure or ``price``.
    columns : sequence of str
        Fields that will be asked for; families that have none of a name are left out.

    Raises
    ------
    FaultError
        The family or a field is unknown.
    """
    if family is not None and family not in FAMILIES:
        message = f"unknown family; expected {', '.join(FAMILIES)}{nearest(family, FAMILIES)}"
        raise FaultError([Fault("<catalog>", None, family, message)])
    among = list(FAMILIES) if family is None else [family]
    asked = [*(condition.field for condition in where), *columns]
    known = {name: fields_of(name) for name in among}
    everything = sorted(set().union(*known.values()))
    faults = [
        Fault(
            "<catalog>",
            None,
            name,
            f"no such field of {family or 'any family'}{nearest(name, everything)}",
        )
        for name in asked
        if name not in everything
    ]
    if faults:
        raise FaultError(faults)
    told = [name for name in among if set(asked) <= known[name]] or among
    return {
        name: [
            part
            for part in getattr(catalog, name).values()
            if all(c.holds(cell(catalog, part, c.field)) for c in where)
        ]
        for name in told
    }


def fields_of(family: str) -> set[str]:
    """Return the names that a family's parts can be asked for."""
    model = FAMILIES[family]
    specs: Any = model.model_fields["specs"].annotation
    return {*model.model_fields, *specs.model_fields, PRICE} - {"specs", "sources", "prices"}


def cell(catalog: Catalog, part: Part, field: str) -> float | str | None:
    """Return what a part says in a field, None where it says nothing."""
    if field == PRICE:
        price = first_price(catalog, part.id)
        return None if price is None else price.value
    if field == "id":
        return part.id
    quantity = part.quantities().get(field)
    return quantity.value if quantity is not None else described(part).get(field)


def first_price(catalog: Catalog, part_id: str) -> Price | None:
    """Return the purchase price, else the first price of any other kind, else None."""
    if catalog.has_price(part_id):
        return catalog.price(part_id)
    return next((price for (item, _), price in catalog.prices.items() if item == part_id), None)


def as_json(catalog: Catalog, part: Part) -> dict[str, Any]:
    """Return a part as plain values: what it is, each figure with its source, and its prices."""
    keys = ("low", "high", "unit", "source", "kind", "date", "confidence")
    figures = {row.field: row for row in part_rows(part)}
    specs = {}
    for name, quantity in part.quantities().items():
        row = figures[name]
        told = {key: getattr(row, key) for key in keys if getattr(row, key) != ""}
        told |= {key: v for key in ("low", "high") if (v := getattr(quantity, key)) is not None}
        told |= {"page": quantity.page} if quantity.page else {}
        told |= {"note": quantity.note} if quantity.note else {}
        specs[name] = {"value": quantity.value, **told}
    return {
        "folder": part.folder,
        "id": part.id,
        **part.model_dump(mode="json", exclude={"id", "specs", "sources", "prices"}),
        "specs": specs,
        "prices": [p.model_dump(mode="json") for p in prices_of(catalog, part.id)],
    }


def prices_of(catalog: Catalog, part_id: str) -> list[Price]:
    """Return the prices of a part."""
    return [price for (item, _), price in catalog.prices.items() if item == part_id]


@dataclass(frozen=True)
class Difference:
    """One field in which two parts differ; ``ratio`` is b over a where both are numbers."""

    field: str
    a: str
    b: str
    unit: str
    ratio: float | None


def differences(catalog: Catalog, a_id: str, b_id: str) -> list[Difference]:
    """Return the fields in which two parts differ, in the order of the first one's schema."""
    a, b = _values(catalog, catalog.part(a_id)), _values(catalog, catalog.part(b_id))
    return [
        Difference(name, *_sides(a.get(name), b.get(name)))
        for name in {**a, **b}
        if a.get(name, ("", ""))[0] != b.get(name, ("", ""))[0]
    ]


def _values(catalog: Catalog, part: Part) -> Mapping[str, tuple[str, str]]:
    rows = [*part_rows(part)]
    rows += [price_row(part.folder, price) for price in prices_of(catalog, part.id)]
    return {row.field: (row.value, row.unit) for row in rows}


def _sides(
    a: tuple[str, str] | None, b: tuple[str, str] | None
) -> tuple[str, str, str, float | None]:
    left, right = (a or ("", ""))[0], (b or ("", ""))[0]
    below, above = _number(left), _number(right)
    ratio = above / below if below and above is not None else None
    return left, right, (a or b or ("", ""))[1], ratio
