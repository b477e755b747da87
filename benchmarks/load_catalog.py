"""Load a catalog: seconds in a process of its own, for the shipped catalog and larger ones.

    python benchmarks/load_catalog.py [--repeat 5] [--times 1 3 10]

Prints the median time of the imports and of ``Catalog.load`` in fresh processes, where nothing is
kept from one to the next, and the processor's time of the loading, which a busy machine does not
change. A larger catalog holds each part and its prices several times under other ids.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from designlib.catalog import shipped_folder
from designlib.schema.plant_parts import FAMILIES

CHILD = """
import sys, time
start = time.perf_counter()
from designlib.catalog import Catalog
imported, busy = time.perf_counter(), time.process_time()
Catalog.load(shipped=sys.argv[1])
print(imported - start, time.perf_counter() - imported, time.process_time() - busy)
"""


def larger(folder: Path, times: int) -> int:
    """Write a catalog that holds each part ``times`` over, and return how many parts that is."""
    shipped, count = shipped_folder(), 0
    for family in FAMILIES:
        (folder / family).mkdir(parents=True)
        for path in sorted((shipped / family).glob("*.yaml")):
            for copy in range(times):
                name = path.stem + (f"-copy-{copy}" if copy else "")
                (folder / family / f"{name}.yaml").write_bytes(path.read_bytes())
                count += 1
    lines = (shipped / "prices.csv").read_text(encoding="utf-8").splitlines()
    rows = [
        row.replace(",", f"-copy-{copy},", 1) if copy else row
        for copy in range(times)
        for row in lines[1:]
    ]
    (folder / "prices.csv").write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    (folder / "calibration").mkdir()
    for path in (shipped / "calibration").glob("*.csv"):
        (folder / "calibration" / path.name).write_bytes(path.read_bytes())
    return count


def fresh(folder: Path) -> list[float]:
    """Return the seconds of imports, loading, and the processor in loading, in a new process."""
    command = [sys.executable, "-c", CHILD, str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return [float(seconds) for seconds in told]


def main() -> None:
    """Print the times of each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 3, 10])
    options = parser.parse_args()
    print(f"{'parts':>6} {'imports [s]':>12} {'load [s]':>9} {'load, processor [s]':>20}")
    for times in options.times:
        with tempfile.TemporaryDirectory() as name:
            count = larger(Path(name), times)
            runs = [fresh(Path(name)) for _ in range(options.repeat)]
        imports, load, busy = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{count:>6} {imports:>12.3f} {load:>9.3f} {busy:>20.3f}")


if __name__ == "__main__":
    main()
