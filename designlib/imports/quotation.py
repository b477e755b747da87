"""Quotation: rows of a bill of materials that somebody wrote become lines of known parts.

A row names its part by id, name or another way to write either; a row that names none is refused
with its row, its column and the nearest part, and is never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from designlib.catalog import Catalog
from designlib.design.quoted import QuotedLine
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.imports.stub import slug
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.tables import plain_word
from designlib.yamlfile import read_text

COLUMNS: Final = {
    "part": ("part", "part id", "item", "id", "part number", "part no", "sku", "product", "model",
             "article"),
    "name": ("name", "description", "item description", "product name"),
    "count": ("count", "qty", "quantity", "units", "pieces", "number", "amount"),
    "site": ("site", "location", "hall", "data center"),
    "pool": ("pool", "fabric", "cluster"),
    "layer": ("layer", "category", "group"),
    "month": ("in service month", "period month", "month", "service month"),
    "price": ("net price", "net unit price", "unit net", "unit price", "price", "list price",
              "price each"),
}  # fmt: skip
"""Our column -> how bills of materials call it, the best first."""
HEADER_ROWS: Final = 20
NOT_BOUGHT: Final = frozenset({"gpus", "llms", "blueprints", "cloud"})
"""Families that no line of a bill of hardware belongs to."""
SUMS: Final = ("total", "subtotal", "sum", "shown by the filter", "grand total", "tax", "vat")
WORK: Final = "movedlinks"
"""Line of our own bill for the work of re-plugging links: it is no part."""
Cells = Sequence[Any]


def read_quotation(path: str | Path, catalog: Catalog) -> list[QuotedLine]:
    """Return the lines of a bill of materials in a CSV file or a workbook.

    Parameters
    ----------
    path : str or Path
        A CSV file, or a workbook; of its sheets the first that has the columns is read.
    catalog : Catalog
        Parts that rows may name.

    Returns
    -------
    list of QuotedLine
        One line a row; sums and empty rows are left out.

    Raises
    ------
    FaultError
        The file cannot be read, has no column for the part or the count, or has a row that names
        no known part or no number; every such row is in it.
    """
    number, places, table = _found(path)
    known = _names(catalog)
    faults: list[Fault] = []
    lines: list[QuotedLine] = []
    for row, cells in table:
        if row <= number or not any(_said(c) for c in cells):
            continue
        stated = {k: cells[i] for k, i in places.items() if i < len(cells) and _said(cells[i])}
        if _is_sum(cells, stated):
            continue
        line = _line(row, stated, known, str(path), faults)
        if line is not None:
            lines.append(line)
    if faults:
        raise FaultError(faults)
    if not lines:
        raise FaultError([Fault(str(path), number, "file", "holds no line of a bill of materials")])
    return lines


def _line(
    row: int, stated: Mapping[str, Any], known: Mapping[str, str], file: str, faults: list[Fault]
) -> QuotedLine | None:
    told = [str(stated[k]).strip() for k in ("part", "name") if k in stated]
    if told and plain_word(told[0]) == WORK:
        return None
    part = next((known[plain_word(t)] for t in told if plain_word(t) in known), None)
    if part is None:
        what = quoted(told[0]) if told else "nothing"
        hint = nearest(slug(told[0]), set(known.values())) if told else ""
        message = f"no part of the catalog is called {what}{hint}"
        faults.append(Fault(file, row, "part", message))
    wrong = len(faults)
    count = _number(stated.get("count"), file, row, "count", faults)
    month = _number(stated["month"], file, row, "month", faults) if "month" in stated else None
    price = _number(stated["price"], file, row, "price", faults) if "price" in stated else None
    if count is not None and (count <= 0 or count != round(count)):
        message = f"expected a whole number of pieces, found {quoted(stated.get('count'))}"
        faults.append(Fault(file, row, "count", message))
    if part is None or count is None or len(faults) > wrong:
        return None
    texts = {k: str(stated.get(k, "")).strip() for k in ("site", "pool", "layer")}
    when = None if month is None else round(month)
    return QuotedLine(row, part, count, **texts, month=when, price=price)


def _number(cell: object, file: str, row: int, column: str, faults: list[Fault]) -> float | None:
    """Return a cell as a number; what is none becomes a fault."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"^[A-Z]{3}\s*|[$€£]|\s*[A-Z]{3}$", "", str(cell or "").strip()).strip()
    # 1,234.50 is read; 1.234,50 could be 1.2345, so it is refused.
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?)", text):
        message = f"expected a number, found {quoted(cell)}"
        faults.append(Fault(file, row, column, message))
        return None
    return float(text.replace(",", ""))


def _is_sum(cells: Cells, stated: Mapping[str, Any]) -> bool:
    """Return whether a row adds others up: it names no count, or begins with a word for a sum."""
    first = next(str(c).strip().lower() for c in cells if _said(c))
    return first.rstrip(":") in SUMS or ("count" not in stated and "part" not in stated)


def _names(catalog: Catalog) -> dict[str, str]:
    """Return every way to write a part, in small letters and digits alone -> its id."""
    found: dict[str, str] = {}
    for family in FAMILIES:
        if family not in NOT_BOUGHT:
            for part in getattr(catalog, family).values():
                found.setdefault(plain_word(part.name), part.id)
    for alias in catalog.aliases.values():
        found.setdefault(plain_word(alias.name), alias.means)
    parts = {i for f in FAMILIES if f not in NOT_BOUGHT for i in getattr(catalog, f)}
    found = {word: i for word, i in found.items() if i in parts}
    return found | {plain_word(i): i for i in parts}


def _said(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def _found(path: str | Path) -> tuple[int, dict[str, int], list[tuple[int, Cells]]]:
    """Return the row of the header, our columns with their places, and the rows of that sheet."""
    best: tuple[int, list[str]] | None = None
    for sheet in _sheets(path):
        table = list(enumerate(sheet, start=1))
        for number, cells in table[:HEADER_ROWS]:
            names = [_heading(c) for c in cells]
            places = _places(names)
            if "count" in places and ("part" in places or "name" in places):
                return number, places, table
            if best is None and any(names):
                best = number, [n for n in names if n]
    number, names = best or (1, [])
    faults = []
    for column in ("part", "count"):
        if not set(COLUMNS[column]) & set(names):
            hint = nearest(column, names)
            message = f"no column for it; expected one of {', '.join(COLUMNS[column])}{hint}"
            faults.append(Fault(str(path), number, column, message))
    raise FaultError(faults or [Fault(str(path), number, "file", "the file is empty")])


def _heading(cell: object) -> str:
    """Return a heading in small letters, without the currency in brackets."""
    text = re.sub(r"\[[A-Z]{3}\]", "", str(cell or "")).lower()
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def _places(names: Sequence[str]) -> dict[str, int]:
    found = {}
    for column, words in COLUMNS.items():
        places = [names.index(word) for word in words if word in names]
        if places:
            found[column] = places[0]
    return found


def _sheets(path: str | Path) -> Iterator[list[Cells]]:
    """Yield the rows of every sheet; a CSV file is one."""
    if Path(path).suffix.lower() == ".csv":
        text = read_text(path)
        separator = max(",;\t", key=text.partition("\n")[0].count)
        yield list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        return
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                yield [tuple(row) for row in sheet.iter_rows(values_only=True)]
        finally:
            book.close()
        return
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        message = f"expected a CSV file or a workbook: {error}"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    raise FaultError([Fault(str(path), None, "file", message)])
