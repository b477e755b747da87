"""Sheets: the rows of a CSV file or workbook, under our names of its columns."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from designlib.faults import Fault, FaultError, nearest
from designlib.yamlfile import read_text

# Our column -> how price lists call it.
COLUMNS: Final = {
    "item": ("item", "id", "part", "part id", "part number", "part no", "sku", "product", "model",
             "description", "name", "article"),
    "value": ("value", "price", "unit price", "net price", "list price", "unit price usd",
              "price usd", "net unit price", "amount", "typical"),
    "low": ("low", "low price", "minimum"),
    "high": ("high", "high price", "maximum"),
    "quantity": ("quantity", "price kind", "metric"),
    "currency": ("currency", "unit", "curr"),
    "date": ("date", "valid from", "price date", "quoted"),
    "note": ("note", "notes", "remark", "comment"),
}  # fmt: skip
NEEDED: Final = ("item", "value")


@dataclass(frozen=True)
class Line:
    """One row: its number in the file, and our column -> cell that says something."""

    number: int
    cells: dict[str, Any]


def sheet_lines(path: str | Path) -> Iterator[Line]:
    """Yield the rows under our names of the columns; raise a FaultError where one is missing."""
    table = enumerate(_table(path), start=1)
    number, header = next(((n, r) for n, r in table if any(_said(c) for c in r)), (1, ()))
    names = [re.sub(r"[^a-z0-9]+", " ", str(cell or "").lower()).strip() for cell in header]
    places: dict[str, int] = {}
    for column, words in COLUMNS.items():
        found = [names.index(word) for word in words if word in names]
        if found:
            places[column] = found[0]
    faults = []
    for column in NEEDED:
        if column not in places:
            hint = nearest(column, [name for name in names if name])
            message = f"no column for it; expected one of {', '.join(COLUMNS[column])}{hint}"
            faults.append(Fault(str(path), number, column, message))
    if faults:
        raise FaultError(faults)
    for number, cells in table:
        if any(_said(cell) for cell in cells):
            stated = {c: cells[i] for c, i in places.items() if i < len(cells) and _said(cells[i])}
            yield Line(number, stated)


def _said(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def _table(path: str | Path) -> Iterable[Sequence[Any]]:
    if Path(path).suffix.lower() == ".csv":
        text = read_text(path)
        separator = max(",;\t", key=text.partition("\n")[0].count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            return [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        message = f"expected a CSV file or a workbook: {error}"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    raise FaultError([Fault(str(path), None, "file", message)])
