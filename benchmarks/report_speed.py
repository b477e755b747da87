"""Speed of the report: how long a saved design takes to become a page, and how large that is.

Run: python benchmarks/report_speed.py DESIGN.json ... [--runs 3]
A page shall be written within 3 s and hold at most 6 MB; otherwise the exit code is 1. Time is that
of the processor, which other programs of the machine leave alone; the clock is told beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.report import write_report

SECONDS_MAX = 3.0
BYTES_MAX = 6_000_000


def main() -> int:
    """Print time and size of the report of each design; return 1 where one is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("designs", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    catalog, beyond = Catalog.load(), False
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        for path in asked.designs:
            write_report(Design.load(path), page, catalog)  # the first one reads the libraries
            seconds, clock = min(_seconds(path, page, catalog) for _ in range(asked.runs))
            size = page.stat().st_size
            beyond |= seconds > SECONDS_MAX or size > BYTES_MAX
            print(f"{path}: {seconds:.2f} s ({clock:.2f} s by the clock), {size / 1e6:.2f} MB")
    return int(beyond)


def _seconds(path: Path, page: Path, catalog: Catalog) -> tuple[float, float]:
    design = Design.load(path)  # a fresh one: nothing is left from the run before
    start, clock = time.process_time(), time.perf_counter()
    write_report(design, page, catalog)
    return time.process_time() - start, time.perf_counter() - clock


if __name__ == "__main__":
    raise SystemExit(main())
