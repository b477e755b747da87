"""Tables: a fault in a price or calibration row names its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, ValidationError, model_validator

from designlib import units
from designlib.faults import Fault, nearest, quoted
from designlib.schema.base import (
    Amount,
    Closed,
    Date,
    Found,
    Name,
    PartId,
    Text,
    Whole,
    refuse,
    wrong,
)
from designlib.schema.errors import faults_of
from designlib.schema.quantity import Confidence, Quantity, band_faults

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.IGNORECASE)
_NUMERIC = {"value", "low", "high", "currency_year"}

Row = TypeVar("Row", "Price", "Constant", "Alias")


def _dollars(unit: str) -> str:
    if not re.fullmatch(r"USD(/.+)?", unit):
        raise wrong(
            f"expected USD or USD/..., found {quoted(unit)}; catalog prices are in US dollars"
        )
    return unit


class Price(Closed):
    """One price of one part, in US dollars of ``currency_year``."""

    item: PartId
    quantity: PartId = Field(description="purchase, per-gpu-year, per-gpu-hour, ...")
    value: Amount
    low: Amount
    high: Amount
    unit: Annotated[Text, AfterValidator(_dollars)]
    currency_year: Annotated[Whole, Field(ge=1990, le=2100)]
    date: Date
    source: Name
    confidence: Confidence
    note: Text = ""

    @model_validator(mode="after")
    def _band(self) -> Self:
        refuse(band_faults(self.value, self.low, self.high))
        return self

    @property
    def key(self) -> tuple[str, str]:
        """Return what the row is about; a later file replaces a row of the same key."""
        return self.item, self.quantity


class Constant(Quantity):
    """One calibration constant; its unit is the suffix of ``quantity``, repeated in ``unit``."""

    subject: Name
    quantity: Name
    unit: Name
    date: Date

    @model_validator(mode="after")
    def _unit_agrees(self) -> Self:
        unit = units.unit_of(self.quantity)
        found: list[Found] = []
        if unit is None:
            found = [(("quantity",), f"{quoted(self.quantity)} has no known unit suffix")]
        elif unit != self.unit:
            message = f"expected '{unit}', the unit of {self.quantity}, found {quoted(self.unit)}"
            found = [(("unit",), message)]
        refuse(found)
        return self

    @property
    def key(self) -> tuple[str, str]:
        """Return what the row is about; a later file replaces a row of the same key."""
        return self.subject, self.quantity


class Alias(Closed):
    """A word of the field for a part or a term of the catalog, in any case and punctuation."""

    kind: Literal["gpu", "precision", "fabric"]
    name: Name
    means: Name

    @property
    def key(self) -> tuple[str, str]:
        """Return what the row is about; a later file replaces a row of the same key."""
        return self.kind, plain_word(self.name)


def plain_word(text: str) -> str:
    """Return the letters and digits of a word in small letters, as aliases are compared.

    Examples
    --------
    >>> plain_word("H100-SXM5 (80 GB)")
    'h100sxm580gb'
    """
    return "".join(c for c in text.casefold() if c.isalnum())


PRICE_COLUMNS = tuple(Price.model_fields)
ALIAS_COLUMNS = tuple(Alias.model_fields)
CONSTANT_COLUMNS = (
    "subject",
    "quantity",
    "value",
    "low",
    "high",
    "unit",
    "date",
    "source",
    "confidence",
    "note",
)


def read_prices(text: str, file: str) -> tuple[list[tuple[int, Price]], list[Fault]]:
    """Read price rows with their lines, and every fault of the file."""
    return _read(text, file, PRICE_COLUMNS, Price)


def read_constants(text: str, file: str) -> tuple[list[tuple[int, Constant]], list[Fault]]:
    """Read calibration rows with their lines, and every fault of the file."""
    return _read(text, file, CONSTANT_COLUMNS, Constant)


def read_aliases(text: str, file: str) -> tuple[list[tuple[int, Alias]], list[Fault]]:
    """Read alias rows with their lines, and every fault of the file."""
    return _read(text, file, ALIAS_COLUMNS, Alias)


def _read(
    text: str, file: str, columns: tuple[str, ...], model: type[Row]
) -> tuple[list[tuple[int, Row]], list[Fault]]:
    rows: list[tuple[int, Row]] = []
    table = _lines(text, file)
    line, header = next(table, (1, []))
    if isinstance(header, Fault):
        return rows, [header]
    faults = [Fault(file, line, *words) for words in _header_faults(header, columns)]
    if faults:
        return rows, faults
    first: dict[tuple[str, str], int] = {}
    for line, cells in table:
        made, told = _make(cells, header, model, Fault(file, line, "file", ""))
        faults += told
        if made is None:
            continue
        if made.key in first:
            message = f"{' '.join(made.key)} is given twice; first on line {first[made.key]}"
            faults.append(Fault(file, line, columns[0], message))
        first.setdefault(made.key, line)
        rows.append((line, made))
    return rows, faults


def _make(
    cells: list[str] | Fault, header: list[str], model: type[Row], at: Fault
) -> tuple[Row | None, list[Fault]]:
    if isinstance(cells, Fault):
        return None, [cells]
    if len(cells) != len(header):
        message = f"expected {len(header)} cells, found {len(cells)}"
        return None, [replace(at, message=f"{message}; quote a cell that holds a comma")]
    stated = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    row: dict[str, Any] = {
        name: float(text) if name in _NUMERIC and _NUMBER.fullmatch(text) else text
        for name, text in stated.items()
    }
    # An empty low or high repeats the value, but not its faults.
    repeated = {"low", "high"} - set(stated)
    if "value" in row:
        row |= dict.fromkeys(repeated, row["value"])
    try:
        return model.model_validate(row), []
    except ValidationError as error:
        told = faults_of(error, model, row, at.file, {(): at.line or 1})
        return None, [fault for fault in told if fault.field not in repeated]


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str] | Fault]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, Fault(file, line, "file", f"not a valid CSV row: {error}")
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _header_faults(header: list[str], columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not header:
        yield "file", f"the file is empty; expected the columns {','.join(columns)}"
        return
    meant = ""
    for name in header:
        if name not in columns:
            hint = nearest(name, columns) or f"; expected {', '.join(columns)}"
            meant += hint
            yield name or "file", f"unknown column{hint}"
    for name in columns:
        if header.count(name) > 1:
            yield name, "column given twice"
        elif name not in header and f"'{name}'" not in meant:
            yield name, "required column is missing"


Reader = Callable[[str, str], tuple[list[tuple[int, Any]], list[Fault]]]
