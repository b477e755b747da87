"""Catalog tables: what can be bought, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError, nearest
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.quantity import Quantity
from designlib.schema.tables import Constant, Price
from designlib.units import stem_of, unit_of

# From sure to unsure; a table shows the least sure figure.
CONFIDENCES: Final = ("verified", "secondary", "unverified", "assumption")
KEY_FIGURES_COUNT: Final = 4


def family_tables(catalog: Catalog, family: str | None) -> Iterator[Table]:
    """Yield a table for each family of parts, or for one."""
    if family is not None and family not in FAMILIES:
        message = f"unknown family; expected {', '.join(FAMILIES)}{nearest(family, FAMILIES)}"
        raise FaultError([Fault("<catalog>", None, family, message)])
    for name in FAMILIES if family is None else [family]:
        parts: Mapping[str, Part] = getattr(catalog, name)
        table = _table(
            f"{name} ({len(parts)})",
            "id",
            "name",
            "key figures",
            "confidence",
            "price",
            "price confidence",
        )
        for part in parts.values():
            price = _first_price(catalog, part.id)
            table.add_row(
                Text(part.id),
                Text(part.name),
                Text(_key_figures(part)),
                Text(_least_sure(part)),
                Text(_money(price) if price else "-"),
                Text(price.confidence if price else "-"),
            )
        yield table


def part_tables(catalog: Catalog, part_id: str) -> Iterator[Text | Table]:
    """Yield the head of a part, then its figures, prices, constants and sources."""
    part = catalog.part(part_id)
    yield Text(f"{part.name}\n{part.id}, {part.vendor}, {part.status}")
    figures = _table(
        "figures", "figure", "value", "band", "unit", "source", "accessed", "confidence", "note"
    )
    for name, quantity in quantities(part).items():
        source = part.sources[quantity.source]
        figures.add_row(
            *map(Text, (name, f"{quantity.value:,.10g}", _band(quantity), unit_of(name) or "")),
            Text(source.title if quantity.page is None else f"{source.title}, {quantity.page}"),
            *map(Text, (source.accessed, quantity.confidence or "", quantity.note or "")),
        )
    yield figures
    prices = [row for (item, _), row in catalog.prices.items() if item == part_id]
    constants = [row for (subject, _), row in catalog.constants.items() if subject == part_id]
    if prices:
        yield _rows_table("prices", prices)
    if constants:
        yield _rows_table("calibration", constants)
    sources = _table("sources", "key", "title", "kind", "published", "accessed", "address")
    for key, source in part.sources.items():
        sources.add_row(
            *map(Text, (key, source.title, source.kind, source.published or "")),
            *map(Text, (source.accessed, source.url or "")),
        )
    yield sources


def quantities(part: Part) -> dict[str, Quantity]:
    """Return the figures that a part states, in the order of its schema."""
    named = {name: getattr(part.specs, name) for name in type(part.specs).model_fields}
    return {name: quantity for name, quantity in named.items() if quantity is not None}


def _table(title: str, *columns: str) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "value" else "left")
    return table


def _rows_table(title: str, rows: Sequence[Price | Constant]) -> Table:
    table = _table(
        title, "quantity", "value", "band", "unit", "source", "date", "confidence", "note"
    )
    for row in rows:
        table.add_row(
            *map(Text, (row.quantity, f"{row.value:,.10g}", _band(row), row.unit, row.source)),
            *map(Text, (row.date, row.confidence or "", row.note or "")),
        )
    return table


def _key_figures(part: Part) -> str:
    first = list(quantities(part).items())[:KEY_FIGURES_COUNT]
    named = [f"{stem_of(n).replace('_', ' ')} {_amount(q, unit_of(n))}" for n, q in first]
    return ", ".join(text.strip() for text in named)


def _amount(quantity: Quantity, unit: str | None) -> str:
    return f"{quantity.value:,.10g}" + (f" {unit}" if unit not in {None, "1"} else "")


def _least_sure(part: Part) -> str:
    told = [q.confidence for q in quantities(part).values() if q.confidence]
    return max(told, key=CONFIDENCES.index, default="-")


def _first_price(catalog: Catalog, part_id: str) -> Price | None:
    """Return the purchase price, else the first price of any other kind."""
    if catalog.has_price(part_id):
        return catalog.price(part_id)
    return next((price for (item, _), price in catalog.prices.items() if item == part_id), None)


def _money(price: Price) -> str:
    kind = "" if price.quantity == "purchase" else f" {price.quantity}"
    return f"{price.value:,.10g} {price.unit}{kind}"


def _band(quantity: Quantity | Price | Constant) -> str:
    if quantity.low is None and quantity.high is None:
        return ""
    return f"{_end(quantity.low)} to {_end(quantity.high)}"


def _end(value: float | None) -> str:
    return "?" if value is None else f"{value:,.10g}"
