"""Training fabric: a job over more than one scale-up domain has RDMA ports of its own."""

from __future__ import annotations

from typing import Any, Final

from designlib.validate._evidence import Row, spec
from designlib.validate.review._case import Case, Number, Verdict
from designlib.validate.review._gaps import gaps
from designlib.validate.review._jobs import domain, jobs, server_of
from designlib.validate.review._ports import SUPPORT

CHECK: Final = "DR-02"
TITLE: Final = "Training has a fabric of its own"
RULE: Final = (
    "Above one scale-up domain training throughput is a networking problem: jobs need RDMA ports on"
    " switches that carry nothing else, oversubscribed no more than the brief allows"
)
REFERENCE: Final = (
    '"Designing Infrastructure for AI Workloads": training above eight GPUs; "AI Architecture'
    ' Design": general-purpose networks between GPUs'
)


def check(case: Case) -> Verdict:
    """Return whether every job that leaves its scale-up domain has such a fabric."""
    wide = [row for row in jobs(case) if row["gpus"] > domain(row, case)]
    if not wide:
        return Verdict("not applicable", "no job leaves its scale-up domain")
    allowed = case.brief.network.oversubscription
    found = []
    for row in wide:
        found += _missing(row, case)
    switches = compute_switches(case)
    slow = [x["part_id"] for x in switches if not case.catalog.switches[x["part_id"]].rdma]
    found += [f"{part} carries training without RDMA" for part in sorted(set(slow))]
    short = [
        g for g in gaps(case) if g.resource in ("ports", "links", "switches") and _own(g.place)
    ]
    found += [g.words(case.design.currency) for g in short]
    numbers = (
        Number("GPUs of the widest job", max(r["gpus"] for r in wide), "GPUs"),
        Number("its scale-up domain", max(domain(r, case) for r in wide), "GPUs"),
        Number("oversubscription promised", allowed, "1"),
        Number("switches of compute fabrics", sum(x["count"] for x in switches), "switches"),
    )
    if not found:
        words = f"{len(wide)} workloads leave their scale-up domain, all over an RDMA fabric"
        return Verdict("pass", words, numbers)
    fix = short[0].words(case.design.currency) if short else "wire the pool to a compute fabric"
    price = short[0].price if short else None
    more = f"; and {len(found) - 1} more" if len(found) > 1 else ""
    changes = {"network.oversubscription": allowed}
    return Verdict("fail", found[0] + more, numbers, fix, price, changes)


def compute_switches(case: Case) -> list[Row]:
    """Return the lines of switches that serve no support network."""
    return [x for x in case.lines if x["part_id"] in case.catalog.switches and _own(x["pool"])]


def _own(fabric: str) -> bool:
    return not any(fabric.startswith(f"{role}-") for role in SUPPORT)


def _missing(row: Row, case: Case) -> list[str]:
    """Return why a pool cannot carry a job over several domains, or nothing."""
    server: Any = server_of(row["pool"], case)
    if server is None:
        return [f"{row['workload']}: pool {row['pool']} has no known server"]
    if server.rack_scale and row["gpus"] <= spec(server, "gpus_count"):
        return []
    site = row["site"]
    wired = [x for x in compute_switches(case) if x["site"] == site and x["count"]]
    if spec(server, "compute_ports_count") and wired:
        return []
    gbit_s = spec(server, "front_port_gbit_s")
    return [
        f"{row['workload']} trains on {row['gpus']:g} GPUs without a compute fabric, over front"
        f" ports of {gbit_s:g} Gbit/s: above {domain(row, case):g} GPUs training throughput is a"
        " networking problem"
    ]
