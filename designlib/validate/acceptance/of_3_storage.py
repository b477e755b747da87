"""Storage: the fast tier reads and writes at its rate, saves within their time, feeds readers."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from designlib.catalog import Catalog
from designlib.design import Design
from designlib.validate._evidence import Row, brief_of
from designlib.validate.acceptance._test import AcceptanceTest

FIO: Final = 'fio --output-format=json ${{CLIENTS:+--client="$CLIENTS"}} "$HERE/{name}.fio"'
"""With a list of hosts that run ``fio --server``, all of them work at once."""
JOB: Final = (
    "[{name}]\ndirectory=${{FAST_TIER}}\nioengine=libaio\ndirect=1\nrw={rw}\nbs={block}\n"
    "iodepth={depth}\nnumjobs={jobs}\nsize={size}\ngroup_reporting=1\n{more}"
)
"""Options of fio 3; the folder comes from the environment."""
BUSY_FRAC: Final = 0.90
WRITERS: Final = 8


def tests(design: Design, catalog: Catalog) -> list[AcceptanceTest]:
    """Return the tests of the fast tier of each site and of each workload that saves or reads."""
    found: list[AcceptanceTest] = []
    for n, row in enumerate(_tiers(design), 1):
        found.append(_rate(n, row))
    last = [r for r in design.tables["operations"] if r["period_month"] == max(design.dates)]
    n = 0
    for row in last:
        if "checkpoint" in row["figures"] and "checkpoint_interval" in row["figures"]:
            n += 1
            found.append(_saves(n, row))
    readers = [r for r in last if _reads(design, r["workload"])]
    return found + [_busy(n, row) for n, row in enumerate(readers, 1)]


def missing(design: Design, catalog: Catalog) -> list[str]:
    """Return the reads and saves that are promised without a figure."""
    drawn = {r["resource"] for r in design.tables["balance"]}
    found = []
    for w in brief_of(design).workloads:
        if _reads(design, w.id) and "read_gb_s" not in drawn:
            found.append(f"{w.id} reads from storage, the design states no rate")
    return found


def _tiers(design: Design) -> list[Row]:
    """Return the rows of the ledger that say what a site reads and writes at the last date."""
    last, found = max(design.dates), []
    for resource in ("read_gb_s", "write_gb_s"):
        rows = [r for r in design.tables["balance"] if r["resource"] == resource]
        found += [r for r in rows if r["period_month"] == last and r["supply"]]
    return found


def _rate(n: int, row: Row) -> AcceptanceTest:
    what = row["resource"].partition("_")[0]
    name = f"storage-{what}-{n}"
    more = "runtime=300\ntime_based=1\n" + ("end_fsync=1\n" if what == "write" else "")
    job = JOB.format(name=name, rw=what, block="1M", depth=32, jobs=16, size="16G", more=more)
    return AcceptanceTest(
        id=name,
        stage="whole",
        promise=f"the fast tier of {row['place']} {what}s {row['supply']:,.4g} GB/s",
        subject=row["place"],
        tool="fio",
        metric=what,
        command=FIO.format(name=name),
        threshold=float(row["supply"]),
        unit="GB/s",
        rule=">=",
        samples="three runs of 300 s from all clients, caches dropped before each",
        hours=1.0,
        basis=f"supply of the ledger, of which {row['draw'] or 0:,.4g} GB/s are drawn",
        job=job,
    )


def _figure(row: Row, name: str) -> float:
    return float(row["figures"].get(name, {}).get("value") or 0.0)


def _saves(n: int, row: Row) -> AcceptanceTest:
    size, interval = _figure(row, "checkpoint"), _figure(row, "checkpoint_interval")
    rate = _figure(row, "checkpoint_write") or size / interval
    name, part_gb = f"checkpoint-{n}", max(1, ceil(size / WRITERS))
    job = JOB.format(
        name=name, rw="write", block="16M", depth=8, jobs=WRITERS, size=f"{part_gb}G",
        more="end_fsync=1\n",
    )  # fmt: skip
    return AcceptanceTest(
        id=name,
        stage="whole",
        promise=f"a checkpoint of {row['workload']} ({size:,.4g} GB) is safe in time",
        subject=row["workload"],
        tool="fio",
        metric="write",
        command=FIO.format(name=name),
        threshold=rate,
        unit="GB/s",
        rule=">=",
        samples="ten checkpoints, the slowest counts",
        hours=0.5,
        basis=f"one every {interval:,.0f} s",
        job=job,
    )


def _reads(design: Design, workload: str) -> float:
    for w in brief_of(design).workloads:
        if w.id == workload:
            return float(getattr(w, "read_gb_s_per_gpu", 0.0))
    return 0.0


def _busy(n: int, row: Row) -> AcceptanceTest:
    gpus: Any = max(1, round(row["gpus"]))
    return AcceptanceTest(
        id=f"feeding-{n}",
        stage="whole",
        promise=f"storage keeps the {gpus} GPUs of {row['workload']} busy",
        subject=row["workload"],
        tool="MLPerf Storage",
        metric="accelerator utilization",
        command='mlpstorage training run --hosts "$HOSTS" --model unet3d --accelerator-type h100'
        f' --num-accelerators "{gpus}" --client-host-memory-in-gb "$CLIENT_MEMORY_GB"'
        ' --data-dir "$FAST_TIER/mlperf" --results-dir "$RESULTS/feeding"',
        threshold=BUSY_FRAC,
        unit="1",
        rule=">=",
        samples="five epochs, three runs",
        hours=3.0,
        basis="rule of MLPerf Storage",
    )
