"""Bill of materials: every line of the workbook as a table that any program reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.exports._text import Value, csv_text
from designlib.report.workbook_bill import BILL, bill_rows
from designlib.report.workbook_grid import in_money


def export(design: Design, catalog: Catalog, start: date) -> dict[str, str]:
    """Return ``bill_of_materials.csv``; its extended prices add up to the capital."""
    columns, lines = in_money(BILL, design.currency), bill_rows(design, catalog)
    rows = [[_plain(line[c.key], c.form) for c in columns] for line in lines]
    return {"bill_of_materials.csv": csv_text([c.heading for c in columns], rows)} if rows else {}


def _plain(value: Any, form: str) -> Value:
    """Return a value as text of enough digits; a share in percent, as the heading says."""
    if not isinstance(value, float):
        return None if value is None else value
    scaled = 100 * value if form == "percent" else value
    return f"{scaled:.4f}".rstrip("0").rstrip(".")
