"""Catalog table: every value of every part as one row, with its unit, source, date and confidence.

The shipped catalog's table is committed as ``catalogs/_table.csv``, so that a review sees the
effect of an entry; ``designlib catalog generate`` writes it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any

from pydantic import BaseModel

from designlib.catalog import Catalog
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.tables import Price
from designlib.units import unit_of

PRICE = "price"


@dataclass(frozen=True)
class Row:
    """One value of one part; fields that describe rather than measure have no source."""

    family: str
    item: str
    field: str
    value: str
    low: str = ""
    high: str = ""
    unit: str = ""
    source: str = ""
    kind: str = ""
    date: str = ""
    confidence: str = ""


def catalog_rows(catalog: Catalog) -> Iterator[Row]:
    """Yield the rows of every part, in the order of families and ids; prices follow the part."""
    for family in FAMILIES:
        parts: Mapping[str, Part] = getattr(catalog, family)
        for part in parts.values():
            yield from part_rows(part)
            for (item, _), price in catalog.prices.items():
                if item == part.id:
                    yield price_row(family, price)


def part_rows(part: Part) -> Iterator[Row]:
    """Yield a row for each field of a part, its figures last."""
    family = part.folder
    for name, value in described(part).items():
        yield Row(family, part.id, name, value)
    for name, quantity in part.quantities().items():
        source = part.sources.get(quantity.source)
        yield Row(
            family,
            part.id,
            name,
            number(quantity.value),
            number(quantity.low),
            number(quantity.high),
            unit_of(name) or "",
            *(
                (source.title, source.kind, source.accessed)
                if source
                else (quantity.source, "", "")
            ),
            quantity.confidence or "",
        )


def price_row(family: str, price: Price) -> Row:
    """Return the row of one price."""
    return Row(
        family,
        price.item,
        f"{PRICE} {price.quantity}",
        number(price.value),
        number(price.low),
        number(price.high),
        price.unit,
        price.source,
        PRICE,
        price.date,
        price.confidence,
    )


def described(part: Part) -> dict[str, str]:
    """Return the fields of a part that describe it, as text; lists are joined by ``;``."""
    apart = {"id", "sources", "specs", "prices"}
    return {n: plain(getattr(part, n)) for n in type(part).model_fields if n not in apart}


def plain(value: Any) -> str:
    """Return a value as one text, empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, BaseModel):
        stated = value.model_dump(exclude_none=True, mode="json")
        return "; ".join(f"{key}: {plain(item)}" for key, item in stated.items())
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(item)}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return "; ".join(map(plain, value))
    return number(value) if isinstance(value, int | float) else str(value)


def number(value: float | None) -> str:
    """Return a number without needless digits, empty for none."""
    return "" if value is None else f"{value:.12g}"


def table_text(catalog: Catalog) -> str:
    """Return the table of a catalog as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(entry.name for entry in fields(Row))
    writer.writerows(astuple(row) for row in catalog_rows(catalog))
    return out.getvalue()
