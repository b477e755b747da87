"""Measured: what one file of a tool says, in our units, with the spread of its samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    value, low, high : float
        Best value and the ends of its spread.
    unit : str
        Unit of all three.
    samples_count : int
        Samples behind it. [1]
    """

    value: float
    low: float
    high: float
    unit: str
    samples_count: int = 1

    @classmethod
    def of(cls, values: Sequence[float], unit: str) -> Figure:
        """Return the median of some values with the smallest and the largest."""
        return cls(median(values), min(values), max(values), unit, len(values))


@dataclass(frozen=True)
class Measured:
    """What one file of a tool says.

    Attributes
    ----------
    file, tool : str
        Where it stands and which tool wrote it.
    figures : mapping of str to Figure
        Metric, as acceptance plans name it -> its figure.
    facts : mapping
        What the tool says of its run: ranks, hosts, GPU, rates, lengths, table rows.
    date : str
        Date of the run, empty where the file does not say.
    """

    file: str
    tool: str
    figures: Mapping[str, Figure]
    facts: Mapping[str, Any] = field(default_factory=dict)
    date: str = ""
