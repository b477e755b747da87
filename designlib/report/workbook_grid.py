"""Grid: a text of a design stays a text in a cell, whatever it begins with, and looks like one."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Container, Iterable, Sequence
from typing import Any, Final, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_range_abs

Row = dict[str, Any]
CHARACTERS_MAX: Final = 32_767
"""What a cell can hold. [characters]"""
WIDTH_MIN: Final = 9
WIDTH_MAX: Final = 44
"""Widest column; longer texts wrap. [characters]"""
LINES_MAX: Final = 6
LINE_POINTS: Final = 15
"""Height of a line of text. [pt]"""
PAPER_A4: Final = 9
INK: Final = "#1F3A5F"
LINE: Final = "#D5DBE3"

_CELL: Final = {"valign": "top", "bottom": 1, "bottom_color": LINE}
FORMS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK},
    "lead": {"text_wrap": True, "valign": "top", "font_color": "#44546A"},
    "section": {"bold": True, "font_size": 12, "font_color": INK},
    "header": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": INK,
        "text_wrap": True,
        "valign": "vcenter",
        "align": "left",
        "indent": 1,
        "border": 1,
        "border_color": LINE,
    },
    "text": _CELL | {"text_wrap": True, "align": "left", "indent": 1},
    "label": _CELL | {"align": "left", "indent": 1},
    "count": _CELL | {"num_format": "#,##0"},
    "money": _CELL | {"num_format": "#,##0"},
    "price": _CELL | {"num_format": "#,##0.00"},
    "percent": _CELL | {"num_format": "0.0%"},
    "gap": _CELL | {"num_format": "0.00%"},
    "tenth": _CELL | {"num_format": "#,##0.0"},
    "figure": _CELL | {"num_format": "[>=1000]#,##0;[>=1]#,##0.00;0.0000"},
    "total": {"bold": True, "num_format": "#,##0", "top": 1, "top_color": INK},
}
"""How a cell looks, by what it holds."""

FORMS["header number"] = FORMS["header"] | {"align": "right", "indent": 0}
WORDS: Final = frozenset({"title", "lead", "section", "header", "header number", "label", "total"})
"""Forms that suit a text; any other form gives way to that of a text."""

BADGES: Final = {
    "verified": ("#C6EFCE", "#006100"),
    "secondary": ("#DDEBF7", "#1F4E78"),
    "unverified": ("#FFEB9C", "#7F6000"),
    "assumption": ("#FCE4D6", "#843C0C"),
    "chosen": ("#C6EFCE", "#006100"),
    "considered": ("#EDEDED", "#404040"),
    "dropped": ("#FCE4D6", "#843C0C"),
}
"""Fill and ink of the words that a reader scans a column for."""


class Column(NamedTuple):
    """A column of a table: the key of its values, its heading and its form."""

    key: str
    heading: str
    form: str = "text"


SERVICE: Final = Column("period_month", "In service [month]", "count")
CONFIDENCE: Final = Column("confidence", "Confidence")


class Grid:
    """The sheets of a workbook; nothing but ``formula`` writes a formula.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        Workbook to fill.
    names : iterable of str
        Names of its sheets, in order.
    title : str
        What stands at the foot of every printed page.
    """

    def __init__(self, book: Workbook, names: Iterable[str], title: str) -> None:
        self.book: Any = book
        self.forms = {name: self.book.add_format(form) for name, form in FORMS.items()}
        self.badges = {
            word: self.book.add_format({"bg_color": fill, "font_color": ink})
            for word, (fill, ink) in BADGES.items()
        }
        self.sheets = {name: self.book.add_worksheet(name) for name in names}
        told = "".join(c for c in title if c.isprintable())
        self.book.set_properties({"title": told})
        # A footer reads & as a command; a doubled one is the sign itself.
        words = told[:80].replace("&", "&&")
        foot = f"&L&8 {words}&C&8 &A&R&8 Page &P of &N"
        for sheet in self.sheets.values():
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(PAPER_A4)
            sheet.fit_to_pages(1, 0)
            sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
            sheet.set_footer(foot)
            sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def write(self, sheet: str, row: int, column: int, value: object, form: str) -> None:
        """Write a number as a number and everything else as a text, never as a formula."""
        cells = self.sheets[sheet]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if math.isfinite(value):
                if form == "figure" and value == int(value):
                    form = "count"
                cells.write_number(row, column, value, self.forms[form])
                return
            value = None
        told = text(value)
        if told:
            cells.write_string(row, column, told, self.forms[form if form in WORDS else "text"])
        else:
            cells.write_blank(row, column, None, self.forms[form])

    def formula(self, sheet: str, at: tuple[int, int], law: str, value: float, form: str) -> None:
        """Write a formula of our own, with its value for readers that do not calculate."""
        self.sheets[sheet].write_formula(*at, law, self.forms[form], value)

    def header(
        self, sheet: str, row: int, headings: Sequence[object], numbers: Container[int] = ()
    ) -> None:
        """Write the headings of a table; those of columns of numbers stand at the right."""
        for c, heading in enumerate(headings):
            self.write(sheet, row, c, heading, "header number" if c in numbers else "header")

    def table(self, sheet: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Write a table that fills a sheet: filter, frozen headings, widths, badges."""
        cells = self.sheets[sheet]
        headings = [column.heading for column in columns]
        widths = [_width(column, rows) for column in columns]
        self.header(sheet, 0, headings)
        cells.set_row(0, _height(headings, widths))
        for c, column in enumerate(columns):
            for r, row in enumerate(rows, 1):
                self.write(sheet, r, c, row.get(column.key), row.get("form", column.form))
            cells.set_column(c, c, widths[c])
            if column.key in ("confidence", "status"):
                self._badge(sheet, c, len(rows))
        for r, row in enumerate(rows, 1):
            # Not every reader fits the height of a row to what wraps in it.
            cells.set_row(r, _height([row.get(column.key) for column in columns], widths))
        cells.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        cells.freeze_panes(1, 1)
        cells.repeat_rows(0)

    def _badge(self, sheet: str, column: int, rows_count: int) -> None:
        for word, badge in self.badges.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": badge}
            self.sheets[sheet].conditional_format(1, column, max(rows_count, 1), column, rule)


