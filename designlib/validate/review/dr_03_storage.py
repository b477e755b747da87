"""Storage feeds GPUs: the file system reads at least what all GPUs take from it together."""

from __future__ import annotations

from typing import Final

from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import gaps

CHECK: Final = "DR-03"
TITLE: Final = "Storage feeds the GPUs"
RULE: Final = (
    "The read rate of the file system is held against what all GPUs that read at once consume; a"
    " slower one leaves a paid fleet waiting"
)
REFERENCE: Final = (
    '"AI Architecture Design": compute bought without storage to match; "Designing Infrastructure'
    ' for AI Workloads": a slow file system idles the fleet'
)
HOURS_PER_YEAR: Final = 8760.0
CACHED: Final = "cached_per_server"


def check(case: Case) -> Verdict:
    """Return whether storage reads and writes enough, and what waiting GPUs would cost a year."""
    speeds = [a for a in case.of("read_gb_s", "write_gb_s") if a.draw or a.supply]
    if not any(a.draw for a in speeds):
        return Verdict("not applicable", "no workload states what it reads or writes")
    worst = min((a for a in speeds if a.draw), key=lambda a: a.growth)
    readers = [r for r in case.rows() if "shared_read" in r["figures"] or _reads(r, case)]
    gpus = sum(r["gpus"] for r in readers)
    waiting = max(0.0, 1.0 - min(1.0, worst.growth))
    rate = float(case.design.summary.get("usd_per_gpu_hour") or 0.0)
    idle = waiting * gpus * rate * HOURS_PER_YEAR
    line_rate = sum(_reads(r, case) for r in readers)
    numbers = (
        *(
            Number(f"{a.resource.partition('_')[0]} at {a.place}, month {a.month}", a.supply,
                   a.unit, a.draw)
            for a in speeds
            if a.month == case.last
        ),
        Number("GPUs that read", gpus, "GPUs"),
        Number("what they read without local caches", line_rate, "GB/s"),
        Number("cost of waiting GPUs a year", idle, case.design.currency),
    )  # fmt: skip
    short = [g for g in gaps(case) if g.resource in ("read_gb_s", "write_gb_s")]
    if not short:
        words = f"{worst.place} gives {worst.growth:,.1f} times the {worst.draw:,.4g} GB/s drawn"
        return Verdict("pass", words, numbers)
    g = short[0]
    words = (
        f"{g.draw:,.4g} GB/s are to be {'read' if g.resource == 'read_gb_s' else 'written'} at"
        f" {g.place}, the file system gives {g.supply:,.4g}: waiting GPUs cost {idle:,.0f}"
        f" {case.design.currency} a year"
    )
    return Verdict("fail", words, numbers, g.words(case.design.currency), g.price)


def _reads(row: dict[str, object], case: Case) -> float:
    """Return what a workload's GPUs read at line rate. [GB/s]."""
    w = case.work(str(row["workload"]))
    gpus = row["gpus"]
    assert isinstance(gpus, (int, float))
    return float(getattr(w, "read_gb_s_per_gpu", 0.0)) * float(gpus)
