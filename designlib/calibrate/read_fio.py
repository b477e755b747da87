"""fio: what its JSON says of reads and writes, of one machine or of all clients together.

References
----------
.. [1] fio 3 manual page, section "JSON output": ``jobs`` or ``client_stats``, ``bw_bytes``,
       ``iops``, ``clat_ns``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from designlib.calibrate.measured import Figure, Measured
from designlib.calibrate.reading import json_of, number, refuse

TOOL: Final = "fio"
ALL: Final = "All clients"


def knows(text: str) -> bool:
    """Return whether a text is the JSON of fio."""
    return '"fio version"' in text[:4096]


def read(text: str, file: str) -> Measured:
    """Return the rates of reads and writes, in GB/s, with the spread over samples."""
    content = json_of(text, file)
    jobs = content.get("client_stats") or content.get("jobs")
    if not isinstance(jobs, list) or not jobs or not all(isinstance(j, dict) for j in jobs):
        raise refuse(file, 1, "jobs", "expected jobs or client_stats, found none")
    whole = [j for j in jobs if j.get("jobname") == ALL] or jobs
    failed = [j.get("error") for j in jobs if j.get("error")]
    if failed:
        raise refuse(file, 1, "error", f"a job ended with error {failed[0]}")
    figures: dict[str, Figure] = {}
    for way in ("read", "write"):
        figures |= _way(whole, way, file)
    if not figures:
        raise refuse(file, 1, "jobs", "expected reads or writes, found neither")
    facts = {"name": str(jobs[0].get("jobname", "")), "jobs": len(jobs)}
    return Measured(file, TOOL, figures, facts, _date(str(content.get("time", ""))))


def _way(jobs: list[Any], way: str, file: str) -> dict[str, Figure]:
    told = [j[way] for j in jobs if isinstance(j.get(way), dict) and j[way].get("io_bytes")]
    if not told:
        return {}
    rate = sum(number(t, "bw_bytes", file, where=way) for t in told) / 1e9
    iops = sum(number(t, "iops", file, where=way) for t in told)
    # Samples of the rate are in KiB/s; a short run has none.
    sampled = [t for t in told if t.get("bw_samples")]
    spread = [number(t, "bw_dev", file, where=way) * 1024 / 1e9 for t in sampled]
    dev = sum(s * s for s in spread) ** 0.5
    samples = max(1, int(sum(number(t, "bw_samples", file, where=way) for t in sampled)))
    return {
        way: Figure(rate, max(0.0, rate - dev), rate + dev, "GB/s", samples),
        f"{way}_iops": Figure(iops, iops, iops, "1/s", samples),
    }


def _date(text: str) -> str:
    """Return the date in a text such as ``Sat Nov 21 11:00:00 2026``, else an empty text."""
    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").date().isoformat()
    except ValueError:
        return ""
