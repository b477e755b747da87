"""Faults: every wrong input becomes one line that names file, line, field and what was expected."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def one_line(text: object) -> str:
    """Return the text without control characters, so that a fault can never span two lines."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(text))


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input.

    Attributes
    ----------
    file : str
        Path of the file, or a word in angle brackets for input that has no file.
    line : int or None
        Line in that file, counted from 1; None where the input has no lines.
    field : str
        Dotted path of the field, such as ``specs.tdp_w``; ``file`` for the file as a whole.
    message : str
        What was expected and what was found.
    """

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line: field: message`` on exactly one line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return one_line(f"{place}: {self.field}: {self.message}")


class FaultError(Exception):
    """Wrong input, with every fault that was found in it.

    Parameters
    ----------
    faults : iterable of Fault
        At least one fault.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to rebuild the error, so that worker processes can pass it on."""
        return type(self), (self.faults,)


def quoted(value: object, *, limit: int = 60) -> str:
    """Return the value as a reader would recognize it, cut to ``limit`` characters."""
    text = one_line(repr(value))
    return text if len(text) <= limit else text[: limit - 3] + "..."


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest valid name, or an empty text.

    Examples
    --------
    >>> nearest("tdp_ww", ["tdp_w", "hbm_gb"])
    "; did you mean 'tdp_w'?"
    """
    by_lower = {name.lower(): name for name in sorted(valid, reverse=True)}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean '{by_lower[found[0]]}'?" if found else ""
