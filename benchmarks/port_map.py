"""Benchmark: count a three-tier fabric of 65,536 ports, and stream its port map to disk.

Prints the time to count, the time and the peak memory to wire, place and write every cable.
Limits: 10 ms for the counts, 30 s and 2 GB for the file. Run: python benchmarks/port_map.py
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from designlib.cabling.hall import Hall, place
from designlib.cabling.sheet import rows, write_csv
from designlib.cabling.wiring import wire
from designlib.physics.fabric_count import fabric_size

SERVERS, RAILS, RADIX = 8192, 8, 64
HALL = Hall(
    servers_per_rack=4,
    server_height_u=8,
    switch_height_u=1,
    rack_height_u=48,
    switches_per_rack=8,
    racks_per_row=16,
    rack_pitch_m=0.7,
    row_pitch_m=3.0,
    tray_m=0.5,
    slack_m=1.0,
)
COUNT_MAX_S, WRITE_MAX_S, MEMORY_MAX_GB = 0.010, 30.0, 2.0


def count_s(repeats: int = 21) -> float:
    """Return the median time to count the fabric: one may wait for a busy machine. [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        fabric_size(SERVERS, RAILS, radix_ports=RADIX, whole_pods=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def write_s(path: Path) -> tuple[float, int]:
    """Return the time to write every cable of the fabric, and the rows written."""
    start = time.perf_counter()
    size = fabric_size(SERVERS, RAILS, radix_ports=RADIX, whole_pods=True)
    wiring = list(wire(size))
    positions = place(wiring, HALL)
    per_cage = dict.fromkeys(("leaf", "spine", "core"), 2)
    table = (row for links in wiring for row in rows(links, positions, per_cage))
    count = write_csv(path, table)
    return time.perf_counter() - start, count


def main() -> int:
    """Print the figures, and return 1 where a limit is broken."""
    counted = count_s()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "port_map.csv"
        written, count = write_s(path)
        megabytes = path.stat().st_size / 1e6
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(f"counts of {SERVERS * RAILS:,} ports: {1000 * counted:.2f} ms (median of 21)")
    print(f"port map: {count:,} cables, {megabytes:.0f} MB, {written:.1f} s, {memory_gb:.2f} GB")
    good = counted < COUNT_MAX_S and written < WRITE_MAX_S and memory_gb < MEMORY_MAX_GB
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
