"""Text: what a design says, made safe for the file that it goes into."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from designlib.faults import one_line

Value = str | int | float | None

_FORMULA: Final = ("=", "+", "-", "@")
_NUMBERED: Final = re.compile(r"^(.*?)(\d+)$")


def cell(value: Value) -> str:
    """Return a value as a cell of a table: on one line, and never a formula.

    Examples
    --------
    >>> cell("=A1"), cell(-1.5), cell(None)
    ("'=A1", '-1.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = one_line(value).strip()
    return f"'{text}" if text.startswith(_FORMULA) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return a table as comma-separated values with a header."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def comment(text: str) -> str:
    """Return a text as one line of a comment, whatever is in it."""
    return f"# {one_line(text)}"


def hostlist(names: Iterable[str]) -> str:
    """Return host names as Slurm lists them: runs of numbers in brackets.

    Examples
    --------
    >>> hostlist(["a-01", "a-02", "a-03", "a-05", "b"])
    'a-[01-03,05],b'
    """
    found = []
    for (stem, _), held in groupby(sorted(names), key=_stem):
        numbers = [m[2] for name in held if (m := _NUMBERED.match(name))]
        if len(numbers) < 2:
            found.append(stem + "".join(numbers))
            continue
        runs: list[list[str]] = []
        for number in numbers:
            if runs and int(number) == int(runs[-1][-1]) + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        spans = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
        found.append(f"{stem}[{','.join(spans)}]")
    return ",".join(found)


def _stem(name: str) -> tuple[str, int]:
    match = _NUMBERED.match(name)
    return (match[1], len(match[2])) if match else (name, 0)