def in_money(columns: Sequence[Column], currency: str) -> list[Column]:
    """Return the columns with the currency in their headings."""
    return [c._replace(heading=c.heading.replace("{}", currency)) for c in columns]


def sums(
    grid: Grid, sheet: str, columns: Sequence[Column], rows: list[Row], keys: Sequence[str]
) -> None:
    """Write the sums of a table, and those of the rows that a filter shows."""
    # An empty row between keeps the sums out of what a filter takes in.
    first = max(len(rows), 1) + 2
    laws = (("Total", "SUM({})"), ("Shown by the filter", "SUBTOTAL(9,{})"))
    for r, (label, law) in enumerate(laws, first):
        for c, column in enumerate(columns):
            grid.sheets[sheet].write_blank(r, c, None, grid.forms["total"])
            if column.key in keys:
                value = sum(row[column.key] or 0.0 for row in rows)
                where = span(sheet, columns, column.key, len(rows))
                grid.formula(sheet, (r, c), f"={law.format(where)}", value, "total")
        grid.sheets[sheet].write_string(r, 0, label, grid.forms["total"])


def span(sheet: str, columns: Sequence[Column], key: str, rows_count: int) -> str:
    """Return where a column of a table stands, as a formula names it."""
    c = [column.key for column in columns].index(key)
    return f"{quote_sheetname(sheet)}!{xl_range_abs(1, c, max(rows_count, 1), c)}"


def text(value: object) -> str:
    """Return a value in words; what is longer than a cell is cut."""
    if value is None:
        return ""
    if isinstance(value, bool):
        told = "yes" if value else "no"
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        told = ", ".join(value)
    else:
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return told[:CHARACTERS_MAX]


def _width(column: Column, rows: Sequence[Row]) -> int:
    """Return the width of a column: the longest value, or the longest word of its heading."""
    words = [len(word) + 5 for word in column.heading.split()]
    values = (row.get(column.key) for row in rows)
    told = [f"{v:,.1f}" if isinstance(v, float) else text(v) for v in values]
    return min(max([WIDTH_MIN, *words, *(11 * len(t) // 10 + 4 for t in told)]), WIDTH_MAX)


def _height(values: Sequence[object], widths: Sequence[int]) -> int:
    """Return the height of a row: the most lines that a text of it wraps to. [pt]."""
    # An indent and the arrow of a filter take room of a line.
    texts = ((v, width - 4) for v, width in zip(values, widths, strict=True) if isinstance(v, str))
    lines = (len(textwrap.wrap(told[:CHARACTERS_MAX], width)) for told, width in texts)
    return LINE_POINTS * min(max(lines, default=1) or 1, LINES_MAX)
