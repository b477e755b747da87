"""nccl-tests: the table of a collective, one row a message size.

The columns are size, count, type, redop and root, then time [us], algorithm and bus bandwidth
[GB/s] and errors out of place, and the same four in place; RCCL prints the same.

References
----------
.. [1] NVIDIA/nccl-tests, README.md and doc/PERFORMANCE.md: the columns and what busbw means.
"""

from __future__ import annotations

import re
from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import LARGEST, refuse

TOOL: Final = "nccl-tests"
COLLECTIVES: Final = {
    "all_reduce": "all-reduce", "all_gather": "all-gather", "reduce_scatter": "reduce-scatter",
    "alltoall": "all-to-all", "broadcast": "broadcast", "sendrecv": "send-receive",
}  # fmt: skip
RANK: Final = re.compile(
    r"^#\s+Rank\s+(\d+)\s+(?:Group\s+\d+\s+)?Pid\s+\d+\s+on\s+(\S+)\s+device\s+\d+\s+\[\S+\]\s*(.*)$"
)
ROW: Final = re.compile(r"^\s*(\d+)\s+(\d+)\s+(\w+)\s+(\w+)\s+(.*)$")
AVERAGE: Final = re.compile(r"^#\s*Avg bus bandwidth\s*:\s*([\d.]+)")
CELLS: Final = 8
DEVIATION: Final = 1e-2
"""Largest deviation of a right sum, where a table states that."""
LARGEST_COUNT: Final = 3
"""Largest sizes whose bus bandwidths are the spread."""


def knows(text: str) -> bool:
    """Return whether a text is the output of nccl-tests."""
    head = text[:20_000]
    return ("nThread" in head and "nGpus" in head) or "busbw" in head


def read(text: str, file: str) -> Measured:
    """Return ranks, hosts, GPU and the table of a run; the largest messages give the figure."""
    ranks: dict[int, tuple[str, str]] = {}
    rows: list[dict[str, float]] = []
    average, collective, last = None, "all-reduce", 1
    for number, line in enumerate(text.splitlines(), 1):
        last = number
        if found := RANK.match(line):
            ranks[int(found[1])] = found[2], found[3].strip()
        elif found := ROW.match(line):
            rows.append(_row(found[1], found[5], file, number, counted="#wrong" in text))
        elif found := AVERAGE.match(line):
            average = float(found[1])
        for word, name in COLLECTIVES.items():
            if f"{word}_perf" in line:
                collective = name
    if not rows:
        raise refuse(file, last, "size", "expected rows of sizes and times, found none")
    if average is None:
        message = "is cut short: expected the last line '# Avg bus bandwidth'"
        raise refuse(file, last, "file", message)
    wrong = sum(r["errors"] for r in rows)
    if wrong:
        raise refuse(file, last, "#wrong", f"{wrong:g} wrong results: the run proves nothing")
    largest = sorted(rows, key=lambda r: r["size_bytes"])[-LARGEST_COUNT:]
    best = largest[-1]["busbw"]
    near = [r["busbw"] for r in largest]
    facts: dict[str, Any] = {
        "collective": collective,
        "ranks": len(ranks),
        "hosts": len({host for host, _ in ranks.values()}),
        "gpu": next((name for _, name in ranks.values() if name), ""),
        "rows": rows,
    }
    figures = {"busbw": Figure(best, min(near), max(near), "GB/s", len(rows))}
    return Measured(file, TOOL, figures, facts)


def _row(size: str, rest: str, file: str, line: int, *, counted: bool) -> dict[str, float]:
    """Return one row; older tables have no root, and a deviation where newer count errors."""
    cells = rest.split()
    if len(cells) == CELLS + 1:
        cells = cells[1:]
    if len(cells) != CELLS:
        message = f"expected {CELLS} cells after the root, found {len(cells)}"
        raise refuse(file, line, "time", message)
    try:
        time_us, _, busbw = (float(c) for c in cells[:3])
        errors = 0.0 if cells[3] == "N/A" else float(cells[3])
    except ValueError:
        raise refuse(file, line, "time", "expected numbers in the table") from None
    if not (0 < time_us < LARGEST and 0 <= busbw < LARGEST and int(size) > 0):
        raise refuse(file, line, "time", "expected a size, a time and a rate above 0")
    wrong = errors if counted else float(errors > DEVIATION)
    return {
        "size_bytes": float(size),
        "time_s": time_us / 1e6,
        "busbw": busbw,
        "errors": wrong,
    }
