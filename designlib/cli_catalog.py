"""Catalog tables: what can be bought, and where each number comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from designlib import catalog_query
from designlib.catalog import Catalog
from designlib.catalog_overlay import Change
from designlib.catalog_query import Difference
from designlib.catalog_table import described, number
from designlib.schema.parts import Part
from designlib.schema.quantity import Quantity
from designlib.schema.tables import Constant, Price
from designlib.units import stem_of, unit_of

# From sure to unsure; a table shows the least sure figure.
CONFIDENCES: Final = ("verified", "secondary", "unverified", "assumption")
KEY_FIGURES_COUNT: Final = 4
SCHEMA_VERSION: Final = 1
"""Of what ``--json`` prints."""


def family_tables(
    catalog: Catalog, parts: Mapping[str, Sequence[Part]], columns: Sequence[str] = ()
) -> Iterator[Table]:
    """Yield a table for each family: the columns that are asked for, else the key figures."""
    usual = ("name", "key figures", "confidence", "price", "price confidence")
    for family, found in parts.items():
        table = _table(f"{family} ({len(found)})", "id", *(_titled(columns) or usual))
        for part in found:
            cells = _asked(catalog, part, columns) if columns else _usual(catalog, part)
            table.add_row(Text(part.id), *map(Text, cells))
        yield table


def _titled(columns: Sequence[str]) -> list[str]:
    units = [unit_of(name) for name in columns]
    return [
        name + (f" [{unit}]" if unit not in {None, "1"} else "")
        for name, unit in zip(columns, units, strict=True)
    ]


def _asked(catalog: Catalog, part: Part, columns: Sequence[str]) -> list[str]:
    found = [catalog_query.cell(catalog, part, name) for name in columns]
    return [f"{v:,.10g}" if isinstance(v, int | float) else v or "-" for v in found]


def _usual(catalog: Catalog, part: Part) -> list[str]:
    price = catalog_query.first_price(catalog, part.id)
    confidence = price.confidence if price else "-"
    told = _money(price) if price else "-"
    return [part.name, _key_figures(part), _least_sure(part), told, confidence]


def list_json(catalog: Catalog, parts: Mapping[str, Sequence[Part]]) -> dict[str, Any]:
    """Return what ``catalog list --json`` prints."""
    found = [catalog_query.as_json(catalog, part) for family in parts.values() for part in family]
    return {"schema_version": SCHEMA_VERSION, "parts": found}


def part_json(catalog: Catalog, part_id: str) -> dict[str, Any]:
    """Return what ``catalog show --json`` prints."""
    part = catalog.part(part_id)
    return {
        "schema_version": SCHEMA_VERSION,
        "part": catalog_query.as_json(catalog, part),
        "sources": {k: s.model_dump(mode="json") for k, s in part.sources.items()},
        "constants": [row.model_dump(mode="json") for row in _constants(catalog, part_id)],
        "changes": [vars(change) for change in _changes(catalog, part_id)],
    }


def part_tables(catalog: Catalog, part_id: str) -> Iterator[Text | Table]:
    """Yield what a part is, what an overlay changed in it, its figures, prices and sources."""
    part = catalog.part(part_id)
    yield Text(f"{part.name}\n{part.id}, {part.vendor}, {part.status}")
    changes = _changes(catalog, part_id)
    if changes:
        table = _table("shipped -> overlaid", "field", "shipped", "overlaid", "file")
        for change in changes:
            told = (change.field, change.shipped, f"-> {change.overlaid}", change.file)
            table.add_row(*map(Text, told))
        yield table
    said = _table("description", "field", "value")
    for name, value in described(part).items():
        if value and name not in {"name", "vendor", "status"}:
            said.add_row(Text(name), Text(value))
    yield said
    yield _figures_table(part)
    prices, constants = catalog_query.prices_of(catalog, part_id), _constants(catalog, part_id)
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


def _figures_table(part: Part) -> Table:
    figures = _table(
        "figures", "figure", "value", "band", "unit", "source", "accessed", "confidence", "note"
    )
    for name, quantity in part.quantities().items():
        source = part.sources[quantity.source]
        figures.add_row(
            *map(Text, (name, f"{quantity.value:,.10g}", _band(quantity), unit_of(name) or "")),
            Text(source.title if quantity.page is None else f"{source.title}, {quantity.page}"),
            *map(Text, (source.accessed, quantity.confidence or "", quantity.note or "")),
        )
    return figures


def difference_table(found: Sequence[Difference], a_id: str, b_id: str) -> Table:
    """Return the fields in which two parts differ as a table."""
    table = _table(f"{a_id} -> {b_id}", "field", a_id, b_id, "unit", "ratio")
    for d in found:
        ratio = "" if d.ratio is None else f"{number(round(d.ratio, 3))} x"
        table.add_row(*map(Text, (d.field, d.a or "-", d.b or "-", d.unit, ratio)))
    return table


def difference_json(found: Sequence[Difference], a_id: str, b_id: str) -> dict[str, Any]:
    """Return what ``catalog diff --json`` prints."""
    fields = [vars(difference) for difference in found]
    return {"schema_version": SCHEMA_VERSION, "a": a_id, "b": b_id, "differences": fields}


def _changes(catalog: Catalog, part_id: str) -> list[Change]:
    return [change for change in catalog.changes if change.item == part_id]


def _constants(catalog: Catalog, part_id: str) -> list[Constant]:
    return [row for (subject, _), row in catalog.constants.items() if subject == part_id]


def _table(title: str, *columns: str) -> Table:
    table = Table(title=Text(title), title_justify="left")
    for column in columns:
        # An id that is broken over two lines can be neither searched for nor copied.
        table.add_column(
            column,
            overflow="fold",
            justify="right" if column == "value" else "left",
            no_wrap=column == "id",
        )
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
    first = list(part.quantities().items())[:KEY_FIGURES_COUNT]
    named = [f"{stem_of(n).replace('_', ' ')} {_amount(q, unit_of(n))}" for n, q in first]
    return ", ".join(text.strip() for text in named)


def _amount(quantity: Quantity, unit: str | None) -> str:
    return f"{quantity.value:,.10g}" + (f" {unit}" if unit not in {None, "1"} else "")


def _least_sure(part: Part) -> str:
    told = [q.confidence for q in part.quantities().values() if q.confidence]
    return max(told, key=CONFIDENCES.index, default="-")


def _money(price: Price) -> str:
    kind = "" if price.quantity == "purchase" else f" {price.quantity}"
    return f"{price.value:,.10g} {price.unit}{kind}"


def _band(quantity: Quantity | Price | Constant) -> str:
    if quantity.low is None and quantity.high is None:
        return ""
    return f"{_end(quantity.low)} to {_end(quantity.high)}"


def _end(value: float | None) -> str:
    return "?" if value is None else f"{value:,.10g}"
