"""Price list: rows of a vendor's CSV or workbook become prices of an overlay.

A row belongs to a part whose id or name it states; a row that fits none is reported and left out,
with the nearest part, and is never guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from designlib.catalog import Catalog
from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.imports.sheets import Line, sheet_lines
from designlib.imports.stub import slug
from designlib.imports.writing import Imported
from designlib.schema.errors import faults_of
from designlib.schema.parts import Part
from designlib.schema.plant_parts import FAMILIES
from designlib.schema.row_checks import price_faults, priced_as
from designlib.schema.tables import PRICE_COLUMNS, Price, read_prices
from designlib.yamlfile import read_text


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
    known = {name: part for part in _parts(catalog) for name in (slug(part.name), part.id)}
    faults: list[Fault] = []
    prices: dict[tuple[str, str], Price] = {}
    notes: list[str] = []
    for line in sheet_lines(path):
        told = str(line.cells.get("item") or "").strip()
        part = known.get(told) or known.get(slug(told))
        if part is None:
            what = f"no part of the catalog is called {quoted(told)}{nearest(slug(told), known)}"
            notes.append(f"row {line.number}: {what}")
            continue
        row = _row(line, part, catalog, source or Path(path).name, today or date.today())
        price, wrong = _price(row, part, Fault(str(path), line.number, "file", ""))
        if price is not None and price.key in prices:
            message = f"{' '.join(price.key)} is given twice"
            wrong.append(Fault(str(path), line.number, "item", message))
        faults += wrong
        if price is not None:
            prices[price.key] = price
    if faults:
        raise FaultError(faults)
    if not prices:
        message = "no row belongs to a part of the catalog; the first: " + (notes or ["none"])[0]
        raise FaultError([Fault(str(path), None, "file", message)])
    head = f"{len(prices)} prices taken, {len(notes)} rows without a part"
    return Imported("prices.csv", _joined(Path(overlay) / "prices.csv", prices), (head, *notes))


def _parts(catalog: Catalog) -> Iterator[Part]:
    for family in FAMILIES:
        parts: Mapping[str, Part] = getattr(catalog, family)
        yield from parts.values()


def _row(line: Line, part: Part, catalog: Catalog, source: str, today: date) -> dict[str, Any]:
    """Return a row of our table; what a cell should not say is left in it, to be refused."""
    cells = line.cells
    units = {of: price.unit for (item, of), price in catalog.prices.items() if item == part.id}
    usual = next(iter(units)) if len(units) == 1 else priced_as(part)[0]
    kind = slug(str(cells.get("quantity", usual)))
    unit = str(cells.get("currency", "USD")).strip().replace("US$", "USD").replace("$", "USD")
    if unit == "USD":
        per = "" if kind == "purchase" else f"/{kind.removeprefix('per-')}"
        unit = units.get(kind, f"USD{per}")
    when = cells.get("date", today)
    day = str(when.date() if isinstance(when, datetime) else when).strip()
    money: dict[str, Any] = {
        name: _money(cells[name]) for name in ("value", "low", "high") if name in cells
    }
    ends = {name: money["value"] for name in ("low", "high") if "value" in money}
    return {
        "item": part.id,
        "quantity": kind,
        **ends,
        **money,
        "unit": unit,
        "currency_year": int(day[:4]) if day[:4].isdecimal() else today.year,
        "date": day,
        "source": f"{source}, row {line.number}",
        "confidence": "verified",
        "note": str(cells.get("note", "")).strip(),
    }


def _price(row: dict[str, Any], part: Part, at: Fault) -> tuple[Price | None, list[Fault]]:
    """Return the price that a row states, or None, and what is wrong with it."""
    try:
        price = Price.model_validate(row)
    except ValidationError as error:
        told = faults_of(error, Price, row, at.file, {(): at.line or 1})
        # The ends of a band that is not stated repeat the value, but not its faults.
        of_value = [fault for fault in told if fault.field == "value"]
        return None, [f for f in told if f.field not in {"low", "high"} or not of_value]
    wrong = [Fault(at.file, at.line, field, text) for field, text in price_faults(price, part)]
    return price, wrong


def _money(cell: object) -> object:
    """Return an amount as a number; what is none comes back as it is, to be refused."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"^(USD|US\$|\$)\s*|\s*(USD|\$)$", "", str(cell).strip())
    # 1,234.50 is read; 1.234,50 could be 1.2345, so it is refused.
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})*(\.\d+)?|\d+(\.\d+)?)", text):
        return str(cell)
    return float(text.replace(",", ""))


def _joined(table: Path, prices: Mapping[tuple[str, str], Price]) -> str:
    """Return the price table of the overlay with new rows in the place of old ones."""
    kept: list[Price] = []
    if table.exists():
        held, faults = read_prices(read_text(table), str(table))
        if faults:
            raise FaultError(faults)
        kept = [price for _, price in held if price.key not in prices]
    out = io.StringIO()
    writer = csv.DictWriter(out, PRICE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for price in [*kept, *prices.values()]:
        writer.writerow({name: _cell(value) for name, value in price.model_dump().items()})
    return out.getvalue()


def _cell(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
