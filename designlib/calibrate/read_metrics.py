"""Metrics: a CSV of DCGM fields over time, as Prometheus or Grafana export it.

Either a column a series, headed by the field and its labels, or a column ``metric`` beside
``value``; a first column of times is skipped.

References
----------
.. [1] NVIDIA/dcgm-exporter, etc/default-counters.csv: ``DCGM_FI_DEV_GPU_UTIL`` [%],
       ``DCGM_FI_DEV_POWER_USAGE`` [W], ``DCGM_FI_PROF_PIPE_TENSOR_ACTIVE`` [1].
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from statistics import fmean
from typing import Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import LARGEST, refuse

TOOL: Final = "DCGM"
FIELD: Final = re.compile(r"DCGM_FI_(?:DEV|PROF)_[A-Z0-9_]+")
KNOWN: Final = {
    "DCGM_FI_DEV_POWER_USAGE": ("gpu_power", "W", 1.0),
    "DCGM_FI_DEV_GPU_UTIL": ("gpu_busy", "1", 0.01),
    "DCGM_FI_PROF_GR_ENGINE_ACTIVE": ("gpu_active", "1", 1.0),
    "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE": ("tensor_active", "1", 1.0),
    "DCGM_FI_PROF_DRAM_ACTIVE": ("hbm_active", "1", 1.0),
    "DCGM_FI_DEV_GPU_TEMP": ("gpu_temperature", "degC", 1.0),
}
"""Field -> our metric, its unit, and what one of the field is in it."""
METRIC, VALUE = ("metric", "__name__", "name"), ("value", "val")
FEWEST: Final = 2


def knows(text: str) -> bool:
    """Return whether a text is a CSV of such fields."""
    return FIELD.search(text[:20_000]) is not None and "," in text


def read(text: str, file: str) -> Measured:
    """Return mean and 5th to 95th percentile of every field that is known."""
    table = csv.reader(io.StringIO(text, newline=""))
    header = [c.strip() for c in next(table, [])]
    lower = [c.lower() for c in header]
    columns = {n: found[0] for n, c in enumerate(header) if (found := FIELD.search(c))}
    name = next((lower.index(w) for w in METRIC if w in lower), None)
    value = next((lower.index(w) for w in VALUE if w in lower), None)
    if not columns and (name is None or value is None):
        message = "expected columns headed by DCGM fields, or 'metric' and 'value'"
        raise refuse(file, 1, "file", message)
    samples: dict[str, list[float]] = defaultdict(list)
    for cells in table:
        if not any(c.strip() for c in cells):
            continue
        if len(cells) != len(header):
            message = f"expected {len(header)} cells, found {len(cells)}"
            raise refuse(file, table.line_num, "file", f"is cut short: {message}")
        pairs = (
            [(columns[n], cells[n], header[n]) for n in columns]
            if columns
            else [(_field(cells[name or 0]), cells[value or 0], "value")]
        )
        for metric, cell, where in pairs:
            if metric in KNOWN and cell.strip() and cell.strip().lower() != "nan":
                samples[metric].append(_number(cell, file, table.line_num, where))
    if not samples or min(map(len, samples.values())) < FEWEST:
        raise refuse(file, max(1, table.line_num), "file", "expected at least two samples a field")
    return Measured(file, TOOL, {KNOWN[f][0]: _spread(f, x) for f, x in samples.items()})


def _field(cell: str) -> str:
    found = FIELD.search(cell)
    return found[0] if found else ""


def _number(cell: str, file: str, line: int, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = -1.0
    if not 0 <= value < LARGEST:
        raise refuse(file, line, where, f"expected a number from 0 on, found {cell!r}")
    return value


def _spread(field: str, values: list[float]) -> Figure:
    _, unit, scale = KNOWN[field]
    ordered = sorted(v * scale for v in values)
    low, high = (ordered[min(len(ordered) - 1, int(f * len(ordered)))] for f in (0.05, 0.95))
    mean = fmean(ordered)
    return Figure(mean, min(low, mean), max(high, mean), unit, len(ordered))
