"""Table: one form for every table of a report, so that all read, print and export alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from designlib.report.words import NONE, money, month, number, percent, price

FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "count": number,
    "figure": number,
    "tenth": number,
    "money": money,
    "price": price,
    "percent": percent,
    "month": month,
}
"""How a page shows a number, by the form of its column; a workbook has a cell format for each."""

TEXT: Final = "text"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    label : str
        What stands in it.
    unit : str
        Unit of its numbers; empty where it has none.
    form : str
        ``text``, or a key of ``FORMATS``: how its numbers are shown.
    """

    label: str
    unit: str = ""
    form: str = TEXT

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand at the right."""
        return self.form != TEXT

    @property
    def heading(self) -> str:
        """What stands above it: the label and the unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label


@dataclass(frozen=True)
class Cell:
    """One cell: a text, and what stands beside it.

    Attributes
    ----------
    text : str
        What the cell says; empty where it is the value in the form of the column.
    note : str
        A second line in small print.
    badge : str
        Tone of a badge around the text; empty where the text stands alone.
    share : float or None
        Length of a bar under the text. [1].
    stands_out : bool
        Whether it is the cell that a reader must not miss.
    value : float, str or None
        What a workbook holds; None where that is the text.
    """

    text: str = ""
    note: str = ""
    badge: str = ""
    share: float | None = None
    stands_out: bool = False
    value: Any = None


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, with a total below."""

    title: str
    rows: tuple[Row, ...]
    total: Row | None = None


@dataclass(frozen=True)
class Table:
    """A captioned table; its first column names the row.

    Attributes
    ----------
    caption : str
        What the table holds.
    columns : tuple of Column
        Its columns.
    groups : tuple of Group
        Its rows; one group without a title where they have no chapters.
    total : tuple of Cell or None
        The last row.
    sheet : str
        Name of its sheet in the workbook (at most 31 characters); empty where it has none.
    folded : str
        Label under which a page folds the table away; empty where it stands open.
    printed : bool
        Whether a folded table is printed.
    """

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    total: Row | None = None
    sheet: str = ""
    folded: str = ""
    printed: bool = True

    @property
    def rows_count(self) -> int:
        """Rows without headings and totals."""
        return sum(len(group.rows) for group in self.groups)


def columns(text: str) -> tuple[Column, ...]:
    """Return columns from labels apart by ``|``; after a ``#`` stands the form of its numbers.

    Examples
    --------
    >>> columns("Part | Count # | Price, USD # money")[2]
    Column(label='Price, USD', unit='', form='money')
    """
    parts = (label.partition("#") for label in text.split("|"))
    return tuple(
        Column(label.strip(), "", form.strip() or "figure" if numeric else TEXT)
        for label, numeric, form in parts
    )


def row(*cells: Any) -> Row:
    """Return a row; a number becomes a cell that shows it, None becomes a dash."""
    return tuple(_cell(value, "") for value in cells)


def table(
    caption: str,
    heads: str | Sequence[Column],
    rows: Iterable[Sequence[Any]],
    total: Sequence[Any] | None = None,
    *,
    sheet: str = "",
    folded: str = "",
) -> Table:
    """Return a table of one group; a number is shown in the form of its column."""
    return grouped(caption, heads, [("", rows, None)], total, sheet=sheet, folded=folded)


def grouped(
    caption: str,
    heads: str | Sequence[Column],
    groups: Iterable[tuple[str, Iterable[Sequence[Any]], Sequence[Any] | None]],
    total: Sequence[Any] | None = None,
    *,
    sheet: str = "",
    folded: str = "",
) -> Table:
    """Return a table of groups: the title, the rows and the total of each."""
    held = columns(heads) if isinstance(heads, str) else tuple(heads)
    return Table(
        caption,
        held,
        tuple(
            Group(title, tuple(_row(r, held) for r in rows), _row(last, held) if last else None)
            for title, rows, last in groups
        ),
        _row(total, held) if total else None,
        sheet,
        folded,
    )


def shortened(whole: Table, rows_max: int) -> Table:
    """Return a table as a page shows it: a long one that has a sheet is cut, and says so."""
    if not whole.sheet or whole.rows_count <= rows_max:
        return whole
    groups, left = [], rows_max
    for group in whole.groups:
        if left > 0:
            groups.append(replace(group, rows=group.rows[:left]))
            left -= len(group.rows)
    told = (
        f"{whole.caption}: the first {rows_max:,} of {whole.rows_count:,} rows; all are in the "
        f"sheet {whole.sheet} of the workbook"
    )
    return replace(whole, caption=told, groups=tuple(groups))


def badge(confidence: str) -> Cell:
    """Return how far a figure is to be trusted, as a badge."""
    return Cell(confidence or "not stated", badge=confidence or "unverified")


def _row(cells: Sequence[Any], held: Sequence[Column]) -> Row:
    return tuple(_cell(c, column.form) for c, column in zip(cells, held, strict=True))


def _cell(value: Any, form: str) -> Cell:
    """Return a cell whose text is complete: a value is shown in the form of its column."""
    if value is None:
        return Cell(NONE)
    if isinstance(value, str):
        return Cell(value)
    given = value if isinstance(value, Cell) else Cell(value=value)
    if given.text or given.value is None:
        return given
    shown = given.value if isinstance(given.value, str) else FORMATS.get(form, number)(given.value)
    return replace(given, text=shown)
