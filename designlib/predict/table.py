"""Table: rows of published configurations, without what was measured, and rows of predictions."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from designlib.faults import Fault, FaultError, nearest, quoted
from designlib.yamlfile import read_text

ID = "id"
Row = dict[str, str]


@dataclass(frozen=True)
class Inputs:
    """Columns that a prediction may read; every other column is dropped unread.

    Attributes
    ----------
    required : tuple of str
        Columns that the file must have; a row may still leave one empty.
    optional : tuple of str
        Columns that help where they are there.
    numbers : frozenset of str
        Columns whose cells are empty or a finite number that is not negative.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    numbers: frozenset[str]


def read(path: Path, inputs: Inputs) -> list[Row]:
    """Read the rows of a CSV file, with the allowed columns only.

    Parameters
    ----------
    path : Path
        File with a header; columns that are not inputs are ignored.
    inputs : Inputs
        The columns to keep beside ``id``.

    Raises
    ------
    FaultError
        Every fault: a missing column, a row that is too long, a repeated id, a cell that is no
        number.
    """
    if not path.is_file():
        raise FaultError([Fault(str(path), None, "file", "no such file")])
    lines = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    found: list[Row] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    try:
        header = [name.strip() for name in next(lines, [])]
        wrong = _header_faults(header, inputs)
        if wrong:
            raise FaultError(Fault(str(path), 1, *words) for words in wrong)
        line = lines.line_num + 1
        for cells in lines:
            if any(cell.strip() for cell in cells):
                row, told = _row(header, cells, inputs, first, line)
                faults += [Fault(str(path), line, *words) for words in told]
                found.append(row)
            line = lines.line_num + 1
    except csv.Error as error:
        raise FaultError(
            [Fault(str(path), lines.line_num, "file", f"not a valid CSV row: {error}")]
        ) from None
    if faults:
        raise FaultError(faults)
    return found


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return predictions as the text of a CSV file.

    Parameters
    ----------
    columns : sequence of str
        Header; a value that a row lacks stays empty.
    rows : iterable of mapping
        Predictions; numbers are written to six significant digits.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def number(row: Mapping[str, str], name: str) -> float | None:
    """Return the number of a cell, or None where it is empty."""
    text = row.get(name, "")
    return float(text) if text else None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return str(value)


def _header_faults(header: list[str], inputs: Inputs) -> list[tuple[str, str]]:
    wanted = (ID, *inputs.required)
    if not header:
        return [("file", f"the file is empty; expected the columns {', '.join(wanted)}")]
    found = [
        (name, f"required column is missing{nearest(name, set(header) - set(wanted))}")
        for name in wanted
        if name not in header
    ]
    known = {ID, *inputs.required, *inputs.optional}
    return found + [(n, "column given twice") for n in sorted(known) if header.count(n) > 1]


def _row(
    header: list[str], cells: list[str], inputs: Inputs, first: dict[str, int], line: int
) -> tuple[Row, list[tuple[str, str]]]:
    known = {ID, *inputs.required, *inputs.optional}
    faults: list[tuple[str, str]] = []
    if len(cells) != len(header):
        faults.append(("file", f"expected {len(header)} cells, found {len(cells)}"))
    row = {n: c.strip() for n, c in zip(header, cells, strict=False) if n in known}
    key = row.get(ID, "")
    if not key:
        faults.append((ID, "required cell is empty"))
    elif key in first:
        faults.append((ID, f"{quoted(key)} is given twice; first on line {first[key]}"))
    first.setdefault(key, line)
    for name in sorted(inputs.numbers & set(row)):
        if row[name] and not _is_amount(row[name]):
            faults.append((name, f"expected a number, found {quoted(row[name])}"))
    return row, faults


def _is_amount(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value >= 0
