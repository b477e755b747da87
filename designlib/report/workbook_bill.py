"""Workbook bill: every line with its price band; a buyer changes prices and discounts in it."""

from __future__ import annotations

from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report.words import WEEKS_PER_MONTH
from designlib.report.workbook_grid import CONFIDENCE, SERVICE, Column, Grid, Row, in_money, sums

BILL_SHEET: Final = "Bill of materials"
SUPPORT: Final = "hardware.support_frac_per_year"
"""Path of the assumption that says what support of bought hardware costs."""

BILL: Final = (
    Column("line_id", "Line"),
    Column("layer", "Layer"),
    Column("vendor", "Vendor"),
    Column("part_id", "Part"),
    Column("name", "Name"),
    Column("site", "Site"),
    Column("pool", "Pool"),
    SERVICE,
    Column("count", "Count", "count"),
    Column("unit", "Unit"),
    Column("price_low", "Unit price, low [{}]", "price"),
    Column("unit_price", "Unit price [{}]", "price"),
    Column("price_high", "Unit price, high [{}]", "price"),
    Column("discount", "Discount [%]", "percent"),
    Column("net_price", "Net price [{}]", "price"),
    Column("extended", "Extended [{}]", "money"),
    Column("support_rate", "Support, share of the price a year [%]", "percent"),
    Column("support", "Support a year [{}]", "money"),
    Column("support_months", "Support term [months]", "count"),
    Column("weeks", "Order to service [weeks]", "tenth"),
    Column("order_by_month", "Order by [month]", "tenth"),
    Column("price_source", "Price source"),
    Column("price_date", "Price date"),
    CONFIDENCE,
    Column("note", "Note"),
)
LAWS: Final = {
    "net_price": ("{unit_price}*(1-{discount})", "price"),
    "extended": ("{count}*{net_price}", "money"),
    "support": ("{extended}*{support_rate}", "money"),
}
"""Formulas of a line; what they take in is there to be changed."""


def bill_rows(design: Design, catalog: Catalog | None) -> list[Row]:
    """Return the lines of the bill with what a buyer adds to them.

    Parameters
    ----------
    design : Design
        The design.
    catalog : Catalog or None
        The prices that it was made of; without it no line has a price band.

    Returns
    -------
    list of dict
        The columns of ``BILL``. The band of a price is that of the catalog, moved with the price.
    """
    rate = next((a["value"] for a in design.tables["assumptions"] if a["path"] == SUPPORT), None)
    months = design.brief.get("tco_months")
    return [
        line
        | _band(line, catalog)
        | {
            "discount": _discount(line),
            "support_rate": rate,
            "support": None if rate is None else rate * (line["extended"] or 0.0),
            "support_months": None if months is None else months - line["period_month"],
            "weeks": _weeks(line),
        }
        for line in design.tables["bill_of_materials"]
    ]


def _discount(line: Row) -> float | None:
    if not line["unit_price"] or line["net_price"] is None:
        return None
    return float(1 - line["net_price"] / line["unit_price"])


def _weeks(line: Row) -> float | None:
    if line["order_by_month"] is None:
        return None
    return float(line["period_month"] - line["order_by_month"]) * WEEKS_PER_MONTH


def _band(line: Row, catalog: Catalog | None) -> Row:
    """Return the low and the high price of a unit, as far from its price as the catalog says."""
    if catalog is None or not line["unit_price"] or not catalog.has_price(line["part_id"]):
        return {"price_low": None, "price_high": None}
    price = catalog.price(line["part_id"])
    if not price.value:
        return {"price_low": None, "price_high": None}
    scale = line["unit_price"] / price.value
    return {"price_low": scale * price.low, "price_high": scale * price.high}


def write_bill(grid: Grid, design: Design, catalog: Catalog | None) -> None:
    """Write the bill; net prices, extended prices, support and their sums are formulas."""
    columns, rows = in_money(BILL, design.currency), bill_rows(design, catalog)
    grid.table(BILL_SHEET, columns, rows)
    at = {column.key: c for c, column in enumerate(columns)}
    for r, row in enumerate(rows, 1):
        cells = {key: xl_rowcol_to_cell(r, c) for key, c in at.items()}
        for key, (law, form) in LAWS.items():
            if _known(row, key):
                told = f"={law.format(**cells)}"
                grid.formula(BILL_SHEET, (r, at[key]), told, row[key] or 0.0, form)
    sums(grid, BILL_SHEET, columns, rows, ("extended", "support"))
    grid.sheets[BILL_SHEET].fit_to_pages(2, 0)
    grid.sheets[BILL_SHEET].repeat_columns(0)


def _known(row: Row, key: str) -> bool:
    """Return whether all that a formula takes in is there."""
    if key == "net_price":
        return row["discount"] is not None
    return key == "extended" or row["support_rate"] is not None
