"""Grid: one form for every table of a report, so that all read and print alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column and how its cells are set."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell: a text, and what stands beside it.

    Attributes
    ----------
    text : str
        What the cell says.
    note : str
        A second line in small print.
    badge : str
        Tone of a badge around the text; empty where the text stands alone.
    share : float or None
        Length of a bar under the text. [1].
    stands_out : bool
        Whether it is the cell that a reader must not miss.
    """

    text: str
    note: str = ""
    badge: str = ""
    share: float | None = None
    stands_out: bool = False


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, with a total below."""

    title: str
    rows: tuple[Row, ...]
    total: Row | None = None


@dataclass(frozen=True)
class Table:
    """A captioned table; its first column names the row."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    total: Row | None = None

    @property
    def rows_count(self) -> int:
        """Rows without headings and totals."""
        return sum(len(group.rows) for group in self.groups)


def columns(text: str) -> tuple[Column, ...]:
    """Return columns from labels apart by ``|``; a label that ends in ``#`` holds numbers.

    Examples
    --------
    >>> columns("Part | Count #")[1]
    Column(label='Count', numeric=True)
    """
    labels = [label.strip() for label in text.split("|")]
    return tuple(Column(label.rstrip("# "), label.endswith("#")) for label in labels)


def row(*cells: Cell | str) -> Row:
    """Return a row; a bare text becomes a cell."""
    return tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)


def table(
    caption: str, heads: str, rows: Iterable[Sequence[Cell | str]], total: Row | None = None
) -> Table:
    """Return a table of one group."""
    return Table(caption, columns(heads), (Group("", tuple(row(*r) for r in rows)),), total)


def badge(confidence: str) -> Cell:
    """Return how far a figure is to be trusted, as a badge."""
    return Cell(confidence or "not stated", badge=confidence or "unverified")
