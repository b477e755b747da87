"""Price list: rows of a vendor's CSV or workbook become prices of an overlay.

A row belongs to a part whose id or name it states; a row that fits none is reported and left out,
with the nearest part, and is never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.imports.stub import slug
from designlib.imports.writing import Imported
from designlib.schema.base import DATE
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.tables import PRICE_COLUMNS, Price, read_prices
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
class _Line:
    number: int
    cells: dict[str, Any]


def read_price_list(
    path: str | Path,
    catalog: Catalog,
    overlay: str | Path,
    *,
    source: str | None = None,
    today: date | None = None,
) -> Imported:
    """Return the price table of an overlay with the rows of a vendor's price list.

    Parameters
    ----------
    path : str or Path
        A CSV file, or a workbook whose first sheet begins with the columns.
    catalog : Catalog
        Parts that rows may belong to.
    overlay : str or Path
        The overlay: rows of its ``prices.csv`` for other parts are kept.
    source : str, optional
        What the prices rest on, such as the number of the quotation; the file's name by default.
    today : date, optional
        Date of prices whose row states none.

    Raises
    ------
    FaultError
        The file has no column for the part or the price, or a row that belongs to a part is faulty.
    """
    file = str(path)
    known = {slug(name): i for i, name in _names(catalog)} | {i: i for i, _ in _names(catalog)}
    faults: list[Fault] = []
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    notes: list[str] = []
    for line in _lines(path):
        told = str(line.cells.get("item") or "").strip()
        part_id = known.get(told) or known.get(slug(told))
        if part_id is None:
            hint = nearest(slug(told), known)
            notes.append(
                f"row {line.number}: no part of the catalog is called {quoted(told)}{hint}"
            )
            continue
        usual = {of: price.unit for (item, of), price in catalog.prices.items() if item == part_id}
        if len(usual) != 1:
            usual = {"purchase": "USD"}
        row, wrong = _row(line, part_id, usual, source or Path(path).name, today or date.today())
        faults += [Fault(file, line.number, field, message) for field, message in wrong]
        key = (part_id, str(row["quantity"]))
        if key in rows:
            faults.append(Fault(file, line.number, "item", f"{' '.join(key)} is given twice"))
        rows[key] = row
    if faults:
        raise FaultError(faults)
    if not rows:
        message = "no row belongs to a part of the catalog; the first: " + (notes or ["none"])[0]
        raise FaultError([Fault(file, None, "file", message)])
    text = _joined(Path(overlay) / "prices.csv", rows)
    _, told_wrong = read_prices(text, file)
    if told_wrong:
        raise FaultError(told_wrong)
    head = f"{len(rows)} prices taken, {len(notes)} rows without a part"
    return Imported("prices.csv", text, (head, *notes))


def _names(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for family in FAMILIES:
        parts: Mapping[str, Any] = getattr(catalog, family)
        yield from ((part.id, part.name) for part in parts.values())


def _lines(path: str | Path) -> Iterator[_Line]:
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
            yield _Line(number, stated)


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


def _row(
    line: _Line, part_id: str, usual: Mapping[str, str], source: str, today: date
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return a row of our table, and what is wrong with it as (field, sentence)."""
    cells = line.cells
    wrong: list[tuple[str, str]] = []
    numbers: dict[str, float] = {}
    for name in ("value", "low", "high"):
        if name in cells:
            number = _money(cells[name])
            if number is None or number < 0:
                wrong.append((name, f"expected a price >= 0, found {quoted(cells[name])}"))
            else:
                numbers[name] = number
        elif name == "value":
            wrong.append((name, "no price in this row"))
    kind = slug(str(cells.get("quantity", next(iter(usual)))))
    unit = str(cells.get("currency", "USD")).strip().replace("US$", "USD").replace("$", "USD")
    unit = usual.get(kind, unit) if unit == "USD" else unit
    if not re.fullmatch(r"USD(/.+)?", unit):
        message = f"expected US dollars, found {quoted(unit)}; catalog prices are in USD"
        wrong.append(("currency", message))
    when = cells.get("date", today)
    when = when.date() if isinstance(when, datetime) else when
    day = str(when).strip()
    if not DATE.fullmatch(day):
        wrong.append(("date", f"expected a date YYYY-MM-DD, found {quoted(day)}"))
        day = str(today)
    row = {
        "item": part_id,
        "quantity": kind,
        **{name: numbers.get(name, "") for name in ("value", "low", "high")},
        "unit": unit,
        "currency_year": day[:4],
        "date": day,
        "source": f"{source}, row {line.number}",
        "confidence": "verified",
        "note": str(cells.get("note", "")).strip(),
    }
    return row, wrong


def _money(cell: object) -> float | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"^(USD|US\$|\$)\s*|\s*(USD|\$)$", "", str(cell).strip())
    # 1,234.50 is read; 1.234,50 could be 1.2345, so it is refused.
    if not re.fullmatch(r"\d{1,3}(,\d{3})*(\.\d+)?|\d+(\.\d+)?", text):
        return None
    return float(text.replace(",", ""))


def _joined(table: Path, rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> str:
    """Return the price table of the overlay with new rows in the place of old ones."""
    kept: list[Price] = []
    if table.exists():
        held, faults = read_prices(read_text(table), str(table))
        if faults:
            raise FaultError(faults)
        kept = [price for _, price in held if price.key not in rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, PRICE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for price in kept:
        writer.writerow({n: _cell(v) for n, v in price.model_dump().items()})
    for row in rows.values():
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
