"""Request for quotation: what vendors are asked for, as requirements first and parts second."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design, write_atomic
from designlib.report import words
from designlib.report.section import Section
from designlib.report.sections import sections
from designlib.report.sections.operations import figures
from designlib.report.table import Table
from designlib.report.workbook_bill import bill_rows

DAY: Final = (2000, 1, 1, 0, 0, 0)
"""Date of every file in the pack, so that one design gives one pack."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a text for a formula."""
BILL: Final = (
    "line_id", "layer", "vendor", "part_id", "name", "site", "count", "unit", "period_month",
    "order_by_month", "note",
)  # fmt: skip
"""Columns of the bill that vendors see: what and when, and no price of ours."""
QUOTED: Final = (
    "unit_price",
    "discount_percent",
    "support_per_year",
    "lead_time_weeks",
    "valid_until",
)
"""Columns that vendors fill in."""
ACCEPTANCE: Final = "acceptance"
"""Name of the section that holds the acceptance test plan, where there is one."""


def write_rfq(design: Design, path: str | Path, catalog: Catalog | None = None) -> Path:
    """Write the pack for vendors: a ZIP of requirements, bill to quote, acceptance and a letter.

    Parameters
    ----------
    design : Design
        The design to ask prices for.
    path : str or Path
        File to write, completely or not at all; its folder exists.
    catalog : Catalog or None
        The parts that the design was made of.

    Returns
    -------
    Path
        The file. It holds no price of the design: vendors name their own.
    """
    files = {
        "README.txt": _letter(design),
        "requirements.csv": _requirements(design),
        "bill_to_quote.csv": _bill(design, catalog),
        "acceptance.csv": _acceptance(design, sections(design, catalog)),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(zipfile.ZipInfo(name, DAY), text.encode())
    return write_atomic(path, content.getvalue())


def _letter(design: Design) -> str:
    return (
        f"Request for quotation: {design.name}\n\n"
        "requirements.csv   what must be delivered, without part numbers: an offer of other parts "
        "is welcome where it meets them\n"
        "bill_to_quote.csv  the parts that one design meets them with; the last columns are yours\n"
        "acceptance.csv     what is measured before payment, with limits\n\n"
        f"Months count from the day of the decision. Amounts in {design.currency}.\n"
    )


def _requirements(design: Design) -> str:
    """Return what every layer must supply at each date, and what work is promised."""
    rows: list[Sequence[Any]] = []
    most: dict[tuple[Any, ...], float] = {}
    for r in design.tables["balance"]:
        if r["draw"] and r["resource"] != "capex":
            key = (r["layer"], r["resource"], r["place"], r["period_month"], r["unit"])
            most[key] = max(most.get(key, 0.0), r["draw"])
    for (layer, resource, place, month, unit), draw in most.items():
        name = words.label(words.RESOURCES, resource)
        rows.append((layer, name, words.place(place), month, "at least", f"{draw:.6g}", unit))
    for f in dict.fromkeys(figures(design)):
        if f.verdict:
            rows.append(("workload", f.label, f.workload, "", "at most", f.limit, ""))
    for r in design.tables.get("compliance") or []:
        rows.append(("rule", r["rule"], "", "", "kept by", r["kept_by"], ""))
    heads = ("layer", "requirement", "place", "from_month", "relation", "value", "unit")
    return _csv(heads, rows)


def _bill(design: Design, catalog: Catalog | None) -> str:
    lines = bill_rows(design, catalog)
    return _csv((*BILL, *QUOTED), ([*(b[c] for c in BILL), *[""] * len(QUOTED)] for b in lines))


def _acceptance(design: Design, chapters: dict[str, Section]) -> str:
    """Return the tests of the acceptance plan; the promised figures where there is no plan."""
    plan = chapters.get(ACCEPTANCE)
    tables = plan.tables if plan else ()
    if tables:
        return "\n".join(_table(t) for t in tables)
    heads = ("workload", "measure", "limit")
    return _csv(heads, ((f.workload, f.label, f.limit) for f in figures(design) if f.verdict))


def _table(table: Table) -> str:
    rows = (
        [c.text if c.value is None else c.value for c in cells]
        for group in table.groups
        for cells in group.rows
    )
    return _csv([c.heading for c in table.columns], rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a CSV text in which no cell can act as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """Return a text that a spreadsheet reads as a text: a quote stands before what looks active."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
