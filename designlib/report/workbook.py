"""Workbook: a design as sheets to filter, to add up again and to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from xlsxwriter import Workbook

from designlib.catalog import Catalog
from designlib.design import Design, write_atomic
from designlib.faults import Fault, FaultError
from designlib.report.sections import sections
from designlib.report.workbook_bill import BILL, BILL_SHEET, write_bill
from designlib.report.workbook_customers import (
    RULES_SHEET,
    TEAMS_SHEET,
    absent,
    write_rules,
    write_sites,
    write_teams,
)
from designlib.report.workbook_grid import INK, Grid, Row, span
from designlib.report.workbook_sections import sheets, write_sections
from designlib.report.workbook_tables import COST, COST_SHEET, write_tables

SUMMARY: Final = "Summary"
SHEETS: Final = (
    SUMMARY,
    BILL_SHEET,
    "Operations",
    "Racks",
    "Balance",
    COST_SHEET,
    RULES_SHEET,
    TEAMS_SHEET,
    "Why not",
    "Assumptions",
    "Certificate",
)
"""Names of the sheets, in order; rules and teams have one where the brief has them."""

OPTIONS: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTHS: Final = (44, 17, 16, 16, 16, 16, 16, 16, 16)
"""Widths of the columns of the summary. [characters]"""
FABRIC: Final = ("name", "technology", "leaf", "spine", "core", "switch")
CHART_ROWS: Final = 16


class Headline(NamedTuple):
    """A figure that everybody asks for first; with a law it is a formula."""

    label: str
    value: Any
    form: str = "label"
    unit: str = ""
    note: str = ""
    law: str = ""


def write_workbook(design: Design, path: str | Path, catalog: Catalog | None = None) -> Path:
    """Write a design to a workbook (XLSX), completely or not at all, and return the file.

    Parameters
    ----------
    design : Design
        What to write.
    path : str or Path
        File to write; its folder exists.
    catalog : Catalog or None
        The parts that the design was made of, for the sheets that need them.

    Returns
    -------
    Path
        The file.
    """
    target = Path(path)
    if not target.parent.is_dir():
        message = f"expected a file in a folder that exists; there is no {target.parent}"
        raise FaultError([Fault(str(target), None, "file", message)])
    content = BytesIO()
    further = sheets(sections(design, catalog).values())
    with Workbook(content, OPTIONS) as book:
        grid = Grid(book, [*(s for s in SHEETS if s not in absent(design)), *further], design.name)
        _write_summary(grid, design)
        write_bill(grid, design, catalog)
        write_tables(grid, design)
        write_rules(grid, design)
        write_teams(grid, design)
        write_sections(grid, further)
    return write_atomic(target, content.getvalue())


def _write_summary(grid: Grid, design: Design) -> None:
    sheet = grid.sheets[SUMMARY]
    for c, width in enumerate(WIDTHS):
        sheet.set_column(c, c, width)
    sheet.set_tab_color(INK)
    sheet.fit_to_pages(1, 1)
    sheet.set_row(0, 26)
    grid.write(SUMMARY, 0, 0, design.name, "title")
    # The merged cells are empty first: a text goes into them as a text only.
    sheet.merge_range(1, 0, 1, len(WIDTHS) - 1, "", grid.forms["lead"])
    grid.write(SUMMARY, 1, 0, design.certificate.get("statement"), "lead")
    sheet.set_row(1, 36)
    grid.header(SUMMARY, 3, ("Headline", "Value", "Unit", "Note", *[""] * 5), {1})
    lines = list(_headlines(design))
    for r, line in enumerate(lines, 4):
        _write_headline(grid, r, line)
    first = 4 + len(lines) + 1
    row = _write_layers(grid, design, first)
    row = max(_write_kinds(grid, design, row), first + CHART_ROWS)
    row = _write_gpus(grid, design, row)
    row = write_sites(grid, SUMMARY, design, row)
    _write_fabrics(grid, design, row)


def _write_headline(grid: Grid, row: int, line: Headline) -> None:
    grid.write(SUMMARY, row, 0, line.label, "label")
    if line.law:
        grid.formula(SUMMARY, (row, 1), line.law, line.value or 0.0, line.form)
    else:
        grid.write(SUMMARY, row, 1, line.value, line.form)
    grid.write(SUMMARY, row, 2, line.unit, "label")
    # The note runs on over empty cells, which carry the line under it to the edge.
    for c, note in enumerate((line.note, *[""] * 5), 3):
        grid.write(SUMMARY, row, c, note, "label")


def _headlines(design: Design) -> Iterator[Headline]:
    """Yield the headline figures of a design."""
    s, proof, money = design.summary, design.certificate, design.currency
    bill, cost = (len(design.tables[name]) for name in ("bill_of_materials", "cost"))
    kind, amount, value = (
        span(COST_SHEET, COST, key, cost) for key in ("kind", "amount", "present_value")
    )
    note = "the two rows below: it follows what is changed in the bill"
    yield Headline("Capital cost", s.get("capex"), "money", money, note, "=SUM(B6:B7)")
    bought = sum(row["extended"] or 0.0 for row in design.tables["bill_of_materials"])
    extended = f"=SUM({span(BILL_SHEET, BILL, 'extended', bill)})"
    yield Headline("of it in the bill of materials", bought, "money", money, "", extended)
    law = f'=SUMIF({kind},"capex",{amount})-{bought!r}'
    yield Headline(
        "of it links that move", (s.get("capex") or 0.0) - bought, "money", money, "", law
    )
    note = f"as designed: all costs of {design.brief.get('tco_months', '?')} months, discounted"
    yield Headline("Present value", s.get("tco"), "money", money, note, f"=SUM({value})")
    note = "no design over the same candidates costs less"
    yield Headline("Proven lower bound", proof.get("bound"), "money", money, note)
    yield Headline("Gap", proof.get("gap"), "gap", "", design.status.replace("_", " "))
    last = max(design.dates, default=0)
    gpus = sum(g["count"] for g in s.get("gpus") or [] if g["period_month"] == last)
    yield Headline("GPUs in service", gpus, "count", "GPUs", f"in month {last}")
    price = s.get("usd_per_gpu_hour")
    yield Headline("Cost of a GPU hour in service", price, "price", f"{money}/h")
    yield Headline("IT power", s.get("it_kw"), "tenth", "kW", f"in month {last}")
    yield Headline("Facility power", s.get("facility_kw"), "tenth", "kW", "with cooling and losses")
    yield Headline("Energy", s.get("annual_energy_mwh"), "tenth", "MWh per year")
    yield Headline("Racks", s.get("racks"), "count", "positions")
    yield from _first_to_fill(s.get("bottleneck") or {})
    yield Headline("Orchestration", ", ".join(s.get("orchestration") or []))


def _first_to_fill(tight: Row) -> Iterator[Headline]:
    """Yield what fills up first, where anything does."""
    if tight:
        words = tight.get("words") or tight["resource"]
        note = f"{tight['layer']}: {words}, at {tight['place']}"
        growth = tight["growth_factor"]
        yield Headline("Growth until the first resource is full", growth, "figure", "times", note)


def _write_layers(grid: Grid, design: Design, row: int) -> int:
    """Write the purchases by layer with their shares and a chart; return the next free row."""
    title, rows = "Purchases by layer", design.tables["bill_of_materials"]
    table = BILL_SHEET, BILL, rows
    free = _write_groups(grid, row, title, ("layer", "extended"), table, design.currency)
    if rows:
        top, last = row + 2, free - 3
        places = {"categories": [SUMMARY, top, 0, last, 0], "values": [SUMMARY, top, 1, last, 1]}
        chart = grid.book.add_chart({"type": "bar"})
        chart.add_series(places | {"fill": {"color": INK}, "gap": 60})
        chart.set_title({"name": title, "name_font": {"size": 11, "color": INK}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "#,##0", "num_font": {"size": 8}})
        grid.sheets[SUMMARY].insert_chart(row, 4, chart, {"description": title})
    return free


def _write_kinds(grid: Grid, design: Design, row: int) -> int:
    """Write the present value by kind of cost; return the next free row."""
    keys, table = ("kind", "present_value"), (COST_SHEET, COST, design.tables["cost"])
    return _write_groups(grid, row, "Present value by kind", keys, table, design.currency)


def _write_groups(
    grid: Grid,
    row: int,
    title: str,
    keys: tuple[str, str],
    table: tuple[str, Sequence[Any], list[Row]],
    currency: str,
) -> int:
    """Write a sum for each word of a column, with formulas; return the next free row."""
    sheet, columns, rows = table
    by, amount = keys
    words, values = (span(sheet, columns, key, len(rows)) for key in keys)
    sums: dict[str, float] = {}
    for line in rows:
        sums[line[by]] = sums.get(line[by], 0.0) + (line[amount] or 0.0)
    total, first = sum(sums.values()), row + 2
    end = first + len(sums)
    grid.write(SUMMARY, row, 0, title, "section")
    grid.header(SUMMARY, row + 1, (by.capitalize(), f"Amount [{currency}]", "Share"), {1, 2})
    for r, (word, value) in enumerate(sums.items(), first):
        grid.write(SUMMARY, r, 0, word, "label")
        grid.formula(SUMMARY, (r, 1), f"=SUMIF({words},A{r + 1},{values})", value, "money")
        law = f"=IF(B${end + 1}=0,0,B{r + 1}/B${end + 1})"
        grid.formula(SUMMARY, (r, 2), law, value / total if total else 0.0, "percent")
    grid.write(SUMMARY, end, 0, "Total", "total")
    grid.formula(SUMMARY, (end, 1), f"=SUM({values})", total, "total")
    return end + 2


def _write_gpus(grid: Grid, design: Design, row: int) -> int:
    """Write the GPUs in service by server and date; return the next free row."""
    counts: dict[str, dict[int, int]] = {}
    for entry in design.summary.get("gpus") or []:
        counts.setdefault(entry["part"], {})[entry["period_month"]] = entry["count"]
    dates = design.dates
    grid.write(SUMMARY, row, 0, "GPUs in service by month", "section")
    grid.header(SUMMARY, row + 1, ("Server", *dates), range(1, len(dates) + 1))
    for r, (part, by_month) in enumerate(counts.items(), row + 2):
        grid.write(SUMMARY, r, 0, part, "label")
        for c, month in enumerate(dates, 1):
            grid.write(SUMMARY, r, c, by_month.get(month, 0), "count")
    return row + 3 + len(counts)


def _write_fabrics(grid: Grid, design: Design, row: int) -> None:
    """Write the switches of every fabric."""
    grid.write(SUMMARY, row, 0, "Fabrics", "section")
    grid.header(SUMMARY, row + 1, [word.capitalize() for word in FABRIC], {2, 3, 4})
    for r, fabric in enumerate(design.summary.get("fabrics") or [], row + 2):
        for c, word in enumerate(FABRIC):
            form = "count" if word in ("leaf", "spine", "core") else "label"
            grid.write(SUMMARY, r, c, fabric.get(word), form)
